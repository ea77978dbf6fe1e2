#pragma once

#include <string>
#include <vector>

#include "lib/report/comparison.h"

namespace actlab {

/// Names for the --format of any table: table, markdown, csv, json, latex.
const std::vector<std::string>& format_names();

/// Those of comparisons: the same and html, a page with charts.
const std::vector<std::string>& comparison_format_names();

/// All comparisons in that format, ready for stdout (ends in a newline). `colour` only concerns `table`: the
/// best row in bold. Columns are aligned by display width, so wide characters do not shift them. csv: one
/// header, one line a row of every comparison, full precision. json: a list of comparisons. latex: booktabs
/// tables. table, markdown and html have a legend. Throws a usage error for an unknown name.
std::string write(const std::vector<Comparison>& comparisons, const std::string& format, bool colour = false);

/// A field of a CSV line as RFC 4180 wants it: quotes only where they are needed, doubled inside.
std::string csv_field(const std::string& text);

/// Columns that a UTF-8 text takes on a terminal (East Asian wide characters take two, combining ones none).
long display_width(const std::string& text);

}  // namespace actlab

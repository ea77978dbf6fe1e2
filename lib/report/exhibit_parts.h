#pragma once

// What several exhibits need.

#include <string>
#include <vector>

#include "lib/report/exhibit.h"

namespace actlab {

/// "accuracy %"
std::string metric_label(const Comparison& comparison);

/// The rows that charts show.
std::vector<const ComparisonRow*> charted_rows(const Comparison& comparison);

/// A table without rows; columns behind the first `left` are figures.
Layout empty_table(const std::string& title, const std::vector<std::string>& headers, size_t left);
void add_row(Layout& layout, const std::vector<std::string>& cells);

/// Whether only a logarithmic axis shows all of these values apart. False when one is not above 0.
bool spans_decades(const std::vector<Series>& series);

/// Keeps the notes of at most `limit` points at even distances: more are a burden for the page and closer
/// than a pointer can tell apart.
void thin_out_notes(Series& series, size_t limit = 25);

bool has_points(const Series& series);

}  // namespace actlab

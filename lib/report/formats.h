#pragma once

// One function a format; `write` (writers.h) chooses.

#include <string>
#include <vector>

#include "lib/report/comparison.h"
#include "lib/report/layout.h"

namespace actlab {

std::string write_table(const std::vector<Comparison>& comparisons, bool colour);
std::string write_markdown(const std::vector<Comparison>& comparisons);
std::string write_latex(const std::vector<Comparison>& comparisons);
std::string write_csv(const std::vector<Comparison>& comparisons);
std::string write_json(const std::vector<Comparison>& comparisons);

/// A GitHub pipe table, best row in bold; no legend.
std::string markdown_table(const Layout& layout);
/// Title (as a heading of that level), facts and table.
std::string markdown_section(const Layout& layout, int level);
std::string markdown_legend(const std::vector<Layout>& layouts);

}  // namespace actlab

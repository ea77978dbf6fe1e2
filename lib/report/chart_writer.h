#pragma once

#include <string>
#include <vector>

#include "lib/report/chart.h"
#include "lib/report/svg_elements.h"

namespace actlab::svg {

/// A rectangle of a drawing.
struct Area {
  double left, top, width, height;
};

constexpr double padding = 14;

/// So many curves can be told apart without markers.
constexpr size_t few_names = 4;

/// How the curves of a chart look: each after its place among `names`, with some markers on it or none.
struct Looks {
  const std::vector<std::string>& names;
  const Inks& inks;
  bool markers;
};

/// Everything that a chart adds to a drawing, labels included, inside `whole`.
std::string write_chart(const Chart& chart, Area whole, const Looks& looks);

}  // namespace actlab::svg

#pragma once

#include <string>
#include <vector>

#include "lib/report/chart.h"
#include "lib/report/comparison.h"
#include "lib/report/layout.h"

namespace actlab {

/// Charts that belong together, with their numbers.
struct Exhibit {
  std::string title;
  std::string caption;        // how to read it, and what is missing
  std::vector<Chart> charts;  // none where nothing was measured
  Layout numbers;             // of all activations, also of those that the charts have no room for
};

/// The activations that charts of a comparison show, best first: all, or as many as can be told apart, the
/// baseline among them.
std::vector<std::string> charted(const Comparison& comparison);

/// The same in the order of their looks. One activation looks the same in all of these comparisons, unless
/// there are more than can be told apart: then in all charts of one.
std::vector<std::string> looks_of(const Comparison& comparison, const std::vector<Comparison>& comparisons);

/// Everything of a comparison that has a picture: learning curves, cost, learning rates, activation sites.
std::vector<Exhibit> exhibits(const Comparison& comparison);

/// Validation metric and training loss by epoch, and the metric by seconds of training.
Exhibit learning_exhibit(const Comparison& comparison);

/// Test metric against seconds of training, with the Pareto front.
Exhibit cost_exhibit(const Comparison& comparison);

/// Validation metric by learning rate. No charts where no activation was run at two rates or more.
Exhibit rate_exhibit(const Comparison& comparison);

/// Gradient flow, dead units and saturated outputs by site and epoch. Empty where nothing was probed.
std::vector<Exhibit> site_exhibits(const Comparison& comparison);

}  // namespace actlab

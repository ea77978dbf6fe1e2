#pragma once

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"
#include "lib/report/chart.h"

namespace actlab {

/// A function of one number, at the points `x`.
struct Curve {
  std::string name;
  std::vector<double> x, value, slope;
};

/// What there is to draw of a function: at the choice's starting arguments, in evaluation mode, in float64.
/// Multi-unit rows: the last input varies and the others are 1; a curve for each output of a unit. Contextual
/// rows: one channel varies among 255 that hold the quantiles of a standard normal signal, or, of output
/// functions, among two that are 0.
std::vector<Curve> curves(const ActivationChoice& choice, const std::vector<double>& x);

/// What the other inputs are while one varies; empty for functions of one number.
std::string note_on_inputs(const ActivationChoice& choice);

/// `count` points from `low` to `high`, with two close neighbours of every kink in place of the kink, so that
/// jumps stay visible as such.
std::vector<double> points_between(const ActivationChoice& choice, double low, double high, long count);

/// Curves of values or slopes for a chart, interrupted at jumps.
Series value_series(const Curve& curve);
Series slope_series(const Curve& curve);

/// Cuts off what grows beyond ±`reach`, so that it does not press everything else flat.
void limit_height(Chart& chart, double reach);

}  // namespace actlab

#pragma once

// Rows of the catalogue with a mistake in them: what a check is worth shows when it fails.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/lib/activations/helpers.h"

namespace actlab {

/// `change` makes the row of `spec` wrong: each of the named checks must pass before and fail after. Returns
/// the last complaint.
template <class Change>
std::string expect_caught(const std::string& spec, const std::vector<std::string>& checks, Change change) {
  const auto right = choose(spec);
  Row row = *right.row;
  row.kernel = nullptr;  // it would hide what becomes of the function
  change(row);
  auto wrong = right;
  wrong.row = &row;
  std::string complaint;
  for (const auto& check : checks) {
    const auto before = run_check(check, right), after = run_check(check, wrong);
    EXPECT_EQ(before.result, CheckFinding::Result::passed) << spec << ", " << check << ": " << before.detail;
    EXPECT_EQ(after.result, CheckFinding::Result::failed) << spec << ", " << check << ": " << after.detail;
    complaint = after.detail;
  }
  return complaint;
}

/// As expect_caught(), with another function of x alone.
template <class Formula>
std::string expect_formula_caught(const std::string& spec, const std::vector<std::string>& checks,
                                  Formula formula) {
  return expect_caught(spec, checks, [&](Row& row) {
    row.function = [formula](const at::Tensor& x, const Call&) { return at::Tensor(formula(x)); };
  });
}

/// The value of one formula, with the derivative of another.
template <auto value, auto slope>
struct OtherSlope : torch::autograd::Function<OtherSlope<value, slope>> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x) {
    context->save_for_backward({x});
    return value(x);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    return {gradients[0] * slope(context->get_saved_variables()[0])};
  }
};

}  // namespace actlab

#pragma once

// What the checks share: a site that starts every pass from the same state, inputs, and the largest error.

#include <torch/torch.h>

#include <memory>
#include <string>
#include <vector>

#include "lib/activations/activation.h"
#include "lib/activations/check.h"

namespace actlab::checking {

/// What a site makes of an input, and the gradients of the weighted sum of its results.
struct Pass {
  at::Tensor value;
  at::Tensor gradient;                 // of x
  std::vector<at::Tensor> parameters;  // gradients of what is learned
};

/// A fresh site under examination. Every pass starts from the same noise and the same running statistics.
class Subject {
 public:
  /// `type`: of inputs and learned numbers; `channels`: of its output.
  Subject(const ActivationChoice& choice, at::Device device, at::ScalarType type, long channels = 1,
          long channel_dimension = 1);

  /// In evaluation mode until told otherwise.
  void train(bool on) { site_->train(on); }
  std::vector<at::Tensor> parameters() const { return site_->parameters(); }
  /// x on the device, in the type of the site.
  at::Tensor place(const at::Tensor& x) const { return x.to(device_, type_); }

  at::Tensor value(const at::Tensor& x) const;
  /// `weights` of the sum, of the shape of the value; ones when undefined.
  Pass pass(const at::Tensor& x, const at::Tensor& weights = {}) const;
  /// As the site's own, for graphs that go on; x is taken as it is.
  at::Tensor forward(const at::Tensor& x) const;

 private:
  std::shared_ptr<Activation> site_;
  std::vector<at::Tensor> state_;
  at::Device device_;
  at::ScalarType type_;
};

/// Numbers from [low, high], always the same ones for a name; float64 on the CPU.
at::Tensor drawn(at::IntArrayRef shape, double low, double high, const std::string& name);

/// Inputs for `channels` outputs, in [-6, 6] and at least 0.001 away from kinks: [samples, width], with a
/// picture of 4 × 4 behind where outputs see their neighbourhood.
at::Tensor drawn_inputs(const ActivationChoice& choice, long samples, long channels);

/// Floating-point types: distance of 1 to the next number, smallest normal and largest number.
struct Precision {
  double epsilon, smallest, largest;
};
Precision precision_of(at::ScalarType type);

/// A column of numbers, [n, 1], float64.
at::Tensor column(const Numbers& numbers);

/// Collects comparisons, and says which came closest to its tolerance or broke it.
class Verdict {
 public:
  /// Every element must be within `allowed` of `expected`, and infinite where that is; NaN equals NaN.
  /// `where` is printed: the inputs, where there are as many of them.
  void compare(const std::string& what, const at::Tensor& actual, const at::Tensor& expected,
               const at::Tensor& allowed, const at::Tensor& where = {});
  /// With a tolerance of `part`·max(1, |expected|).
  void compare(const std::string& what, const at::Tensor& actual, const at::Tensor& expected, double part,
               const at::Tensor& where = {});
  /// Something that is right or wrong.
  void require(bool right, const std::string& complaint);

  bool failed() const { return !complaint_.empty() || worst_ > 1; }
  /// `summary` is the detail when nothing was compared with a tolerance.
  CheckFinding finding(const std::string& summary = "") const;

 private:
  double worst_ = -1;  // error as part of what is allowed
  std::string place_;
  std::string complaint_;  // the first one
};

CheckFinding not_applicable(std::string why);

// The checks themselves; their meaning stands in checks().
CheckFinding float64(const ActivationChoice& choice, at::Device device);
CheckFinding float32(const ActivationChoice& choice, at::Device device);
CheckFinding bfloat16(const ActivationChoice& choice, at::Device device);
CheckFinding gradient(const ActivationChoice& choice, at::Device device);
CheckFinding second_derivative(const ActivationChoice& choice, at::Device device);
CheckFinding extremes(const ActivationChoice& choice, at::Device device);
CheckFinding infinities(const ActivationChoice& choice, at::Device device);
CheckFinding layout(const ActivationChoice& choice, at::Device device);
CheckFinding pure(const ActivationChoice& choice, at::Device device);
CheckFinding gain(const ActivationChoice& choice, at::Device device);
CheckFinding properties(const ActivationChoice& choice, at::Device device);
CheckFinding twins(const ActivationChoice& choice, at::Device device);
CheckFinding kernel(const ActivationChoice& choice, at::Device device);

}  // namespace actlab::checking

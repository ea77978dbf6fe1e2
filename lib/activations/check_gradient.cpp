// First and second derivatives against differences, along random directions: right whatever an output depends
// on.

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/activations/check_support.h"

namespace actlab::checking {
namespace {

constexpr long samples = 24, neurons = 4;

/// Input and learned numbers at which a derivative is taken, and the direction in which they move.
struct Line {
  std::vector<at::Tensor> start, direction;

  Line(const ActivationChoice& choice, const Subject& subject, bool at_start) {
    start.push_back(subject.place(drawn_inputs(choice, samples, neurons * choice.outputs_per_unit())));
    for (const auto& parameter : subject.parameters()) {
      auto number = parameter.detach().clone();
      // Upwards only: some begin at a bound.
      if (!at_start) number += subject.place(drawn(number.sizes(), 0, 0.05, "numbers"));
      start.push_back(number);
    }
    for (size_t i = 0; i < start.size(); ++i)
      direction.push_back(subject.place(drawn(start[i].sizes(), -1, 1, fmt::format("direction {}", i))));
  }

  std::vector<at::Tensor> at(double step) const {
    std::vector<at::Tensor> moved;
    for (size_t i = 0; i < start.size(); ++i) moved.push_back(start[i] + step * direction[i]);
    return moved;
  }
};

/// Sets the learned numbers of a subject.
void set_numbers(const Subject& subject, const std::vector<at::Tensor>& place) {
  const auto parameters = subject.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) parameters[i].detach().copy_(place[i + 1]);
}

/// Sums up a · b.
at::Tensor dot(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  auto sum = at::zeros({1}, a[0].options());
  for (size_t i = 0; i < a.size(); ++i) sum = sum + (a[i] * b[i]).sum();
  return sum;
}

/// Σ|a·b|, what a tolerance can be a part of.
at::Tensor size_of(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  auto sum = at::ones({1}, a[0].options());
  for (size_t i = 0; i < a.size(); ++i) sum = sum + (a[i] * b[i]).abs().sum();
  return sum;
}

/// Gradients with a graph of their own; nothing where nothing depends.
std::vector<at::Tensor> gradients(const at::Tensor& sum, const std::vector<at::Tensor>& of, bool graph) {
  std::vector<at::Tensor> result(of.size());
  if (sum.requires_grad()) result = torch::autograd::grad({sum}, of, {}, true, graph, /*allow_unused=*/true);
  for (size_t i = 0; i < of.size(); ++i) {
    if (!result[i].defined()) result[i] = at::zeros_like(of[i]);
  }
  return result;
}

/// A function of a place, one number each: Σ weights·f, or the slope of that along a fixed direction.
class Functional {
 public:
  Functional(const Subject& subject, const Line& line) : subject_(subject), line_(line) {
    weights_ = subject.place(drawn(subject.value(line.start[0]).sizes(), -1, 1, "weights"));
    for (size_t i = 0; i < line.start.size(); ++i)
      along_.push_back(subject.place(drawn(line.start[i].sizes(), -1, 1, fmt::format("along {}", i))));
  }

  at::Tensor sum(double step) const {
    const auto place = line_.at(step);
    set_numbers(subject_, place);
    return (subject_.value(place[0]) * weights_).sum().unsqueeze(0);
  }

  /// The gradient at the start.
  std::vector<at::Tensor> gradient() const { return derive(line_.at(0), false).second; }

  at::Tensor slope(double step) const { return dot(derive(line_.at(step), false).second, along_).detach(); }

  std::vector<at::Tensor> slope_gradient() const {
    const auto [inputs, first] = derive(line_.at(0), true);
    return gradients(dot(first, along_), inputs, false);
  }

 private:
  std::pair<std::vector<at::Tensor>, std::vector<at::Tensor>> derive(const std::vector<at::Tensor>& place,
                                                                     bool graph) const {
    set_numbers(subject_, place);
    std::vector<at::Tensor> inputs = {place[0].detach().requires_grad_()};
    for (const auto& parameter : subject_.parameters()) inputs.push_back(parameter);
    const auto sum = (subject_.forward(inputs[0]) * weights_).sum();
    return {inputs, gradients(sum, inputs, graph)};
  }

  const Subject& subject_;
  const Line& line_;
  at::Tensor weights_;
  std::vector<at::Tensor> along_;
};

/// Runs `compare` in training and evaluation where they differ, beside the start of what is learned and, if
/// asked, there.
template <class Compare>
void on_every_line(const ActivationChoice& choice, at::Device device, bool start_too, Compare compare) {
  for (const bool training : {false, true}) {
    if (training && !choice.row->random && !choice.row->normalising) continue;
    for (const bool at_start : {true, false}) {
      if (at_start ? !start_too : !choice.learns()) continue;
      Subject subject(choice, device, at::kDouble, neurons * choice.outputs_per_unit());
      subject.train(training);
      const Line line(choice, subject, at_start);
      compare(Functional(subject, line), line,
              std::string(training ? " in training" : "") + (at_start ? "" : " beside the start"));
    }
  }
}

bool says_not_implemented(const std::string& message) {
  return message.find("not implemented") != std::string::npos ||
         message.find("not differentiable") != std::string::npos ||
         message.find("isn't differentiable") != std::string::npos;
}

}  // namespace

CheckFinding gradient(const ActivationChoice& choice, at::Device device) {
  constexpr double step = 1e-7;  // learned numbers may begin where the second derivative jumps
  Verdict verdict;
  on_every_line(choice, device, true, [&](const Functional& f, const Line& line, const std::string& where) {
    const auto gradient = f.gradient();
    const auto difference = (f.sum(step) - f.sum(-step)) / (2 * step);
    verdict.compare("sum" + where, dot(gradient, line.direction), difference,
                    1e-7 * size_of(gradient, line.direction));
  });
  return verdict.finding();
}

CheckFinding second_derivative(const ActivationChoice& choice, at::Device device) {
  constexpr double step = 1e-6;
  Verdict verdict;
  try {
    on_every_line(choice, device, !choice.learns(),
                  [&](const Functional& f, const Line& line, const std::string& where) {
                    const auto gradient = f.slope_gradient();
                    const auto difference = (f.slope(step) - f.slope(-step)) / (2 * step);
                    verdict.compare("sum" + where, dot(gradient, line.direction), difference,
                                    1e-6 * size_of(gradient, line.direction));
                  });
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    if (!says_not_implemented(message)) throw;
    return not_applicable("LibTorch: " + message.substr(0, message.find('\n')));
  }
  return verdict.finding();
}

}  // namespace actlab::checking

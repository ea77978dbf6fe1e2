#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>
#include <vector>

#include "lib/activations/activation.h"
#include "lib/activations/check.h"
#include "lib/core/random.h"

namespace actlab {

inline ActivationChoice choose(const std::string& text) { return resolve_function(parse_spec(text)); }

/// A site ready for float64, with noise where the row draws some.
inline std::shared_ptr<Activation> make_site(const std::string& text, long channels = 1,
                                             long channel_dimension = 1) {
  auto site = std::make_shared<Activation>(choose(text), channels, channel_dimension);
  site->to(torch::kDouble);
  seed_noise(*site, 0);
  return site;
}

inline std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const auto& row : catalogue()) names.push_back(row.name);
  return names;
}

/// A text as GoogleTest wants its names.
inline std::string plain(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

inline std::string test_name(const testing::TestParamInfo<std::string>& spec) { return plain(spec.param); }

/// What a check says about a choice on the CPU.
inline CheckFinding run_check(const std::string& name, const ActivationChoice& choice) {
  const auto found =
      std::find_if(checks().begin(), checks().end(), [&](const Check& check) { return check.name == name; });
  if (found == checks().end()) throw std::out_of_range("no check is called " + name);
  return found->run(choice, at::kCPU);
}

/// f and ∂f/∂x, ∂Σf/∂parameters of a site (random rows draw the same slopes each time).
struct Evaluated {
  at::Tensor value, gradient;
  std::vector<at::Tensor> parameter_gradients;
};

inline Evaluated evaluate(Activation& site, const at::Tensor& x) {
  seed_noise(site, 0);
  const auto leaf = x.detach().requires_grad_();
  site.zero_grad();
  const auto value = site.forward(leaf);
  value.sum().backward();
  Evaluated result{value.detach(), leaf.grad().defined() ? leaf.grad() : torch::zeros_like(leaf), {}};
  for (const auto& parameter : site.parameters())
    result.parameter_gradients.push_back(parameter.grad().clone());
  return result;
}

}  // namespace actlab

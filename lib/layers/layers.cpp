#include "lib/layers/layers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "lib/core/error.h"

namespace actlab {

Standardise::Standardise(const std::vector<double>& mean, const std::vector<double>& deviation) {
  const bool positive = std::all_of(deviation.begin(), deviation.end(), [](double d) { return d > 0; });
  if (mean.empty() || mean.size() != deviation.size() || !positive) {
    throw usage_error("means and deviations do not describe the channels of an input",
                      fmt::format("{} means, {} deviations", mean.size(), deviation.size()),
                      "one mean and one deviation above 0 for each channel");
  }
  mean_ = register_buffer("mean", torch::tensor(mean, torch::kFloat64).to(torch::kFloat32));
  scale_ =
      register_buffer("scale", torch::tensor(deviation, torch::kFloat64).reciprocal().to(torch::kFloat32));
}

at::Tensor Standardise::forward(const at::Tensor& x) {
  if (x.dim() < 2 || x.size(1) != mean_.size(0)) {
    throw usage_error("an input does not have the channels that the model was built for",
                      fmt::format("shape {}", fmt::join(x.sizes(), "×")),
                      fmt::format("[N, {}, …]", mean_.size(0)));
  }
  std::vector<int64_t> shape(static_cast<size_t>(x.dim()) - 1, 1);
  shape.front() = mean_.size(0);
  return (x.to(torch::kFloat32) - mean_.view(shape)).mul_(scale_.view(shape));
}

Dropout::Dropout(double rate, Form form) : rate_(rate), form_(form) {
  if (!(rate >= 0 && rate < 1)) {
    throw usage_error("a dropout rate is out of range", fmt::format("{}", rate), "0 ≤ rate < 1");
  }
}

at::Tensor Dropout::forward(const at::Tensor& x) {
  if (!is_training() || rate_ == 0) return x;
  const double keep = 1 - rate_;
  // The stream is a CPU generator, so that masks are the same on every device; the mask then moves to x.
  const auto mask = torch::empty(x.sizes(), torch::kFloat32).bernoulli_(keep, noise_).to(x.options());
  if (form_ == Form::inverted) return x * mask.div_(keep);
  const double limit = -1.7580993408473766;  // of SELU at −∞
  const double scale = 1 / std::sqrt(keep + limit * limit * keep * rate_);
  return (x * mask + limit * (1 - mask)) * scale - scale * limit * rate_;
}

}  // namespace actlab

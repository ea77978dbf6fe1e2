#include "models/speech/blocks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/torch.h>

#include "lib/core/error.h"

namespace actlab {

SpeechNetwork::SpeechNetwork(const SpeechShape& shape)
    : frames_(shape.frames),
      standardise_(
          register_module("standardise", std::make_shared<Standardise>(shape.mean, shape.deviation))) {}

at::Tensor SpeechNetwork::forward(const std::vector<at::Tensor>& inputs) {
  const auto& x = inputs.at(0);
  if (x.dim() != 3 || x.size(2) != frames_) {
    throw usage_error("an input does not have the frames that the model was built for",
                      fmt::format("shape {}", fmt::join(x.sizes(), "×")),
                      fmt::format("[N, channels, {}]", frames_));
  }
  return logits(standardise_->forward(x));
}

at::Tensor as_picture(const at::Tensor& x) { return x.transpose(1, 2).unsqueeze(1); }

std::vector<long> pair_argument(const Spec& model, const std::string& key, const std::string& fallback,
                                long high) {
  auto sizes = sizes_argument(model, key, fallback, 1, high);
  if (sizes.size() == 2) return sizes;
  throw usage_error(fmt::format("{} of model '{}' is no pair of sizes", key, model.name),
                    model.arguments.at(key), "two sizes joined with a dash",
                    fmt::format("write {}={}", key, fallback));
}

void require_size(const Spec& model, const SpeechShape& shape, long frames, long channels) {
  if (shape.frames >= frames && shape.channels >= channels) return;
  throw usage_error(fmt::format("clips are too small for model '{}'", model.text()),
                    fmt::format("{} frames of {} channels", shape.frames, shape.channels),
                    fmt::format("at least {} frames of {} channels", frames, channels),
                    "choose --model dnn, smaller filters, or longer clips");
}

}  // namespace actlab

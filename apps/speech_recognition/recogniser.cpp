#include "apps/speech_recognition/recogniser.h"

#include <torch/torch.h>

namespace actlab {

Recogniser::Recogniser(const Task& task, const std::string& file, at::Device device)
    : device_(device),
      model_(load_model(task, file, device)),
      format_(clip_format(model_.description.at("facts").at("input"))),
      words_(model_.description.at("facts").at("class_names").get<std::vector<std::string>>()) {}

at::Tensor Recogniser::judge(const at::Tensor& heard) const {
  return model_.network->forward({heard.to(device_)}).to(torch::kCPU, torch::kFloat);
}

}  // namespace actlab

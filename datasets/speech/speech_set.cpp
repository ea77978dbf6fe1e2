#include "datasets/speech/speech_set.h"

#include "lib/core/random.h"

namespace actlab {
namespace {

/// Sizes and elements of a contiguous copy of `tensor`.
uint64_t hash_tensor(const at::Tensor& tensor, uint64_t hash) {
  const at::Tensor dense = tensor.contiguous();
  hash = fnv1a_bytes(dense.sizes().data(), dense.sizes().size() * sizeof(int64_t), hash);
  return fnv1a_bytes(dense.data_ptr(), static_cast<size_t>(dense.numel()) * dense.element_size(), hash);
}

}  // namespace

std::string SpeechSet::fingerprint() const {
  uint64_t hash = fnv1a(std::to_string(sample_rate), fnv1a(name + '\0'));
  for (const auto& class_name : class_names) hash = fnv1a(class_name + '\0', hash);
  for (const auto& split : {train, validation, test}) {
    hash = hash_tensor(split.labels, hash_tensor(split.audio, hash));
  }
  return hex(hash);
}

}  // namespace actlab

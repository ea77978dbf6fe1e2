#include "lib/core/random.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <vector>

namespace actlab {
namespace {

const char* stream_name(Stream stream) {
  switch (stream) {
    case Stream::initialisation:
      return "initialisation";
    case Stream::data_order:
      return "data order";
    case Stream::noise:
      return "noise";
    case Stream::split:
      return "split";
  }
  return "";
}

/// Finaliser of SplitMix64 (Steele et al. 2014): spreads the bits of an FNV hash before it seeds MT19937.
uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

at::Generator make_generator(long seed, Stream stream, const std::string& name) {
  const uint64_t hash = fnv1a(fmt::format("{}/{}/{}", seed, stream_name(stream), name));
  return at::detail::createCPUGenerator(mix(hash));
}

at::Tensor epoch_order(long seed, long epoch, long count) {
  auto generator = make_generator(seed, Stream::data_order, fmt::format("epoch {}", epoch));
  return torch::randperm(count, generator, torch::kLong);
}

at::Tensor epoch_order(long seed, long epoch, const at::Tensor& sizes, long batch_size) {
  constexpr long batches_a_block = 50;  // few enough that a batch's company changes from epoch to epoch
  const long count = sizes.numel(), full_batches = count / batch_size;
  if (count == 0) return torch::empty({0}, torch::kLong);
  auto order = epoch_order(seed, epoch, count);
  const auto block = torch::arange(count).floor_divide(batch_size * batches_a_block);
  const auto key = block * (sizes.max() + 1) + sizes.index_select(0, order);
  order = order.index_select(0, std::get<1>(key.sort(/*stable=*/true, /*dim=*/0, /*descending=*/false)));
  auto generator = make_generator(seed, Stream::data_order, fmt::format("batches of epoch {}", epoch));
  const auto shuffled = order.slice(0, 0, full_batches * batch_size)
                            .view({full_batches, batch_size})
                            .index_select(0, torch::randperm(full_batches, generator, torch::kLong));
  return torch::cat({shuffled.flatten(), order.slice(0, full_batches * batch_size)});
}

BlockOrder::BlockOrder(long seed, long epoch, long count, long block)
    : generator_(make_generator(seed, Stream::data_order, fmt::format("blocks of epoch {}", epoch))),
      count_(count),
      block_(block),
      blocks_(torch::randperm((count + block - 1) / block, generator_, torch::kLong)),
      rows_(torch::empty({0}, torch::kLong)) {}

at::Tensor BlockOrder::next(long rows) {
  std::vector<at::Tensor> parts;
  for (;;) {
    const long taken = std::min(rows, rows_.size(0));
    parts.push_back(rows_.slice(0, 0, taken));
    rows_ = rows_.slice(0, taken);
    rows -= taken;
    if (rows == 0 || blocks_begun_ == blocks_.size(0)) return torch::cat(parts);
    const long first = blocks_[blocks_begun_++].item<long>() * block_;
    rows_ = torch::randperm(std::min(block_, count_ - first), generator_, torch::kLong) + first;
  }
}

uint64_t fnv1a_bytes(const void* data, size_t bytes, uint64_t start) {
  const auto* byte = static_cast<const unsigned char*>(data);
  uint64_t hash = start;
  for (size_t i = 0; i < bytes; ++i) hash = (hash ^ byte[i]) * 1099511628211ULL;
  return hash;
}

uint64_t fnv1a(const std::string& text, uint64_t start) {
  return fnv1a_bytes(text.data(), text.size(), start);
}

std::string hex(uint64_t value) { return fmt::format("{:016x}", value); }

}  // namespace actlab

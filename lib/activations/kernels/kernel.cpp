#include "lib/activations/kernels/kernel.h"

#include <algorithm>
#include <iterator>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lib/activations/kernels/kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace actlab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
inline constexpr hn::ScalableTag<float> floats;
inline constexpr hn::RebindToUnsigned<decltype(floats)> bits;
inline constexpr hn::RebindToSigned<decltype(floats)> integers;
inline constexpr hn::Rebind<uint16_t, decltype(floats)> halves;

void widen_loop(const uint16_t* from, float* to, size_t count) {
  const size_t lanes = hn::Lanes(floats);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto wide = hn::ShiftLeft<16>(hn::PromoteTo(bits, hn::LoadU(halves, from + i)));
    hn::StoreU(hn::BitCast(floats, wide), floats, to + i);
  }
  for (; i < count; ++i) {
    const uint32_t wide = static_cast<uint32_t>(from[i]) << 16;
    hwy::CopyBytes<sizeof(wide)>(&wide, to + i);
  }
}

/// Half a unit in the last place is added, less one bit where that makes the number odd; NaN stays NaN.
void narrow_loop(const float* from, uint16_t* to, size_t count) {
  const size_t lanes = hn::Lanes(floats);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto x = hn::LoadU(floats, from + i);
    const auto raw = hn::BitCast(bits, x);
    const auto odd = hn::And(hn::ShiftRight<16>(raw), hn::Set(bits, 1));
    const auto rounded = hn::ShiftRight<16>(raw + odd + hn::Set(bits, 0x7fff));
    const auto quiet = hn::Or(hn::ShiftRight<16>(raw), hn::Set(bits, 0x40));
    const auto result = hn::IfThenElse(hn::RebindMask(bits, hn::IsNaN(x)), quiet, rounded);
    hn::StoreU(hn::DemoteTo(halves, hn::BitCast(integers, result)), halves, to + i);
  }
  for (; i < count; ++i) {
    uint32_t raw;
    hwy::CopyBytes<sizeof(raw)>(from + i, &raw);
    const bool nan = (raw & 0x7fffffff) > 0x7f800000;
    to[i] = static_cast<uint16_t>(nan ? raw >> 16 | 0x40 : (raw + (raw >> 16 & 1) + 0x7fff) >> 16);
  }
}

std::string name_of_target() { return hwy::TargetName(HWY_TARGET); }

}  // namespace actlab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace actlab::kernels {

HWY_EXPORT(widen_loop);
HWY_EXPORT(narrow_loop);
HWY_EXPORT(name_of_target);

void widen(const uint16_t* bfloat16, float* x, size_t count) {
  HWY_DYNAMIC_DISPATCH(widen_loop)(bfloat16, x, count);
}
void narrow(const float* x, uint16_t* bfloat16, size_t count) {
  HWY_DYNAMIC_DISPATCH(narrow_loop)(x, bfloat16, count);
}
std::string instruction_set() { return HWY_DYNAMIC_DISPATCH(name_of_target)(); }

bool asks_for_every_line() {
#if HWY_ARCH_X86 && !HWY_COMPILER_MSVC
  static const bool is_amd = (__builtin_cpu_init(), __builtin_cpu_is("amd") != 0);
  return !is_amd;
#else
  return true;
#endif
}

namespace {

const std::vector<Kernel>& all_kernels() {
  static const std::vector<Kernel> all = [] {
    std::vector<Kernel> result;
    for (const auto& family : {sigmoidal(), rectified(), exponential_rows(), gated(), periodic(), adaptive()})
      std::copy(family.begin(), family.end(), std::back_inserter(result));
    return result;
  }();
  return all;
}

template <class Entry, class Fits>
const Entry* find(const std::vector<Entry>& entries, Fits fits) {
  const auto found = std::find_if(entries.begin(), entries.end(), fits);
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

const Kernel* find_kernel(const std::string& row) {
  return find(all_kernels(), [&row](const Kernel& k) { return k.row == row; });
}
const Kernel* find_kernel(const std::string& row, size_t numbers) {
  return find(all_kernels(), [&](const Kernel& k) { return k.numbers == numbers && k.row == row; });
}
const Gate* find_gate(const std::string& row) {
  static const auto all = gates();
  return find(all, [&row](const Gate& gate) { return gate.row == row; });
}

}  // namespace actlab::kernels
#endif

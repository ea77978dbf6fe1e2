#pragma once

// The differences between LibTorch 1.13 and 2.x that this code base meets, and the only place that knows
// them.

#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <torch/version.h>

#include <string>

namespace actlab::compat {

/// The instruction set that LibTorch's kernels were dispatched to: "AVX2", "AVX512", "DEFAULT", …
inline std::string cpu_capability() {
  // at::get_cpu_capability() is public only from 2.0 on; the text of show_config() has it in both.
  const std::string config = at::show_config(), label = "CPU capability usage: ";
  const auto start = config.find(label);
  if (start == std::string::npos) return "unknown";
  return config.substr(start + label.size(), config.find('\n', start) - start - label.size());
}

/// GELU doubles its input on the way: above half of the largest float the result is ∞, and ∞ gives NaN.
constexpr bool gelu_overflows = TORCH_VERSION_MAJOR >= 2;

/// While an enabled one lives, matrix products and convolutions on `device` compute in bfloat16 (weights stay
/// float32). Casts of weights are cached until the end of the outermost region, so a step needs one of its
/// own.
class Bfloat16Region {
 public:
  Bfloat16Region(at::DeviceType device, bool enabled) : device_(device), enabled_(enabled) {
    if (enabled_) enter();
  }
  ~Bfloat16Region() {
    if (enabled_) leave();
  }
  Bfloat16Region(const Bfloat16Region&) = delete;
  Bfloat16Region& operator=(const Bfloat16Region&) = delete;

 private:
  void enter() {
    at::autocast::increment_nesting();
    switch_to(true);
  }
  void leave() {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    switch_to(false);
  }
  // One function a device until 2.3, one for all devices since 2.4 (and the old ones deprecated).
  void switch_to(bool on) const {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    at::autocast::set_autocast_dtype(device_, at::kBFloat16);
    at::autocast::set_autocast_enabled(device_, on);
#else
    if (device_ == at::kCUDA) {
      at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
      at::autocast::set_enabled(on);
    } else {
      at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
      at::autocast::set_cpu_enabled(on);
    }
#endif
  }

  at::DeviceType device_;
  bool enabled_;
};

/// Whether one lives that is enabled for the CPU.
inline bool in_bfloat16_region() {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  return at::autocast::is_autocast_enabled(at::kCPU);
#else
  return at::autocast::is_cpu_enabled();
#endif
}

}  // namespace actlab::compat

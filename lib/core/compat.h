#pragma once

// The differences between LibTorch 1.13 and 2.x that this code base meets, and the only place that knows them.

#include <ATen/Version.h>
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

}  // namespace actlab::compat

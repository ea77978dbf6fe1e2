#pragma once

// The differences between LibTorch 1.13 and 2.x that this code base meets, and the only place that knows them.

#include <ATen/Version.h>
#include <torch/version.h>

#include <string>

#if TORCH_VERSION_MAJOR >= 2
#include <optional>
#endif

namespace actlab::compat {

/// The instruction set that LibTorch's kernels were dispatched to: "AVX2", "AVX512", "DEFAULT", …
inline std::string cpu_capability() { return at::get_cpu_capability(); }

}  // namespace actlab::compat

#include "lib/core/blas.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace actlab {
namespace {

/// What a function of the loaded OpenBLAS says; empty where there is none of this name.
std::string openblas_says(const char* symbol) {
  void* address = dlsym(RTLD_DEFAULT, symbol);
  return address == nullptr ? "" : reinterpret_cast<char* (*)()>(address)();
}

/// The newest kernels of OpenBLAS 0.3.21 that this processor can run; empty before AVX2.
std::string newest_kernels() {
#ifdef __x86_64__
  const bool avx512 = __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
                      __builtin_cpu_supports("avx512bw") != 0;
  if (avx512) return __builtin_cpu_supports("avx512bf16") != 0 ? "Cooperlake" : "SkylakeX";
  if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) return "Haswell";
#endif
  return "";
}

}  // namespace

Blas find_blas() {
  // The symbol that LibTorch's matrix products end in, and the file that provides it here.
  Dl_info info{};
  void* gemm = dlsym(RTLD_DEFAULT, "sgemm_");
  if (gemm == nullptr) return {"built into LibTorch", "", false};
  if (dladdr(gemm, &info) == 0 || info.dli_fname == nullptr) return {"unknown", "", false};
  std::error_code ignored;
  const std::string file = std::filesystem::canonical(info.dli_fname, ignored).string();
  const auto openblas = openblas_says("openblas_get_config");
  if (!openblas.empty()) return {openblas, file, false};
  if (file.find("blis") != std::string::npos) return {"BLIS", file, false};
  if (file.find("atlas") != std::string::npos) return {"ATLAS", file, false};
  if (file.find("mkl") != std::string::npos) return {"MKL", file, false};
  const bool reference = file.find("libblas") != std::string::npos;
  return {reference ? "reference BLAS" : "unknown", file, reference};
}

std::string fitting_blas_kernels() {
  const auto chosen = openblas_says("openblas_get_corename");
  for (const auto* old : {"Prescott", "Core2", "Penryn", "Nehalem", "Sandybridge", "Generic"}) {
    if (chosen == old) return newest_kernels();
  }
  return "";
}

void restart_with_fitting_blas(char** argv) {
  if (std::getenv("OPENBLAS_CORETYPE") != nullptr) return;
  const auto kernels = fitting_blas_kernels();
  if (kernels.empty()) return;
  setenv("OPENBLAS_CORETYPE", kernels.c_str(), 1);
  execv("/proc/self/exe", argv);  // returns only where it cannot: then all goes on, slower
}

}  // namespace actlab

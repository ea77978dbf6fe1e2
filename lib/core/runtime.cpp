#include "lib/core/runtime.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <malloc.h>
#include <omp.h>
#include <sys/resource.h>
#include <torch/torch.h>
#include <torch/version.h>

#include <filesystem>
#include <fstream>

#include "commit.h"  // made by the build
#include "lib/core/blas.h"
#include "lib/core/compat.h"
#include "lib/core/error.h"
#include "lib/core/spec.h"

namespace actlab {
namespace {

/// Calls a void(int) function of the loaded BLAS when it has one of this name.
void call_if_present(const char* symbol, int argument) {
  if (void* address = dlsym(RTLD_DEFAULT, symbol)) reinterpret_cast<void (*)(int)>(address)(argument);
}

/// Leaves freed memory with this process. Every step of a training frees the same megabytes and asks for them
/// again; glibc would return them to the system each time, and the page faults cost a fifth of a step
/// (measured).
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

/// What /proc/cpuinfo says under this name of the first processor; empty without one.
std::string cpu_fact(const std::string& name) {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.rfind(name, 0) == 0 && line.find(": ") != std::string::npos)
      return line.substr(line.find(": ") + 2);
  }
  return {};
}

std::string cpu_name() {
  const auto name = cpu_fact("model name");
  return name.empty() ? "unknown" : name;
}

/// The processor's instructions for products of bfloat16, without which LibTorch's are slow.
std::string bfloat16_instructions() {
  const auto flags = " " + cpu_fact("flags") + cpu_fact("Features") + " ";  // of x86 and ARM
  for (const auto* name : {"amx_bf16", "avx512_bf16", "bf16"}) {
    if (flags.find(fmt::format(" {} ", name)) != std::string::npos) return name;
  }
  return "none: --dtype bfloat16 works, slowly";
}

}  // namespace

void set_threads(int threads) {
  torch::set_num_threads(threads);
  omp_set_num_threads(threads);
  call_if_present("openblas_set_num_threads", threads);
  call_if_present("bli_thread_set_num_threads", threads);
  at::globalContext().setFlushDenormal(true);
  at::globalContext().setAllowTF32CuDNN(false);
  keep_freed_memory();
}

std::vector<std::pair<std::string, std::string>> thread_environment(int threads) {
  const std::string count = std::to_string(threads);
  return {{"OMP_NUM_THREADS", count},
          {"OPENBLAS_NUM_THREADS", count},
          {"BLIS_NUM_THREADS", count},
          {"MKL_NUM_THREADS", count},
          {"OMP_WAIT_POLICY", "passive"}};
}

at::Device choose_device(const std::string& text, std::string* notice) {
  notice->clear();
  if (text == "cpu") return at::kCPU;
  if (text == "auto") return torch::cuda::is_available() ? at::kCUDA : at::kCPU;
  if (text != "cuda" && text.rfind("cuda:", 0) != 0) {
    throw unknown_name("device", text, {"auto", "cpu", "cuda", "cuda:0"});
  }
  const long index = text == "cuda" ? 0 : parse_integer("device index", text.substr(5), 0, 127);
  if (index >= static_cast<long>(torch::cuda::device_count())) {
    *notice = fmt::format("{} asked for, but this LibTorch sees {} CUDA devices: using the CPU", text,
                          torch::cuda::device_count());
    return at::kCPU;
  }
  return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

nlohmann::json environment() {
  return {{"actlab", ACTLAB_VERSION},
          {"commit", ACTLAB_COMMIT},
          {"build_type", ACTLAB_BUILD_TYPE},
          {"libtorch", TORCH_VERSION},
          {"blas", find_blas().name},
          {"threads", torch::get_num_threads()},
          {"cpu", cpu_name()},
          {"instruction_set", compat::cpu_capability()}};
}

long peak_memory_bytes() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return usage.ru_maxrss * 1024L;
}

std::string doctor(const std::string& program, const std::string& data_directory) {
  const auto facts = environment();
  const auto blas = find_blas();
  std::string text =
      fmt::format("{} {} ({}, {})\n", program, ACTLAB_VERSION,
                  std::string(ACTLAB_COMMIT).empty() ? "no commit" : ACTLAB_COMMIT, ACTLAB_BUILD_TYPE);
  const auto line = [&](const std::string& name, const std::string& value) {
    text += fmt::format("  {:<16} {}\n", name, value);
  };
  line("LibTorch", TORCH_VERSION);
  line("compiler", fmt::format("{}, C++{}", __VERSION__, __cplusplus / 100 % 100));
  line("BLAS", blas.name + (blas.library.empty() ? "" : " (" + blas.library + ")"));
  line("instruction set", facts["instruction_set"].get<std::string>());
  line("CPU", facts["cpu"].get<std::string>());
  line("bfloat16", bfloat16_instructions());
  line("threads", fmt::format("LibTorch {}, OpenMP {}, cores {}", torch::get_num_threads(),
                              omp_get_max_threads(), omp_get_num_procs()));
  line("CUDA", torch::cuda::is_available() ? fmt::format("{} devices", torch::cuda::device_count()) : "none");
  line("data directory",
       data_directory + (std::filesystem::is_directory(data_directory) ? "" : " (not there yet)"));
  if (blas.slow) {
    text +=
        "  warning: this is the reference BLAS, about 25 times slower than OpenBLAS; install "
        "libopenblas0-pthread\n";
  }
  if (const auto kernels = fitting_blas_kernels(); !kernels.empty()) {
    text += fmt::format(
        "  warning: this OpenBLAS does not know the processor and takes old kernels; set "
        "OPENBLAS_CORETYPE={}\n",
        kernels);
  }
  if (std::string(ACTLAB_BUILD_TYPE) != "Release")
    text += "  warning: not a release build; timings mean little\n";
  return text;
}

}  // namespace actlab

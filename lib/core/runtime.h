#pragma once

#include <c10/core/Device.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace actlab {

/// Sets the thread count of LibTorch, OpenMP and the BLAS together, flushes denormals to zero, keeps cuDNN
/// from rounding float32 to TF32, and keeps freed memory for the next step. OpenBLAS and BLIS keep pools of
/// their own, which torch::set_num_threads does not bind.
void set_threads(int threads);

/// The variables that a child process must inherit so that its libraries start with `threads` threads.
std::vector<std::pair<std::string, std::string>> thread_environment(int threads);

/// `auto`, `cpu`, `cuda` or `cuda:i`. `auto` takes CUDA when there is one. A CUDA device that is asked for by
/// name but missing falls back to the CPU and says so through `notice` (left empty otherwise).
/// Throws a usage error for any other text.
at::Device choose_device(const std::string& text, std::string* notice);

/// Everything about this machine and build that a record keeps: actlab, commit, libtorch, blas, threads, cpu,
/// instruction_set, build_type.
nlohmann::json environment();

/// Memory of this process at its peak, in bytes (0 where the system does not tell).
long peak_memory_bytes();

/// The text that `doctor` prints: versions, BLAS, instruction set, threads, data directory, with warnings.
std::string doctor(const std::string& program, const std::string& data_directory);

}  // namespace actlab

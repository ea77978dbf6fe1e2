#pragma once

#include <iostream>

#include "lib/core/blas.h"
#include "lib/core/error.h"

namespace actlab {

/// The main of a benchmark: `run` with the kernels that the programs have too; errors as they print them.
inline int run_benchmark(int argc, char** argv, int (*run)(int, char**)) {
  restart_with_fitting_blas(argv);
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    std::cerr << error.what() << "\n";
    return static_cast<int>(error.code());
  }
}

}  // namespace actlab

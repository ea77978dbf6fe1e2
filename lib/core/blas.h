#pragma once

#include <string>

namespace actlab {

/// The BLAS that LibTorch calls: name, whether it is the slow reference one, and the shared object's path.
struct Blas {
  std::string name;
  std::string library;
  bool slow = false;
};
Blas find_blas();

/// The OpenBLAS kernels that fit this processor where OpenBLAS took older ones, else empty. A release does
/// not know processors that came after it, and 0.3.21 takes kernels of 2004 for them (SSE3), several times
/// slower.
std::string fitting_blas_kernels();

/// Where there are such kernels, this process starts again with OPENBLAS_CORETYPE naming them; where that
/// variable is set already, it is obeyed. To be called first in main, with its argv.
void restart_with_fitting_blas(char** argv);

}  // namespace actlab

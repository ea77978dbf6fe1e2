#include <gmock/gmock.h>

#include "lib/core/blas.h"

// The matrix products of a test are those of the programs that it runs, bit for bit.
int main(int argc, char** argv) {
  actlab::restart_with_fitting_blas(argv);
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}

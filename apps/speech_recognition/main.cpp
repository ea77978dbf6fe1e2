#include "apps/speech_recognition/program.h"
#include "lib/core/blas.h"

int main(int argc, char** argv) {
  actlab::restart_with_fitting_blas(argv);
  return actlab::run_speech_recognition(argc, argv);
}

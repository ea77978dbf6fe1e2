#include "apps/text_sentiment/program.h"
#include "lib/core/blas.h"

int main(int argc, char** argv) {
  actlab::restart_with_fitting_blas(argv);
  return actlab::run_text_sentiment(argc, argv);
}

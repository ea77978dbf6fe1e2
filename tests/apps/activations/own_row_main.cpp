#include <torch/torch.h>

#include <string>

#include "apps/activations/program.h"
#include "apps/image_classification/program.h"
#include "lib/activations/families.h"

/// `programs_with_own_row activations …` is the one program, everything else the other: the workers of a
/// comparison are this program again.
int main(int argc, char** argv) {
  using namespace actlab;
  add_rows({families::row(
      "slow_tanh", "tanh(beta·x)", {{"beta", 0.7, 0.1, 1}},
      [](const at::Tensor& x, const Call& call) { return at::tanh(x * call.numbers[0]); },
      "nobody, a row of this test", "(−1, 1)",
      families::monotone | families::smooth | families::zero_centred)});
  const bool catalogue = argc > 1 && std::string(argv[1]) == "activations";
  return catalogue ? run_activations(argc - 1, argv + 1) : run_image_classification(argc, argv);
}

#include "tests/models/devices.h"
#include "tests/models/vision/helpers.h"

namespace actlab {
namespace {

TEST(Devices, CudaTrainsAsTheCpuDoes) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  const auto shape = images(3, 16, 4);
  const test::DeviceBatch batch{{noise_images(shape, 8)},
                                torch::tensor({2, 0, 1, 3, 3, 1, 0, 2}, torch::kLong)};
  for (const std::string model : {"mlp", "mlp:depth=8,norm=none", "cnn", "vgg", "resnet"}) {
    for (const auto& row : test::varied_rows) {
      const auto make = [&] {
        auto network = model_of(model, row, shape);
        initialise(*network, "matched", choice_of(row), 1);
        seed_noise(*network, 1);
        return network;
      };
      test::expect_the_same_on_cuda(model + " " + row, make, batch, test::class_loss);
    }
  }
}

}  // namespace
}  // namespace actlab

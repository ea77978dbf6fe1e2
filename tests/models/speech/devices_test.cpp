#include "tests/models/devices.h"
#include "tests/models/speech/helpers.h"

namespace actlab {
namespace {

TEST(Devices, CudaTrainsAsTheCpuDoes) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  const auto shape = clips(12, 20, 4);
  const test::DeviceBatch batch{{noise(shape, 8)}, torch::tensor({2, 0, 1, 3, 3, 1, 0, 2}, torch::kLong)};
  for (const std::string model : {"dnn:width=16", "cnn:maps=16-16,first=5-4,second=4-2,linear=32,hidden=64",
                                  "ds_cnn", "crnn:kernel=5-4,maps=16,recurrent=32,hidden=32", "res:maps=8"}) {
    for (const auto& row : test::varied_rows) {
      const auto make = [&] { return ready_model(model, row, shape); };
      test::expect_the_same_on_cuda(model + " " + row, make, batch, test::class_loss);
    }
  }
}

}  // namespace
}  // namespace actlab

#include "tests/models/devices.h"
#include "tests/models/text/helpers.h"

namespace actlab {
namespace {

TEST(Devices, CudaTrainsAsTheCpuDoes) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  const test::DeviceBatch batch{texts({5, 2, 6, 1, 4, 6, 3, 5}),
                                torch::tensor({2, 0, 1, 3, 3, 1, 0, 2}, torch::kLong)};
  for (const std::string model : {"dan:width=32", "text_cnn:filters=20", "recurrent", "recurrent:cell=gru",
                                  "transformer:width=16,feed_forward=32"}) {
    for (const auto& row : test::varied_rows) {
      if (model.rfind("recurrent", 0) == 0 && choice_of(row).width_factor() != 1) continue;
      const auto make = [&] { return ready_model(model, row); };
      test::expect_the_same_on_cuda(model + " " + row, make, batch, test::class_loss);
    }
  }
}

}  // namespace
}  // namespace actlab

#include "tests/models/devices.h"
#include "tests/models/recommendation/helpers.h"

namespace actlab {
namespace {

TEST(Devices, CudaTrainsAsTheCpuDoes) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  const test::DeviceBatch batch{clicks(16), labels_of(16)};
  for (const std::string model : {"lr", "fm", "mlp:width=24,depth=2", "wide_deep:width=24", "deepfm:width=24",
                                  "dcn:width=24", "din:attention=12,width=24"}) {
    for (const auto& row : test::varied_rows) {
      const auto make = [&] { return ready_model(model, row); };
      test::expect_the_same_on_cuda(model + " " + row, make, batch, test::two_class_loss);
    }
  }
}

}  // namespace
}  // namespace actlab

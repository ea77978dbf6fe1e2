#include "lib/core/runtime.h"

#include <gmock/gmock.h>
#include <omp.h>
#include <torch/torch.h>

#include "lib/core/blas.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

using testing::HasSubstr;

TEST(Runtime, ThreadsAreSetAndRecorded) {
  set_threads(2);
  EXPECT_EQ(torch::get_num_threads(), 2);
  EXPECT_EQ(omp_get_max_threads(), 2);
  EXPECT_EQ(environment()["threads"], 2);
  set_threads(1);
  EXPECT_EQ(environment()["threads"], 1);
}

TEST(Runtime, DenormalsAreFlushed) {
  set_threads(1);
  const auto tiny = torch::full({8}, 1e-40F);
  EXPECT_EQ((tiny * 1.0F).abs().max().item<float>(), 0.0F);
}

TEST(Runtime, DevicesFallBackWithANotice) {
  std::string notice;
  EXPECT_EQ(choose_device("cpu", &notice), at::kCPU);
  EXPECT_EQ(notice, "");
  if (torch::cuda::device_count() == 0) {
    EXPECT_EQ(choose_device("cuda", &notice), at::kCPU);
    EXPECT_THAT(notice, HasSubstr("using the CPU"));
    EXPECT_EQ(choose_device("auto", &notice), at::kCPU);
    EXPECT_EQ(notice, "");
  }
  EXPECT_THROW(choose_device("gpu", &notice), Error);
  EXPECT_THROW(choose_device("cuda:x", &notice), Error);
}

TEST(Runtime, TheDoctorNamesWhatMatters) {
  const auto text = doctor("program", "/no/such/folder");
  for (const auto* part :
       {"LibTorch", "BLAS", "instruction set", "threads", "/no/such/folder (not there yet)"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_GT(peak_memory_bytes(), 10'000'000);
}

TEST(Runtime, TheBlasIsNamedAndNoOldKernelsAreAdvised) {
  EXPECT_NE(find_blas().name, "");
  const auto kernels = fitting_blas_kernels();
  EXPECT_THAT(kernels, testing::AnyOf("", "Haswell", "SkylakeX", "Cooperlake"));
  // What the doctor says of it, and only where there is something better.
  EXPECT_EQ(doctor("program", "/").find("OPENBLAS_CORETYPE=" + kernels) != std::string::npos,
            !kernels.empty());
}

}  // namespace
}  // namespace actlab

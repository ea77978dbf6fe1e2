// Checks against the publishers' own files, where the machine has them.

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "datasets/catalogue.h"
#include "datasets/images/images.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

class RealData : public ::testing::TestWithParam<const char*> {
 protected:
  ImageSet load_or_skip(const std::string& name) {
    const char* data = std::getenv("ACTLAB_DATA");
    if (data == nullptr || !fs::is_directory(fs::path(data) / name)) return {};
    ImageRequest request;
    request.dataset = name;
    request.data_directory = data;
    return load_images(request);
  }
  static std::vector<int64_t> counts(const ImageSplit& split) {
    const auto bins = torch::bincount(split.labels);
    return {bins.data_ptr<int64_t>(), bins.data_ptr<int64_t>() + bins.numel()};
  }
};

#define LOAD_OR_SKIP(wanted)                 \
  const ImageSet set = load_or_skip(wanted); \
  if (set.name.empty()) GTEST_SKIP() << "ACTLAB_DATA holds no " wanted

TEST_F(RealData, FashionMnist) {
  LOAD_OR_SKIP("fashion-mnist");
  EXPECT_EQ(set.note, "");
  EXPECT_EQ(counts(set.train), std::vector<int64_t>(10, 6000));
  EXPECT_EQ(counts(set.test), std::vector<int64_t>(10, 1000));
  EXPECT_EQ(set.train.labels[0].item<long>(), 9);  // the first picture is an ankle boot
  // Mean and deviation that the community states: 0.2860, 0.3530.
  const auto pixels = set.train.images.to(torch::kFloat) / 255;
  EXPECT_NEAR(pixels.mean().item<double>(), 0.2860, 1e-4);
  EXPECT_NEAR(pixels.std().item<double>(), 0.3530, 1e-4);
}

TEST_F(RealData, Mnist) {
  LOAD_OR_SKIP("mnist");
  EXPECT_EQ(counts(set.train),
            (std::vector<int64_t>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}));
  EXPECT_EQ(counts(set.test), (std::vector<int64_t>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}));
  EXPECT_NEAR((set.train.images.to(torch::kFloat) / 255).mean().item<double>(), 0.1307, 1e-4);
}

TEST_F(RealData, Cifar10) {
  LOAD_OR_SKIP("cifar-10");
  if (set.note.rfind("part: training batch 1 of 5", 0) != 0)
    GTEST_SKIP() << "counts are known for the first batch only";
  EXPECT_EQ(counts(set.train),
            (std::vector<int64_t>{1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981}));
  EXPECT_EQ(set.train.labels[0].item<long>(), 6);  // a frog
  EXPECT_EQ(set.class_names[6], "frog");
  // Red, green and blue of all fifty thousand: 0.4914, 0.4822, 0.4465; of a fifth of them nearly so.
  const auto mean = (set.train.images.to(torch::kFloat) / 255).mean({0, 2, 3});
  EXPECT_TRUE(torch::allclose(mean, torch::tensor({0.4914F, 0.4822F, 0.4465F}), 0, 0.005));
}

TEST_P(RealData, IsIntact) {
  const char* data = std::getenv("ACTLAB_DATA");
  if (data == nullptr || !fs::is_directory(fs::path(data) / GetParam()))
    GTEST_SKIP() << "ACTLAB_DATA holds no " << GetParam();
  const PublicSet set = find_public_set(GetParam());
  for (const auto& file : set.files) {
    const FileState state = check_file(set, file, data);
    EXPECT_TRUE(state == FileState::intact || (state == FileState::part && !file.members.empty()))
        << file.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Sets, RealData, ::testing::Values("fashion-mnist", "mnist", "cifar-10"));

}  // namespace
}  // namespace actlab::test

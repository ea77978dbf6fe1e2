#include <gmock/gmock.h>
#include <torch/torch.h>

#include "datasets/images/images.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

TEST(Glyphs, HasBytesLabelsAndBalancedClasses) {
  const ImageSet set = make_glyphs(480, 240, 0);
  const long classes = static_cast<long>(set.class_names.size());
  EXPECT_EQ(set.name, "glyphs");
  EXPECT_GE(classes, 20);
  EXPECT_EQ(set.train.images.sizes(), (std::vector<int64_t>{480, 1, 28, 28}));
  EXPECT_EQ(set.test.images.sizes(), (std::vector<int64_t>{240, 1, 28, 28}));
  EXPECT_EQ(set.train.images.scalar_type(), torch::kByte);
  EXPECT_TRUE((torch::bincount(set.train.labels) == 480 / classes).all().item<bool>());
  // No picture is flat: something is drawn on each.
  EXPECT_GT(set.train.images.to(torch::kFloat).flatten(1).std(1).min().item<float>(), 5.0F);
}

TEST(Glyphs, DependsOnSeedAndPlaceAlone) {
  const ImageSet few = make_glyphs(50, 20, 3), many = make_glyphs(200, 100, 3),
                 other = make_glyphs(50, 20, 4);
  EXPECT_TRUE(torch::equal(few.train.images, many.train.images.narrow(0, 0, 50)));
  EXPECT_TRUE(torch::equal(few.test.images, many.test.images.narrow(0, 0, 20)));
  EXPECT_EQ(few.fingerprint(), make_glyphs(50, 20, 3).fingerprint());
  EXPECT_FALSE(torch::equal(few.train.images, other.train.images));
  EXPECT_FALSE(torch::equal(few.train.images.narrow(0, 0, 20), few.test.images));  // streams of their own
}

TEST(Glyphs, AreLearnableButNotFromMeansAlone) {
  const ImageSet set = make_glyphs(4800, 960, 0);
  const auto flat = [](const at::Tensor& images) { return images.to(torch::kFloat).flatten(1).div(255); };
  const auto train = flat(set.train.images), test = flat(set.test.images);
  const long classes = static_cast<long>(set.class_names.size());
  std::vector<at::Tensor> means;
  for (long label = 0; label < classes; ++label)
    means.push_back(train.index({set.train.labels == label}).mean(0));
  const auto nearest = torch::cdist(test, torch::stack(means)).argmin(1);
  const double accuracy = (nearest == set.test.labels).to(torch::kDouble).mean().item<double>();
  EXPECT_GT(accuracy, 3.0 / static_cast<double>(classes));
  EXPECT_LT(accuracy, 0.6);
}

TEST(Glyphs, RefusesNoImages) {
  message_of(ExitCode::usage, [] { make_glyphs(0, 10, 0); });
  message_of(ExitCode::usage, [] { make_glyphs(10, -1, 0); });
}

}  // namespace
}  // namespace actlab::test

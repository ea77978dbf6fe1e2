// Checks against the publishers' own files, where the machine has them.

#include <gmock/gmock.h>

#include "datasets/catalogue.h"
#include "tests/datasets/text/helpers.h"

namespace actlab::test {
namespace {

using ::testing::ElementsAre;

class RealDataTexts : public ::testing::TestWithParam<const char*> {
 protected:
  TextSet load_or_skip(const std::string& name) {
    const char* data = std::getenv("ACTLAB_DATA");
    if (data == nullptr || !fs::is_directory(fs::path(data) / name)) return {};
    TextRequest request;
    request.dataset = name;
    request.data_directory = data;
    return load_texts(request);
  }
  static std::vector<int64_t> counts(const TextSplit& split) {
    const auto bins = torch::bincount(split.labels);
    return {bins.data_ptr<int64_t>(), bins.data_ptr<int64_t>() + bins.numel()};
  }
  /// Of both sides together.
  static std::vector<int64_t> all_counts(const TextSet& set) {
    auto all = counts(set.train);
    for (size_t i = 0; i < all.size(); ++i) all[i] += counts(set.test)[i];
    return all;
  }
  static double test_share(const TextSet& set) {
    const auto test = static_cast<double>(set.test.texts.size());
    return test / (test + static_cast<double>(set.train.texts.size()));
  }
};

#define LOAD_OR_SKIP(wanted)                \
  const TextSet set = load_or_skip(wanted); \
  if (set.name.empty()) GTEST_SKIP() << "ACTLAB_DATA holds no " wanted

TEST_F(RealDataTexts, Sst2Glue) {
  LOAD_OR_SKIP("sst2-glue");
  EXPECT_THAT(counts(set.train), ElementsAre(29'780, 37'569));
  EXPECT_THAT(counts(set.test), ElementsAre(428, 444));  // dev
  EXPECT_EQ(set.train.texts[0], "hide new secretions from the parental units");
}

TEST_F(RealDataTexts, Sst2Sentences) {
  LOAD_OR_SKIP("sst2-sentences");
  EXPECT_EQ(set.note, "");
  EXPECT_THAT(counts(set.train), ElementsAre(3'310, 3'610));
  EXPECT_THAT(counts(set.validation), ElementsAre(428, 444));
  EXPECT_THAT(counts(set.test), ElementsAre(912, 909));
}

TEST_F(RealDataTexts, Sst5Trees) {
  LOAD_OR_SKIP("sst5-trees");
  EXPECT_THAT(counts(set.train), ElementsAre(1'092, 2'218, 1'624, 2'322, 1'288));
  EXPECT_THAT(counts(set.validation), ElementsAre(139, 289, 229, 279, 165));
  EXPECT_THAT(counts(set.test), ElementsAre(279, 633, 389, 510, 399));
  EXPECT_EQ(set.train.texts[0].substr(0, 21), "The Rock is destined ");
}

TEST_F(RealDataTexts, RtPolarity) {
  LOAD_OR_SKIP("rt-polarity");
  EXPECT_EQ(set.note, "");
  EXPECT_THAT(all_counts(set), ElementsAre(5'331, 5'331));
  EXPECT_NEAR(test_share(set), 0.2, 0.01);
}

TEST_F(RealDataTexts, LabelledSentences) {
  LOAD_OR_SKIP("sentiment-labelled-sentences");
  EXPECT_EQ(set.note, "");
  EXPECT_THAT(all_counts(set), ElementsAre(1'500, 1'500));
}

TEST_F(RealDataTexts, ChineseWaimai) {
  LOAD_OR_SKIP("chinese-waimai-10k");
  EXPECT_EQ(set.note, "");
  EXPECT_THAT(all_counts(set), ElementsAre(7'987, 4'000));
}

TEST_F(RealDataTexts, ChineseOnlineShopping) {
  LOAD_OR_SKIP("chinese-online-shopping-10-cats");
  const auto counted = all_counts(set);
  EXPECT_EQ(counted[0] + counted[1], 62'774 - 1);  // one is empty
  EXPECT_NEAR(static_cast<double>(counted[1]), 31'728, 1);
  EXPECT_EQ(set.note, "1 empty text left out");
  EXPECT_NEAR(test_share(set), 0.2, 0.01);
}

TEST_F(RealDataTexts, Imdb) {
  LOAD_OR_SKIP("imdb");
  EXPECT_THAT(counts(set.train), ElementsAre(12'500, 12'500));
  EXPECT_THAT(counts(set.test), ElementsAre(12'500, 12'500));
}

TEST_P(RealDataTexts, IsIntact) {
  const char* data = std::getenv("ACTLAB_DATA");
  if (data == nullptr || !fs::is_directory(fs::path(data) / GetParam()))
    GTEST_SKIP() << "ACTLAB_DATA holds no " << GetParam();
  const PublicSet set = find_public_set(GetParam());
  for (const auto& file : set.files) {
    const FileState state = check_file(set, file, data);
    const bool digests = !file.digest.empty() && (file.members.empty() || !file.members[0].digest.empty());
    EXPECT_EQ(state, digests ? FileState::intact : FileState::unverified) << file.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Sets, RealDataTexts,
                         ::testing::Values("sst2-glue", "sst2-sentences", "sst5-trees", "rt-polarity",
                                           "sentiment-labelled-sentences", "chinese-waimai-10k",
                                           "chinese-online-shopping-10-cats"));

}  // namespace
}  // namespace actlab::test

// The publishers' own files: facts that their READMEs and the literature state.

#include <fstream>

#include "datasets/clicks/score.h"
#include "tests/datasets/clicks/helpers.h"

namespace actlab::test {
namespace {

class RealDataClicks : public ClickTables {
 protected:
  /// False where $ACTLAB_DATA does not have the set.
  bool has(const std::string& name) {
    const char* data = std::getenv("ACTLAB_DATA");
    if (data == nullptr || !fs::exists(fs::path(data) / name)) return false;
    request_.dataset = name;
    return true;
  }
  static long clicks(const ClickSet& set) {
    long sum = 0;
    for (const auto* rows : {&set.train, &set.validation, &set.test}) {
      if (rows->count() > 0) sum += rows->targets.select(1, 0).sum().item<long>();
    }
    return sum;
  }
  static long count(const ClickSet& set) {
    return set.train.count() + set.validation.count() + set.test.count();
  }
};

TEST_F(RealDataClicks, MovieLensLatestSmall) {
  if (!has("movielens-latest-small")) GTEST_SKIP();
  const ClickSet set = load_clicks(request_);
  EXPECT_EQ(count(set), 100'836);
  EXPECT_EQ(clicks(set), 48'580);  // ratings of 4 and more, counted by awk
  long users = 0;
  for (const auto* rows : {&set.train, &set.validation, &set.test})
    users = std::max<long>(users, rows->targets.select(1, 1).max().item<int>() + 1);
  EXPECT_EQ(users, 610);
  request_.facts = set.facts;
  const ClickCatalogue all(request_, ClickCatalogue::Known::all);
  EXPECT_EQ(all.users().size(), 610U);
  EXPECT_EQ(all.items().size(), 9'724U);  // of 9,742 movies 18 were never rated
}

TEST_F(RealDataClicks, Criteo) {
  if (!has("criteo-10k")) GTEST_SKIP();
  const ClickSet set = load_clicks(request_);
  EXPECT_EQ(count(set), 10'000);
  EXPECT_EQ(set.test.count(), 2'000);
  EXPECT_EQ(clicks(set), 2'182);
  // Through the cache the same rows come.
  request_.in_memory_bytes = 0;
  const ClickSet cached = load_clicks(request_);
  EXPECT_TRUE(torch::equal(cached.train.tokens, set.train.tokens));
  EXPECT_TRUE(torch::equal(cached.test.numbers, set.test.numbers));
}

TEST_F(RealDataClicks, OpenBandit) {
  if (!has("open-bandit-40k")) GTEST_SKIP();
  const ClickSet set = load_clicks(request_);
  EXPECT_EQ(count(set), 40'000);
  EXPECT_EQ(clicks(set), 69 + 46 + 46 + 46);
  EXPECT_EQ(set.facts.at("encoder").at("values")[0].size(), 2U);        // men and women
  EXPECT_EQ(set.facts.at("encoder").at("values")[1].size(), 34U + 46);  // items
  const std::string folder =
      (fs::path(std::getenv("ACTLAB_DATA")) / "open-bandit-40k" / "bts" / "men").string();
  request_.dataset = folder;
  EXPECT_EQ(clicks(load_clicks(request_)), 69);
}

}  // namespace
}  // namespace actlab::test

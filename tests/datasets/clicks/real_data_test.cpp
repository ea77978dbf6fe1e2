// The publishers' own files: facts that their READMEs and the literature state.

#include <map>
#include <tuple>

#include "datasets/clicks/score.h"
#include "lib/metrics/auc.h"
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
  EXPECT_EQ(set.test.count(), 20'167);
  EXPECT_EQ(set.test.targets.select(1, 0).sum().item<long>(), 9'325);  // the last ones by time, with pandas
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

/// Sums of clicks and rows of a user or an item.
struct Mean {
  double clicks = 0, rows = 0;
  /// Drawn to the mean of all as five more rows of it would.
  double value(double all) const { return (clicks + 5 * all) / (rows + 5); }
};

/// Means of the training rows rank the test rows of the split by time exactly as with pandas and scikit-learn
/// (0.652305; from training and validation rows together 0.677), and those of a split at random as those of
/// eight others there (0.779, deviation 0.003).
TEST_F(RealDataClicks, MeansOfUsersAndItemsRankAsElsewhere) {
  if (!has("movielens-latest-small")) GTEST_SKIP();
  request_.min_count = 1;
  for (const auto& [split, expected, error] :
       {std::tuple{"time", 0.6523045, 1e-6}, {"random", 0.779, 0.012}}) {
    request_.split = split;
    const ClickSet set = load_clicks(request_);
    std::map<int, Mean> users, items;
    for (long i = 0; i < set.train.count(); ++i) {
      const int *target = set.train.targets.data_ptr<int>() + 2 * i,
                item = set.train.tokens[i][1].item<int>();
      for (Mean* mean : {&users[target[1]], &items[item]}) {
        mean->clicks += target[0];
        ++mean->rows;
      }
    }
    const double all = set.train.targets.select(1, 0).to(torch::kDouble).mean().item<double>();
    std::vector<double> scores;
    for (long i = 0; i < set.test.count(); ++i) {
      scores.push_back(users[set.test.targets[i][1].item<int>()].value(all) +
                       items[set.test.tokens[i][1].item<int>()].value(all));
    }
    Auc auc;
    auc.add(torch::tensor(scores, torch::kDouble), set.test.targets.select(1, 0).eq(1));
    EXPECT_NEAR(auc.value(), expected, error) << split;
  }
}

}  // namespace
}  // namespace actlab::test

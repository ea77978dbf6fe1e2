#include "datasets/catalogue_sets.h"

namespace actlab {
namespace {

constexpr const char* clicks_program = "click_recommendation";
constexpr const char* movielens_licence =
    "research only; may be passed on under the same terms; no commercial use without permission";

const std::string grouplens = "https://files.grouplens.org/datasets/movielens/";

PublicSet movielens_latest_small() {
  return {"movielens-latest-small",
          clicks_program,
          "MovieLens latest-small: 100,836 ratings of 9,742 movies by 610 users, 1996 to 2018",
          movielens_licence,
          "https://grouplens.org/datasets/movielens/latest/",
          {{"ml-latest-small.zip",
            grouplens + "ml-latest-small.zip",
            0,
            "",
            "",
            {{"ratings.csv", "", 0, "", ""}, {"movies.csv", "", 0, "", ""}},
            "ml-latest-small"}}};
}

/// Digests are MD5, as the publisher's .md5 files beside the archives and LibRecommender's and TorchRec's
/// readers state them.
PublicSet movielens_100k() {
  return {"movielens-100k",
          clicks_program,
          "MovieLens 100K: 100,000 ratings of 1,682 movies by 943 users, 1997 to 1998",
          movielens_licence,
          "https://grouplens.org/datasets/movielens/100k/",
          {{"ml-100k.zip",
            grouplens + "ml-100k.zip",
            4'924'029,
            "md5",
            "0e33842e24a9c977be4e0107933c0723",
            {{"u.data", "", 0, "", ""}, {"u.item", "", 0, "", ""}, {"u.user", "", 0, "", ""}},
            "ml-100k"}}};
}

PublicSet movielens_1m() {
  return {"movielens-1m",
          clicks_program,
          "MovieLens 1M: 1,000,209 ratings of 3,706 movies by 6,040 users, 2000 to 2003",
          movielens_licence,
          "https://grouplens.org/datasets/movielens/1m/",
          {{"ml-1m.zip",
            grouplens + "ml-1m.zip",
            0,
            "md5",
            "c4d9eecfca2ab87c1945afe126590906",
            {{"ratings.dat", "", 0, "", ""}, {"movies.dat", "", 0, "", ""}, {"users.dat", "", 0, "", ""}},
            "ml-1m"}}};
}

constexpr const char* criteo_licence =
    "not stated with the data; Criteo gives CC BY-NC-SA 4.0 for its larger logs: no commercial use";

PublicSet criteo() {
  return {"criteo",
          clicks_program,
          "Criteo display advertising (dac): 45,840,617 impressions of seven days, 40 columns",
          criteo_licence,
          "https://ailab.criteo.com/ressources/",
          {{"criteo-research-kaggle-display-advertising-challenge-dataset.tar.gz",
            "https://go.criteo.net/criteo-research-kaggle-display-advertising-challenge-dataset.tar.gz",
            0,
            "",
            "",
            {{"train.txt", "", 0, "", ""}}}}};
}

/// No publisher offers this part by itself.
PublicSet criteo_10k() {
  return {"criteo-10k",
          clicks_program,
          "the first 10,000 lines of train.txt of criteo",
          criteo_licence,
          "https://ailab.criteo.com/ressources/",
          {{"train_first10000.txt", "", 2'422'799, "sha256",
            "f665bb8823fd742ea1b8602d70918f235ccc08eba3224f1621c11022721c21a3"}}};
}

/// Kaggle hands the file to those who are signed in only.
PublicSet avazu() {
  return {"avazu",
          clicks_program,
          "Avazu click-through rate: 40,428,967 impressions of ten days, 24 columns",
          "the competition's rules: research and education",
          "https://www.kaggle.com/c/avazu-ctr-prediction/data",
          {{"train.gz", "", 0, "", ""}}};
}

PublicSet open_bandit() {
  return {"open-bandit",
          clicks_program,
          "Open Bandit: 26 million impressions of fashion items, two policies, three campaigns",
          "CC BY 4.0 as the publisher's page states",
          "https://research.zozo.com/data.html",
          {{"open_bandit_dataset.zip",
            "https://research.zozo.com/data_release/open_bandit_dataset.zip",
            412'931'917,
            "",
            "",
            {{"bts", "", 0, "", ""}, {"random", "", 0, "", ""}},
            "open_bandit_dataset"}}};
}

/// A file of the publisher's repository at one commit.
PublicFile open_bandit_file(const std::string& name, long bytes, const std::string& digest) {
  return {
      name,
      "https://raw.githubusercontent.com/st-tech/zr-obp/8cbd5fa4558b7ad2ba4781546d6604e4cc3e07c4/obd/" + name,
      bytes, "sha256", digest};
}

PublicSet open_bandit_40k() {
  return {"open-bandit-40k",
          clicks_program,
          "Open Bandit, small version: men and women, 10,000 impressions of each and each policy",
          "Apache-2.0 (the repository's)",
          "https://github.com/st-tech/zr-obp",
          {open_bandit_file("bts/men/men.csv", 3'240'432,
                            "db6d1f7ed2d591ba521533e45286d4c1fba7fe57a8ad2e80342210335f43c527"),
           open_bandit_file("bts/men/item_context.csv", 4287,
                            "3b411ed6b0471316321a6b93f4f756bb25888eac6218cd71d0b603d41d85732d"),
           open_bandit_file("bts/women/women.csv", 3'722'697,
                            "e5d1b49a39b608585a2f3014a3f54970430cd37a495c1b73fceb85cdf428a5b8"),
           open_bandit_file("bts/women/item_context.csv", 5792,
                            "a56295bad066a558eb783055afd9279f5f4e209a4776eafc22151c53f0ac89d4"),
           open_bandit_file("random/men/men.csv", 3'336'811,
                            "ede6d08c6877f99cd3770f7d09e26c738e6aa6de4445ccccfb1356ba5d06b1eb"),
           open_bandit_file("random/men/item_context.csv", 4287,
                            "6d855c2b7e917d0448d71bbe62c023147495882c0fdc8c41e86fef86abf9fe09"),
           open_bandit_file("random/women/women.csv", 3'817'771,
                            "e65f3bd3beb17664fa69cc129bf7bf852a775f8ffa630506e505fc905315bb34"),
           open_bandit_file("random/women/item_context.csv", 5792,
                            "b1ca4905f97703d196004f2ad4552c1e90c2afad8b50688d333b0d2dc0b33147")}};
}

}  // namespace

std::vector<PublicSet> click_sets() {
  return {movielens_latest_small(),
          movielens_100k(),
          movielens_1m(),
          criteo(),
          criteo_10k(),
          avazu(),
          open_bandit(),
          open_bandit_40k()};
}

}  // namespace actlab

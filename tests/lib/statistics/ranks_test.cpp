#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/statistics/friedman.h"
#include "lib/statistics/signed_rank.h"
#include "lib/statistics/studentized_range.h"
#include "tests/lib/statistics/golden.h"

namespace actlab {
namespace {

using Groups = std::vector<std::vector<size_t>>;

/// Demšar (2006), table 6: AUC of C4.5, C4.5+m, C4.5+cf and C4.5+m+cf on 14 data sets. The third digit of
/// "voting" is a tie in print only: the paper ranks it 2 and 3.
const Scores demsar = {
    {0.763, 0.768, 0.771, 0.798},  {0.599, 0.591, 0.590, 0.569}, {0.954, 0.971, 0.968, 0.967},
    {0.628, 0.661, 0.654, 0.657},  {0.882, 0.888, 0.886, 0.898}, {0.936, 0.931, 0.916, 0.931},
    {0.661, 0.668, 0.609, 0.685},  {0.583, 0.583, 0.563, 0.625}, {0.775, 0.838, 0.866, 0.875},
    {1.000, 1.000, 1.000, 1.000},  {0.940, 0.962, 0.965, 0.962}, {0.619, 0.666, 0.614, 0.669},
    {0.972, 0.981, 0.9751, 0.975}, {0.957, 0.978, 0.946, 0.970}};

TEST(MidRanks, ShareTies) {
  EXPECT_EQ(mid_ranks({3, 1, 3, 2, 3}), (std::vector<double>{4, 1, 4, 2, 4}));
  EXPECT_TRUE(mid_ranks({}).empty());
}

TEST(SignedRank, AgreesWithSciPyAndWithCountingAllSigns) {
  for (const auto& entry : test::golden("signed_rank")) {
    const auto result =
        signed_rank_test(entry["sample"], entry["zeros"] == "pratt" ? Zeros::pratt : Zeros::wilcoxon);
    EXPECT_EQ(result.positive, entry["positive"]);
    EXPECT_EQ(result.negative, entry["negative"]);
    EXPECT_EQ(result.count, entry["count"]);
    EXPECT_EQ(result.exact, entry["exact"]);
    EXPECT_NEAR(result.p_value, entry["p_value"], 1e-12) << entry.dump();
  }
}

TEST(SignedRank, AtItsLimits) {
  EXPECT_TRUE(std::isnan(signed_rank_test({}).p_value));
  EXPECT_EQ(signed_rank_test({0, 0}).p_value, 1);
  EXPECT_EQ(signed_rank_test({0, 0}).count, 0);
  EXPECT_EQ(signed_rank_test({1, 2, 3, 4, 5}).p_value, 0.0625);
  EXPECT_EQ(signed_rank_test({-1, -2, -3, -4, -5, -6}).p_value, 0.03125);
  EXPECT_EQ(signed_rank_test({1, -1}).p_value, 1);
  EXPECT_THROW(signed_rank_test({1, NAN}), std::invalid_argument);
}

TEST(StudentizedRange, AgreesWithSciPy) {
  for (const auto& entry : test::golden("studentized_range")) {
    const int groups = entry["groups"];
    const double degrees = entry["degrees"].is_null() ? infinite_degrees : entry["degrees"].get<double>();
    for (const auto& [q, expected] : entry["cdf"].get<std::vector<std::pair<double, double>>>())
      EXPECT_NEAR(studentized_range_cdf(q, groups, degrees), expected, 1e-9) << entry << q;
    for (const auto& [p, expected] : entry["quantiles"].get<std::vector<std::pair<double, double>>>())
      EXPECT_NEAR(studentized_range_quantile(p, groups, degrees), expected, 1e-7 * expected) << entry << p;
  }
}

/// Two groups: the range is √2 |t|.
TEST(StudentizedRange, OfTwoGroupsHasClosedForms) {
  EXPECT_NEAR(studentized_range_cdf(std::sqrt(2.0), 2), std::erf(1 / std::sqrt(2.0)), 1e-14);
  EXPECT_NEAR(studentized_range_cdf(std::sqrt(2.0), 2, 1), 0.5, 1e-10);
  EXPECT_NEAR(studentized_range_cdf(1e6, 2, 1), 1 - 2 * std::atan(std::sqrt(2.0) / 1e6) / M_PI, 1e-10);
}

/// Harter's (1960) tables as every textbook prints them.
TEST(StudentizedRange, AgreesWithPublishedTables) {
  const auto q = [](double alpha, int groups, double degrees) {
    return studentized_range_quantile(1 - alpha, groups, degrees);
  };
  EXPECT_NEAR(q(0.05, 2, 1), 17.97, 0.005);
  EXPECT_NEAR(q(0.05, 3, 10), 3.877, 0.0005);
  EXPECT_NEAR(q(0.01, 3, 10), 5.270, 0.0005);
  EXPECT_NEAR(q(0.05, 4, 30), 3.845, 0.0005);
  EXPECT_NEAR(q(0.05, 4, 40), 3.791, 0.0005);
  EXPECT_NEAR(q(0.05, 3, infinite_degrees), 3.314, 0.0005);
}

TEST(StudentizedRange, RejectsWhatIsNoRange) {
  EXPECT_EQ(studentized_range_cdf(-1, 3), 0);
  EXPECT_THROW(studentized_range_cdf(1, 1), std::invalid_argument);
  EXPECT_THROW(studentized_range_cdf(1, 3, 0.5), std::invalid_argument);
  EXPECT_THROW(studentized_range_cdf(NAN, 3), std::invalid_argument);
  EXPECT_THROW(studentized_range_quantile(1, 3), std::invalid_argument);
}

TEST(Friedman, AgreesWithSciPy) {
  for (const auto& entry : test::golden("friedman")) {
    const auto result = friedman_test(entry["scores"]);
    const std::vector<double> ranks = entry["mean_ranks"];
    for (size_t i = 0; i < ranks.size(); ++i) EXPECT_NEAR(result.mean_ranks[i], ranks[i], 1e-12);
    EXPECT_NEAR(result.chi_squared, entry["chi_squared"], 1e-10);
    EXPECT_NEAR(result.p_chi_squared, entry["p_chi_squared"], 1e-10);
    EXPECT_NEAR(result.f, entry["f"], 1e-9);
    EXPECT_NEAR(result.p_f, entry["p_f"], 1e-10);
  }
}

TEST(Friedman, GivesTheRanksOfDemsar) {
  const auto result = friedman_test(demsar);
  const std::vector<double> published = {3.143, 2.000, 2.893, 1.964};
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(result.mean_ranks[i], published[i], 5e-4);
  double uncorrected = 0;  // the paper does not correct for ties, which makes the statistic larger
  for (const double rank : result.mean_ranks) uncorrected += 12 * 14 / 20.0 * (rank - 2.5) * (rank - 2.5);
  EXPECT_NEAR(uncorrected, 9.28, 0.005);
  EXPECT_NEAR(13 * uncorrected / (14 * 3 - uncorrected), 3.69, 0.005);
  EXPECT_GT(result.chi_squared, uncorrected);
}

TEST(Friedman, AtItsLimits) {
  const auto tied = friedman_test({{1, 1, 1}, {2, 2, 2}});
  EXPECT_EQ(tied.chi_squared, 0);
  EXPECT_EQ(tied.p_f, 1);
  EXPECT_EQ(tied.mean_ranks, (std::vector<double>{2, 2, 2}));
  const auto unanimous = friedman_test({{1, 2, 3}, {4, 5, 6}, {0, 7, 9}});
  EXPECT_NEAR(unanimous.chi_squared, 6, 1e-12);
  EXPECT_EQ(unanimous.f, INFINITY);
  EXPECT_EQ(unanimous.p_f, 0);
  EXPECT_EQ(unanimous.mean_ranks, (std::vector<double>{3, 2, 1}));
  for (const Scores& bad :
       {Scores{}, Scores{{1, 2}}, Scores{{1}, {2}}, Scores{{1, 2}, {1, 2, 3}}, Scores{{1, 2}, {1, NAN}}})
    EXPECT_THROW(friedman_test(bad), std::invalid_argument);
}

/// Demšar (2006), table 5(a): critical values of the two-tailed Nemenyi test for 2 to 10 methods.
TEST(Nemenyi, AgreesWithTheTableOfDemsar) {
  const std::vector<double> five = {1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164};
  const std::vector<double> ten = {1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920};
  for (int methods = 2; methods <= 10; ++methods) {
    const double unit = std::sqrt(methods * (methods + 1) / 6.0);  // one block
    const auto place = static_cast<size_t>(methods - 2);
    EXPECT_NEAR(nemenyi_critical_difference(methods, 1, 0.05) / unit, five[place], 0.001);
    EXPECT_NEAR(nemenyi_critical_difference(methods, 1, 0.10) / unit, ten[place], 0.001);
  }
  EXPECT_NEAR(nemenyi_critical_difference(4, 14, 0.05), 1.25, 0.005);  // the paper's example
  EXPECT_NEAR(nemenyi_critical_difference(4, 14, 0.10), 1.12, 0.005);
  EXPECT_THROW(nemenyi_critical_difference(4, 0), std::invalid_argument);
}

/// In the paper's example no two differ at 5 % (largest difference 1.18), at 10 % first and last do, and the
/// difference of 1.143 between first and second is just large enough, too.
TEST(Nemenyi, GroupsTheExampleOfDemsar) {
  const auto result = friedman_test(demsar);
  EXPECT_EQ(nemenyi_groups(result, 0.05), (Groups{{3, 1, 2, 0}}));
  EXPECT_EQ(nemenyi_groups(result, 0.10), (Groups{{3, 1, 2}, {2, 0}}));
}

TEST(Groups, AreMaximalAndOrdered) {
  // 0 – 1 – 2 are alike by neighbours, 0 and 2 differ; 3 differs from all.
  std::vector<std::vector<bool>> differ(4, std::vector<bool>(4, true));
  for (size_t i = 0; i < 4; ++i) differ[i][i] = false;
  differ[0][1] = differ[1][0] = differ[1][2] = differ[2][1] = false;
  EXPECT_EQ(groups_alike(differ, {3, 2, 1, 4}), (Groups{{2, 1}, {1, 0}}));
}

/// Methods of 20 rivals that differ in places: every pair alike is in a group, no group holds a pair that
/// differs, and none lies within another.
TEST(Groups, CoverEveryPairAlike) {
  constexpr size_t methods = 20;
  std::vector<std::vector<bool>> differ(methods, std::vector<bool>(methods, false));
  std::vector<double> ranks;
  for (size_t a = 0; a < methods; ++a) {
    ranks.push_back(static_cast<double>(a));
    for (size_t b = 0; b < a; ++b) differ[a][b] = differ[b][a] = (a * b + a + b) % 3 == 0;
  }
  const auto groups = groups_alike(differ, ranks);
  std::vector<std::vector<bool>> covered(methods, std::vector<bool>(methods, false));
  for (const auto& group : groups) {
    for (const size_t a : group) {
      for (const size_t b : group) {
        EXPECT_FALSE(differ[a][b]);
        covered[a][b] = true;
      }
    }
    for (size_t other = 0; other < methods; ++other) {
      const bool inside = std::find(group.begin(), group.end(), other) != group.end();
      const bool fits = std::none_of(group.begin(), group.end(), [&](size_t a) { return differ[a][other]; });
      EXPECT_EQ(inside, fits);
    }
  }
  for (size_t a = 0; a < methods; ++a) {
    for (size_t b = 0; b < a; ++b) EXPECT_EQ(covered[a][b], !differ[a][b]);
  }
}

TEST(WilcoxonHolm, SeparatesWhatDiffersInEveryBlock) {
  Scores scores;
  for (int block = 0; block < 12; ++block) {
    const double wobble = block % 2 == 0 ? 0.01 * block : -0.01 * block;
    scores.push_back({1 + 0.1 * block, 0.1 * block, 0.1 * block + wobble});
  }
  const auto result = wilcoxon_holm(scores);
  EXPECT_NEAR(result.p_values[0][1], 3 * std::ldexp(1, -11), 1e-15);
  EXPECT_EQ(result.p_values[0][1], result.p_values[1][0]);
  EXPECT_EQ(result.p_values[1][1], 1);
  EXPECT_GT(result.p_values[1][2], 0.05);
  ASSERT_EQ(result.groups.size(), 1u);
  EXPECT_EQ(result.groups[0].size(), 2u);
}

TEST(WilcoxonHolm, CannotSeparateInFiveBlocks) {
  const Scores scores(5, {3, 2, 1});
  EXPECT_EQ(wilcoxon_holm(scores).groups, (Groups{{0, 1, 2}}));
}

}  // namespace
}  // namespace actlab

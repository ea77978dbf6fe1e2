#include "apps/reproduce/claims.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "apps/reproduce/claims_report.h"
#include "apps/reproduce/dense_stack.h"
#include "apps/reproduce/measurements.h"
#include "lib/core/files.h"
#include "tests/apps/reproduce/made_records.h"
#include "tests/errors.h"

namespace actlab {
namespace {

using testing::HasSubstr;

Findings findings(const std::vector<std::pair<Standing, bool>>& tests) {
  Findings result;
  for (const auto& [standing, deciding] : tests) result.tests.push_back({"", "", standing, deciding});
  return result;
}

TEST(Standings, FollowFromTheDecidingTests) {
  const auto yes = Standing::supported, no = Standing::refuted, open = Standing::not_enough_runs;
  EXPECT_EQ(findings({}).standing(), open);
  EXPECT_EQ(findings({{yes, true}, {yes, true}, {no, false}}).standing(), yes);
  EXPECT_EQ(findings({{yes, true}, {open, true}}).standing(), yes);
  EXPECT_EQ(findings({{yes, true}, {no, true}}).standing(), Standing::depends);
  EXPECT_EQ(findings({{no, true}}).standing(), no);
  EXPECT_EQ(findings({{open, true}, {yes, false}}).standing(), open);
  EXPECT_EQ(findings({{yes, true}, {Standing::no_practical_difference, true}}).standing(), Standing::depends);
}

TEST(Claims, AreThoseOfTheArticleInBothLanguages) {
  std::string ids;
  for (const auto& claim : claims()) {
    ids += claim.id + " ";
    for (const auto& words : {claim.claim, claim.method, claim.group}) {
      EXPECT_FALSE(words.english.empty()) << claim.id;
      EXPECT_FALSE(words.chinese.empty()) << claim.id;
    }
    EXPECT_NE(claim.claim.english, claim.claim.chinese) << claim.id;
    EXPECT_NE(claim.method.english, claim.method.chinese) << claim.id;
  }
  EXPECT_EQ(ids, "F1 F2 F3 F4 S1 S2 S3 S4 R1 R2 R3 R4 R5 R6 R7 W1 P1 P2 P3 P4 ");
}

TEST(Rows, OfOneNameAreToldApartByTheirArguments) {
  std::vector<RunRecord> records;
  for (long seed = 0; seed < 3; ++seed) {
    const double luck = 0.001 * static_cast<double>(seed);
    records.push_back(make_record("relu", seed, 0.7 + luck));
    records.push_back(make_record("swish:beta=1,frozen=true", seed, 0.9 - luck));
    records.push_back(make_record("swish:beta=1", seed, 0.5 - luck));
  }
  const auto comparison = compare_one(records);
  EXPECT_EQ(row_named(comparison, "swish")->activation, "swish:beta=1");
  EXPECT_EQ(row_named(comparison, "swish:frozen=true")->activation, "swish:beta=1,frozen=true");
  EXPECT_EQ(row_named(comparison, "elu"), nullptr);
  EXPECT_EQ(label_of(*row_named(comparison, "relu"), comparison), "relu");
  EXPECT_EQ(label_of(*row_named(comparison, "swish"), comparison), "swish:beta=1");
  EXPECT_EQ(beats_baseline({"batch", comparison}, "swish")->standing, Standing::refuted);
  EXPECT_EQ(beats_baseline({"batch", comparison}, "swish:frozen=true")->standing, Standing::supported);
}

TEST(Pairs, AreJudgedByTheRuleOfAllTables) {
  Interval difference;
  EXPECT_EQ(judge_pairs({0.9, 0.91, 0.92}, {0.5, 0.51, 0.52}, 0.01, 0.001, difference), Standing::supported);
  EXPECT_NEAR(difference.mean, 0.4, 1e-12);
  EXPECT_EQ(judge_pairs({0.5, 0.51, 0.52}, {0.9, 0.91, 0.92}, 0.01, 0.001, difference), Standing::refuted);
  EXPECT_EQ(judge_pairs({0.5, 0.9, 0.7}, {0.6, 0.7, 0.8}, 0.01, 0.001, difference),
            Standing::not_enough_runs);
}

TEST(Measured, SoftmaxAndRangesAreWhatMathematicsSays) {
  for (const auto& scale : measure_softmax()) {
    EXPECT_LT(scale["largest_error"], 1e-5);
    EXPECT_GE(scale["smallest"], 0);
  }
  const auto ranges = measure_ranges();
  EXPECT_NEAR(ranges["sigmoid"]["signal"][1]["mean"], 0.5, 1e-9);
  EXPECT_NEAR(ranges["tanh"]["signal"][1]["mean"], 0, 1e-9);
  // E|z|/2 and the deviation of max(0, z) for a standard normal z.
  EXPECT_NEAR(ranges["relu"]["signal"][1]["mean"], 0.398942, 1e-4);
  EXPECT_NEAR(ranges["relu"]["signal"][1]["deviation"], 0.583819, 1e-4);
}

TEST(Measured, SlopesAreWhatMathematicsSays) {
  const auto slopes = measure_slopes();
  EXPECT_NEAR(slopes["sigmoid"]["largest"], 0.25, 1e-12);
  EXPECT_NEAR(slopes["tanh"]["largest"], 1, 1e-12);
  EXPECT_EQ(slopes["relu"]["jump"], 1);
  EXPECT_LT(slopes["swish:beta=1"]["jump"], 1e-8);
  EXPECT_NEAR(slopes["swish:beta=1"]["lowest"], -0.278465, 1e-5);
}

TEST(Measured, OnlyPiecewiseLinearNetworksAreTheirLocalMaps) {
  std::map<std::string, double> exact;
  for (const auto& entry : measure_linear_maps()) {
    if (entry["radius"] == 1e-4) exact[entry["activation"]] = entry["exact"];
  }
  EXPECT_GT(exact.at("relu"), 0.9);
  EXPECT_GT(exact.at("leaky_relu:slope=0.01"), 0.9);
  EXPECT_EQ(exact.at("tanh"), 0);
  EXPECT_EQ(exact.at("swish:beta=1"), 0);
}

TEST(Measured, ANetworkOfIdentitiesIsOneMatrix) {
  const auto linearity = measure_linearity();
  EXPECT_LT(linearity["matrix_error"], 1e-5);
  EXPECT_NEAR(linearity["linear_share"]["identity"], 1, 1e-6);
  EXPECT_LT(linearity["linear_share"]["relu"], 0.99);
}

class ClaimReports : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* name : {"ranges", "softmax", "slopes", "linear-maps"}) {
      for (const auto& one : measurements()) {
        if (one.name == name)
          test::write_file(folder_ / (one.name + ".json"), nlohmann::json{{"result", one.measure()}}.dump());
      }
    }
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Standing standing(Findings (*examine)(const Evidence&)) const {
    return examine(Evidence({}, folder_)).standing();
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("actlab_claims_" + std::to_string(getpid()));
};

TEST_F(ClaimReports, WhatFunctionsAloneDecideIsDecided) {
  EXPECT_EQ(standing(examine_f2), Standing::depends) << "bounded, some of them, but nothing is normalised";
  EXPECT_EQ(standing(examine_f3), Standing::supported);
  EXPECT_EQ(standing(examine_s1), Standing::supported);
  EXPECT_EQ(standing(examine_r7), Standing::supported);
}

TEST_F(ClaimReports, WithoutRecordsNothingIsSaidAboutProducts) {
  EXPECT_EQ(standing(examine_p1), Standing::not_enough_runs);
  EXPECT_EQ(standing(examine_p4), Standing::not_enough_runs);
  EXPECT_EQ(standing(examine_s2), Standing::not_enough_runs);
}

TEST_F(ClaimReports, ReluAgainstSigmoidDecidesAboutImages) {
  test::write_records(folder_ / "images-mlp");
  auto batch = folder_batches({(folder_ / "images-mlp").string()});
  const auto found = examine_p1(Evidence(batch, folder_));
  ASSERT_FALSE(found.tests.empty());
  EXPECT_EQ(found.tests.front().standing, Standing::supported);
  EXPECT_THAT(found.tests.front().figure.english, HasSubstr("+38"));
  EXPECT_THAT(found.tests.front().figure.chinese, HasSubstr("百分點"));
}

TEST_F(ClaimReports, AMissingMeasurementIsSaid) {
  EXPECT_THAT(test::message_of(ExitCode::data, [&] { standing(examine_r2); }), HasSubstr("speed.json"));
}

TEST(Languages, AreTwo) {
  EXPECT_EQ(language_named("zh-Hant"), Language::chinese);
  EXPECT_THAT(test::message_of(ExitCode::usage, [] { language_named("zh"); }), HasSubstr("zh-Hant"));
}

}  // namespace
}  // namespace actlab

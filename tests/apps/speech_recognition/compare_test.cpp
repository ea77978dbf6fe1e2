#include "tests/apps/speech_recognition/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

using CompareWords = SpeechProgram;

TEST_F(CompareWords, TrainsAGridAndComputesFeaturesOnce) {
  const auto result = run(small_grid());
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(records_in(output()).size(), 4U);
  EXPECT_THAT(result.out, AllOf(HasSubstr("words-formant"), HasSubstr("sigmoid")));
  const auto features = folder_ / "cache/actlab/features";
  EXPECT_EQ(std::distance(fs::directory_iterator(features), {}), 1) << "both workers share a file";
  EXPECT_THAT(run({"report", output(), "--metric", "macro_f1"}).out, HasSubstr("macro_f1"));
  EXPECT_THAT(run(small_grid()).err, HasSubstr("0 of them new"));
}

TEST_F(CompareWords, OneJobAndTwoGiveTheSameRecords) {
  auto grid = small_grid();
  grid.insert(grid.end(), {"--augment", "all"});
  expect_same_records_of_one_job_and_two(grid);
}

/// Two names of one function see the same split, order, weights and changes of the clips, so that their runs
/// are one.
TEST_F(CompareWords, SeedsArePairedWithAugmentation) {
  run(small_grid(), {"--activations", "relu,leaky_relu:slope=0", "--augment", "spec,noise,shift"});
  expect_paired_seeds(1e-4);
}

TEST_F(CompareWords, AugmentationIsAFactorOfTheExperiment) {
  for (const auto* augment : {"none", "shift", "noise", "spec"}) run(small_grid(), {"--augment", augment});
  const auto files = records_in(output());
  ASSERT_EQ(files.size(), 16U);
  std::map<std::string, std::map<std::string, double>> losses;  // by activation and seed, then by data
  std::map<std::string, std::string> notes;
  for (const auto& file : files) {
    const auto record = json::parse(slurp(file));
    const std::string data = record["dataset"]["fingerprint"];
    notes[data] = record["dataset"]["note"];
    losses[record["activation"]["text"].get<std::string>() + record["seed"].dump()][data] =
        record["history"].back()["train_loss"];
  }
  ASSERT_EQ(notes.size(), 4U);
  for (const auto& [run, by_data] : losses) {
    std::set<double> different;
    for (const auto& [data, loss] : by_data) different.insert(loss);
    EXPECT_EQ(different.size(), 4U) << run;
  }
  EXPECT_THAT(run({"report", output()}).out,
              AllOf(HasSubstr("augmentation: shift"), HasSubstr("augmentation: noise")));
}

TEST_F(CompareWords, LatencyIsMeasuredInterleaved) {
  const auto result = run({"latency", "--model", small_model, "--activations", "sigmoid,relu", "--calls",
                           "20", "--sample-rate", "8000", "--format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto rows = json::parse(result.out);
  ASSERT_EQ(rows.size(), 2U);
  for (const auto& row : rows) {
    EXPECT_EQ(row["baseline"], "relu");
    EXPECT_EQ(row["calls"], 20);
    EXPECT_EQ(row["clip_seconds"], 1);
    EXPECT_GT(row["feature_ms"], 0);
    EXPECT_GE(row["median_ms"], row["feature_ms"]);
    EXPECT_GE(row["percentile_99_ms"], row["median_ms"]);
    EXPECT_DOUBLE_EQ(row["real_time_factor"].get<double>(), row["median_ms"].get<double>() / 1000);
    EXPECT_LE(row["ratio_low"], row["ratio"]);
    EXPECT_GE(row["ratio_high"], row["ratio"]);
  }
  EXPECT_EQ(rows[1]["ratio"], 1) << "relu against itself";
  for (const auto* format : {"table", "markdown", "csv"})
    EXPECT_THAT(
        run({"latency", "--model", small_model, "--activations", "relu", "--calls", "10", "--format", format})
            .out,
        HasSubstr("relu"));
}

}  // namespace
}  // namespace actlab::test

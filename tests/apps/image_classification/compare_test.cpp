#include "tests/apps/image_classification/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

using Compare = ImageProgram;

TEST_F(Compare, TrainsAGridPrintsATableAndSaysWhereTheRecordsAre) {
  const auto result = run(small_grid());
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(records().size(), 4U);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("relu"), HasSubstr("sigmoid"), HasSubstr("baseline"), HasSubstr("glyphs")));
  EXPECT_THAT(result.out, Not(HasSubstr("\033["))) << "no colour outside a terminal";
  EXPECT_THAT(result.err, AllOf(HasSubstr("epoch 2/2"), HasSubstr("4 of 4 runs"), HasSubstr(output())));
  EXPECT_THAT(result.err, Not(HasSubstr("\r"))) << "plain lines outside a terminal";
  const auto config = json::parse(slurp(output() + "/config.json"));
  EXPECT_EQ(config["options"]["epochs"], "2");
  EXPECT_THAT(config["command"].get<std::string>(), HasSubstr("image_classification compare"));
}

TEST_F(Compare, ASecondCallDoesOnlyWhatIsMissing) {
  trained_grid();
  const auto before = records();
  std::vector<fs::file_time_type> times;
  for (const auto& file : before) times.push_back(fs::last_write_time(file));
  fs::remove(before[1]);
  const auto second = run(small_grid());
  EXPECT_THAT(second.err, HasSubstr("4 of 4 runs have a record in " + output() + "/runs, 1 of them new"));
  EXPECT_EQ(records(), before);
  for (const size_t kept : {0, 2, 3}) EXPECT_EQ(fs::last_write_time(before[kept]), times[kept]);
  const auto third = run(small_grid(), {"--quiet"});
  EXPECT_THAT(third.err, AllOf(HasSubstr("0 of them new"), Not(HasSubstr("epoch"))));
  EXPECT_THAT(run(small_grid(), {"--fresh"}).err, HasSubstr("4 of them new"));
}

TEST_F(Compare, OneJobAndTwoGiveTheSameRecords) {
  run(small_grid(), {"--jobs", "1"});
  const auto one = contents(records());
  EXPECT_EQ(one.size(), 4U);
  run(small_grid(), {"--jobs", "2", "--fresh"});
  EXPECT_EQ(one, contents(records()));
}

TEST_F(Compare, ShardsTogetherAreTheGrid) {
  trained_grid();
  const auto whole = contents(records());
  fs::remove_all(output());
  run(small_grid(), {"--shard", "0/2"});
  EXPECT_EQ(records().size(), 2U);
  run(small_grid(), {"--shard", "1/2"});
  EXPECT_EQ(whole, contents(records()));
}

TEST_F(Compare, ADryRunListsTheGridAndTrainsNothing) {
  const auto result = run(small_grid(), {"--dry-run"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("sigmoid  seed 1"), HasSubstr("4 of 4 runs to do, about")));
  EXPECT_FALSE(fs::exists(output()));
}

TEST_F(Compare, ADamagedRecordIsDoneAgainAndSaidSo) {
  trained_grid();
  const auto good = contents(records());
  fs::resize_file(records()[2], fs::file_size(records()[2]) / 2);
  const auto result = run(small_grid());
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("is damaged"), HasSubstr("done again"), HasSubstr("1 of them new")));
  EXPECT_EQ(good, contents(records()));
}

TEST_F(Compare, ReportMakesTheSameTableFromRecordsAlone) {
  const auto& compared = trained_grid();
  EXPECT_EQ(compared.out, run({"report", output()}).out);
  const auto page = run({"report", output(), "--page", "Title"});
  EXPECT_EQ(page.code, 0) << page.err;
  EXPECT_THAT(page.out, AllOf(HasSubstr("# Title"), HasSubstr("image_classification compare"),
                              HasSubstr("libtorch"), HasSubstr("## glyphs, mlp")));
  EXPECT_EQ(run({"report", folder_.string()}).code, 3);
  EXPECT_EQ(run({"report", output(), "--metric", "beauty"}).code, 2);
  EXPECT_THAT(run({"report", output(), "--metric", "log_loss"}).out, HasSubstr("log_loss"));
}

TEST_F(Compare, EveryFormatHoldsTheSameRows) {
  trained_grid();
  const auto list = json::parse(run({"report", output(), "--format", "json"}).out);
  ASSERT_EQ(list.size(), 1U);
  ASSERT_EQ(list[0]["rows"].size(), 2U);
  const auto csv = run({"report", output(), "--format", "csv"}).out;
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3) << "a header and two rows";
  EXPECT_THAT(run({"report", output(), "--format", "markdown"}).out,
              AnyOf(HasSubstr("| **relu**"), HasSubstr("| **sigmoid**")));
  EXPECT_THAT(run({"report", output(), "--format", "latex"}).out,
              AllOf(HasSubstr("\\toprule"), HasSubstr("relu")));
}

TEST_F(Compare, TuningTriesRatesOnValidationDataAndStandsBesideTheUntunedTable) {
  const std::vector<std::string> tune = {"--lr", "tune:rates=2,low=0.001,high=0.01"};
  const auto listed = run(small_grid(), {"--dry-run", "--lr", "tune:rates=2,low=0.001,high=0.01"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr("trial of lr 0.001"), HasSubstr("lr to be chosen"),
                                HasSubstr("8 of 8 runs to do")));
  EXPECT_FALSE(fs::exists(output()));
  const auto result = run(small_grid(), tune);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err,
              HasSubstr("4 of 4 runs have a record in " + output() + "/runs, of runs and trials 8 are new"));
  EXPECT_THAT(result.out, AllOf(HasSubstr("lr tuned over 0.001, 0.01"), HasSubstr("(end)")));
  std::map<std::string, double> best;
  for (const auto& file : records()) {
    const auto record = json::parse(slurp(file));
    if (!record["tuning"].contains("trial")) continue;
    EXPECT_TRUE(record["metrics"]["test"].empty()) << "a trial looked at test data";
    auto& most = best[record["activation"]["name"]];
    most = std::max(most, record["metrics"]["validation"]["accuracy"].get<double>());
  }
  EXPECT_EQ(best.size(), 2U);
  for (const auto& file : records()) {
    const auto record = json::parse(slurp(file));
    if (record["seed"] != 0 || record["tuning"].contains("trial")) continue;
    EXPECT_EQ(record["metrics"]["validation"]["accuracy"], best[record["activation"]["name"]])
        << "the final run of the tuning seed repeats its best trial";
  }
  run(small_grid());
  EXPECT_EQ(json::parse(run({"report", output(), "--format", "json"}).out).size(), 2U);
}

TEST_F(Compare, HalvingDropsRatesAndGoesOnWhereItWasLeft) {
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> flags = {"--lr", "halving:rates=3,low=0.001,high=0.1,budget=4"};
    flags.insert(flags.end(), more.begin(), more.end());
    return run(small_grid(), flags);
  };
  EXPECT_THAT(with({"--dry-run"}).out,
              AllOf(HasSubstr("trial of lr 0.01, 1 epochs"), HasSubstr("trial of a better lr, 2 epochs"),
                    HasSubstr("14 of 14 runs to do")));
  const auto result = with({});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("of runs and trials 14 are new"));
  EXPECT_THAT(result.out, HasSubstr("lr by successive halving over 0.001, 0.01, 0.1"));
  const auto before = records();
  std::map<std::string, size_t> epochs;
  std::vector<fs::path> last;  // of the second rung, and the table's own
  for (const auto& file : before) {
    const auto record = json::parse(slurp(file));
    const bool trial = record["tuning"].contains("trial");
    EXPECT_EQ(record["metrics"]["test"].empty(), trial) << "a trial looked at test data";
    if (trial) epochs[record["activation"]["name"]] += record["history"].size();
    if (record["history"].size() == 2) last.push_back(file);
  }
  EXPECT_EQ(epochs, (std::map<std::string, size_t>{{"relu", 7}, {"sigmoid", 7}}));
  ASSERT_EQ(last.size(), 8U);
  for (const auto& file : last) fs::remove(file);
  EXPECT_THAT(with({"--dry-run"}).out, AllOf(Not(HasSubstr("a better lr")), HasSubstr("8 of 14 runs to do")));
  EXPECT_THAT(with({}).err, HasSubstr("of runs and trials 8 are new"));
  EXPECT_EQ(records(), before);
  EXPECT_THAT(with({}).err, HasSubstr("of runs and trials 0 are new"));
}

TEST_F(Compare, TuningGoesOnWhereItWasLeft) {
  const std::vector<std::string> tune = {"--lr", "tune:rates=2", "--shard", "0/3"};
  const auto part = run(small_grid(), tune);
  EXPECT_EQ(part.code, 0) << part.err;
  EXPECT_EQ(records().size(), 2U) << "trials of the other shards are missing, so no rate is chosen";
  EXPECT_THAT(part.err, HasSubstr("not chosen yet"));
  EXPECT_EQ(run({"report", output()}).code, 3) << "trials alone are no table";
  EXPECT_THAT(run(small_grid(), {"--lr", "tune:rates=2"}).err, HasSubstr("of runs and trials 6 are new"));
  const auto before = records();
  fs::remove(before[3]);
  EXPECT_THAT(run(small_grid(), {"--lr", "tune:rates=2"}).err, HasSubstr("of runs and trials 1 are new"));
  EXPECT_EQ(records(), before);
}

TEST_F(Compare, AThresholdOfTheUsersDecides) {
  trained_grid();
  const auto list = json::parse(run({"report", output(), "--format", "json", "--threshold", "0.3"}).out);
  EXPECT_EQ(list[0]["threshold"], 0.3);
  EXPECT_EQ(list[0]["rows"][0].count("verdict"), 1U);
}

TEST_F(Compare, ADivergedRunStaysInTheTableWithItsStatus) {
  const auto result =
      run(small_grid(), {"--optimizer", "sgd", "--lr", "1e6", "--activations", "relu,squared_relu"});
  EXPECT_EQ(result.code, 0) << "a diverged run is a result" << result.err;
  EXPECT_THAT(result.out, HasSubstr("diverged"));
}

}  // namespace
}  // namespace actlab::test

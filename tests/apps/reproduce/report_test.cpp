#include <gmock/gmock.h>
#include <unistd.h>

#include "apps/reproduce/questions.h"
#include "apps/reproduce/study_page.h"
#include "apps/reproduce/summary.h"
#include "lib/report/formats.h"
#include "tests/apps/reproduce/made_records.h"
#include "tests/errors.h"

namespace actlab {
namespace {

using testing::HasSubstr;
using testing::Not;

class Reports : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Study study(const std::string& expectations) const {
    return read_study(test::write_file(folder_ / "mine.toml", R"(title = "Mine"
[[comparison]]
name = "images"
program = "image_classification"
full.dataset = "glyphs"
[[comparison]]
name = "clicks"
program = "click_recommendation"
full.dataset = "clicks"
)" + expectations));
  }

  std::vector<Outcome::State> states(const std::string& expectations) const {
    const auto mine = study(expectations);
    std::vector<Outcome::State> states;
    for (const auto& outcome : check_expectations(mine, Size::full, study_batches(mine, Size::full, folder_)))
      states.push_back(outcome.state);
    return states;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("actlab_reports_" + std::to_string(getpid()));
};

TEST_F(Reports, EachTaskIsJudgedByItsOwnMetric) {
  test::write_records(folder_ / "images");
  test::write_records(folder_ / "clicks", "click_recommendation");
  const auto named = named_comparisons(study_batches(study(""), Size::full, folder_), {});
  ASSERT_EQ(named.size(), 2U);
  EXPECT_EQ(named[0].comparison.yardstick.metric, "accuracy");
  EXPECT_EQ(named[1].comparison.yardstick.metric, "auc");
  EXPECT_LT(named[1].comparison.yardstick.threshold, named[0].comparison.yardstick.threshold);
  const auto table = terminal_table(summarise("Mine", named), false);
  EXPECT_THAT(table, HasSubstr("accuracy %"));
  EXPECT_THAT(table, HasSubstr("auc"));
  EXPECT_THAT(table, HasSubstr("worse"));
  EXPECT_THAT(table, HasSubstr("baseline"));
  EXPECT_LT(table.find("relu"), table.find("sigmoid")) << "best first";
}

TEST_F(Reports, WhatWasNotRunIsSaid) {
  test::write_records(folder_ / "images");
  const auto report = report_of(study(""), Size::full, folder_, {});
  const auto text = write_report(report, "table");
  EXPECT_THAT(text, HasSubstr("no records in"));
  EXPECT_THAT(text, HasSubstr("clicks"));
}

TEST_F(Reports, EveryFormatHasTheVerdict) {
  test::write_records(folder_ / "images");
  const auto report = report_of(study(""), Size::full, folder_, {});
  for (const auto* format : {"table", "markdown", "csv", "json", "latex", "html"})
    EXPECT_THAT(write_report(report, format), HasSubstr("worse")) << format;
}

TEST_F(Reports, WithoutAnyRecordsThereIsNoReport) {
  const auto report = report_of(study(""), Size::full, folder_, {});
  EXPECT_THAT(test::message_of(ExitCode::data, [&] { write_report(report, "table"); }),
              HasSubstr("reproduce run"));
}

TEST_F(Reports, RecordsOfAnUnknownTaskAreRefused) {
  test::write_records(folder_ / "images", "weather_forecast");
  EXPECT_THAT(
      test::message_of(ExitCode::data,
                       [&] { named_comparisons(folder_batches({(folder_ / "images").string()}), {}); }),
      HasSubstr("weather_forecast"));
}

TEST_F(Reports, RecordsOfAnotherSchemaAreLeftOutAndNoneIsAnError) {
  test::write_file(folder_ / "other" / "runs" / "x.json", R"({"schema": 99})");
  EXPECT_THAT(test::message_of(ExitCode::data, [&] { folder_batches({(folder_ / "other").string()}); }),
              HasSubstr("no records"));
}

TEST_F(Reports, AMetricThatThereIsNotIsRefused) {
  test::write_records(folder_ / "images");
  const auto batches = folder_batches({(folder_ / "images").string()});
  EXPECT_THAT(test::message_of(ExitCode::usage,
                               [&] {
                                 named_comparisons(batches, {"", "acuracy"});
                               }),
              HasSubstr("accuracy"));
}

TEST_F(Reports, ExpectationsHoldFailOrCannotBeSaid) {
  test::write_records(folder_ / "images");
  const std::string about = "[[expectation]]\ncomparison = \"images\"\nactivation = \"sigmoid\"\n";
  using State = Outcome::State;
  EXPECT_EQ(states(about + "verdict = \"worse\"\n"), std::vector{State::holds});
  EXPECT_EQ(states(about + "verdict = [\"better\", \"same\"]\n"), std::vector{State::fails});
  EXPECT_EQ(states(about + "at_most = -0.3\n"), std::vector{State::holds});
  EXPECT_EQ(states(about + "at_least = -0.3\n"), std::vector{State::fails});
  EXPECT_EQ(states(about + "quantity = \"mean\"\nat_least = 0.4\nat_most = 0.6\n"),
            std::vector{State::holds});
  EXPECT_EQ(states(about + "against = \"tanh\"\nverdict = \"worse\"\n"), std::vector{State::unknown});
  EXPECT_EQ(states(about + "size = \"smoke\"\nverdict = \"worse\"\n"), std::vector<State>{});
  EXPECT_EQ(
      states("[[expectation]]\ncomparison = \"clicks\"\nactivation = \"sigmoid\"\nverdict = \"worse\"\n"),
      std::vector{State::unknown});
}

TEST_F(Reports, QuestionsAreAnsweredByEveryComparisonWithBoth) {
  test::write_records(folder_ / "images");
  test::write_records(folder_ / "clicks", "click_recommendation");
  const auto mine = study(R"([[question]]
text = "Is Sigmoid behind?"
activation = "sigmoid"
[[question]]
text = "Is ReLU ahead?"
comparison = "images"
activation = "relu"
against = "sigmoid"
[[question]]
text = "And Tanh?"
activation = "tanh"
)");
  const auto report = report_of(mine, Size::full, folder_, {});
  const auto found = answers(report.questions, report.batches);
  ASSERT_EQ(found.facts.size(), 3U);
  EXPECT_THAT(found.facts[0].second, HasSubstr("Worse in 2 of 2"));
  EXPECT_THAT(found.facts[1].second, HasSubstr("Better in 1 of 1"));
  EXPECT_THAT(found.facts[2].second, HasSubstr("no runs of both"));
  EXPECT_THAT(found.columns[1].cells, testing::ElementsAre("images", "clicks", "images"));
  for (const auto* format : {"table", "markdown", "html"})
    EXPECT_THAT(write_report(report, format), HasSubstr("Is Sigmoid behind?")) << format;
}

TEST_F(Reports, AStudysOwnBaselineIsThatOfItsReport) {
  test::write_records(folder_ / "images");
  const auto mine = read_study(test::write_file(folder_ / "mine.toml", R"(title = "Mine"
[[comparison]]
name = "images"
program = "image_classification"
full.dataset = "glyphs"
full.baseline = "sigmoid"
)"));
  const auto batches = study_batches(mine, Size::full, folder_);
  EXPECT_EQ(named_comparisons(batches, {}).front().comparison.baseline, "sigmoid");
  EXPECT_EQ(named_comparisons(batches, {"relu", ""}).front().comparison.baseline, "relu");
}

TEST_F(Reports, AFigureThatIsNotKnownHoldsNothing) {
  test::write_records(folder_ / "images");
  EXPECT_EQ(states("[[expectation]]\ncomparison = \"images\"\nactivation = \"relu\"\nquantity = "
                   "\"speedup\"\nat_most = 9\n"),
            std::vector{Outcome::State::unknown});
}

}  // namespace
}  // namespace actlab

#include "lib/experiment/tuning.h"

#include "lib/experiment/grid.h"
#include "lib/experiment/run_one.h"
#include "tests/lib/experiment/tiny_task.h"

namespace actlab::test {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Tuning, TriesLogSpacedRatesWithTheFirstSeed) {
  const auto adam = parse_tuning("tune", "adam", {3, 4});
  EXPECT_THAT(adam.rates, ElementsAre(DoubleEq(0.0001), DoubleEq(0.00056), DoubleEq(0.0032), DoubleEq(0.018),
                                      DoubleEq(0.1)));
  EXPECT_THAT(adam.seeds, ElementsAre(3));
  const auto sgd = parse_tuning("tune:rates=3,seeds=2", "sgd", {3, 4, 5});
  EXPECT_THAT(sgd.rates, ElementsAre(DoubleEq(0.001), DoubleEq(0.032), DoubleEq(1)));
  EXPECT_THAT(sgd.seeds, ElementsAre(3, 4));
  EXPECT_THAT(parse_tuning("tune:low=0.01,high=0.02,rates=2", "adam", {0}).rates,
              ElementsAre(DoubleEq(0.01), DoubleEq(0.02)));
}

TEST(Tuning, RefusesWhatCannotBeTried) {
  for (const auto* text : {"tune:low=0.1,high=0.01", "tune:low=0.1,high=0.101,rates=3", "tune:rates=1",
                           "tune:seeds=3", "tune:low=0", "tun"}) {
    EXPECT_NE(message_of(ExitCode::usage, [&] { parse_tuning(text, "adam", {0, 1}); }), "") << text;
  }
  EXPECT_THAT(message_of(ExitCode::usage, [] { parse_tuning("tune:hihg=1", "adam", {0}); }),
              HasSubstr("'high'"));
}

/// Two activations, two seeds, three rates tried with the first seed; the records of the trials are made up.
class Choice : public testing::Test {
 protected:
  void SetUp() override {
    for (const long seed : {4, 5}) {
      for (const auto* name : {"relu", "tanh"}) grid.push_back(tiny_spec(name, seed));
    }
    for (const auto& trial : make_trials(grid, tuning)) {
      auto& record = records[trial.run_id()] = start_record(trial);
      record.validation = {{"accuracy", 0.5}, {"log_loss", 1}};
    }
  }

  RunRecord& trial(const std::string& activation, double rate) {
    for (auto& [id, record] : records) {
      if (record.activation["name"] == activation && record.hyperparameters["lr"] == rate) return record;
    }
    throw std::out_of_range(activation);
  }

  std::vector<RunSpec> chosen(const std::string& metric = "accuracy", bool larger_is_better = true) const {
    const auto find = [&](const std::string& id) {
      const auto place = records.find(id);
      return place == records.end() ? std::nullopt : std::optional<RunRecord>(place->second);
    };
    return at_chosen_rates(grid, tuning, find, metric, larger_is_better);
  }

  const Tuning tuning{{0.001, 0.01, 0.1}, {4}};
  std::vector<RunSpec> grid;
  std::map<std::string, RunRecord> records;
};

TEST_F(Choice, EveryActivationHasTheSameTrials) {
  ASSERT_EQ(records.size(), 6U);
  for (const auto& [id, record] : records) EXPECT_EQ(record.seed, 4);
  const auto wider = make_trials(grid, {{0.001, 0.01, 0.1, 1}, {4}});
  EXPECT_EQ(std::count_if(wider.begin(), wider.end(),
                          [&](const RunSpec& spec) { return records.count(spec.run_id()) == 1; }),
            6)
      << "more rates need the new trials only";
}

TEST_F(Choice, TakesTheBestOnValidationForEachActivation) {
  trial("relu", 0.01).validation["accuracy"] = 0.9;
  trial("relu", 0.01).test["accuracy"] = 0.0;  // has no say
  trial("relu", 0.1).test["accuracy"] = 1.0;
  trial("tanh", 0.1).validation["accuracy"] = 0.6;
  const auto runs = chosen();
  ASSERT_EQ(runs.size(), 4U);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(runs[i].hyper.lr, i % 2 == 0 ? 0.01 : 0.1);
    EXPECT_EQ(runs[i].seed, grid[i].seed);
    EXPECT_EQ(runs[i].tuning["rates"].size(), 3U);
    EXPECT_FALSE(runs[i].is_trial());
    auto untuned = grid[i];
    untuned.hyper.lr = runs[i].hyper.lr;
    EXPECT_NE(runs[i].run_id(), untuned.run_id()) << "both can stand in one folder";
  }
}

TEST_F(Choice, OfEqualRatesTakesTheSmallest) { EXPECT_EQ(chosen().at(0).hyper.lr, 0.001); }

TEST_F(Choice, TakesTheSmallestLoss) {
  trial("relu", 0.1).validation["log_loss"] = 0.5;
  trial("relu", 0.01).validation["log_loss"] = std::nan("");
  EXPECT_EQ(chosen("log_loss", false).at(0).hyper.lr, 0.1);
}

TEST_F(Choice, ARateThatDivergedIsOut) {
  trial("relu", 0.1).validation["accuracy"] = 0.9;
  trial("relu", 0.1).status = RunStatus::diverged;
  trial("relu", 0.01).validation["accuracy"] = 0.8;
  EXPECT_EQ(chosen().at(0).hyper.lr, 0.01);
  for (const double rate : tuning.rates) trial("relu", rate).status = RunStatus::diverged;
  EXPECT_EQ(chosen().at(0).hyper.lr, 0.001) << "it stays in the table with its status";
}

TEST_F(Choice, WaitsForEveryTrial) {
  trial("relu", 0.01).status = RunStatus::failed;
  EXPECT_EQ(chosen().size(), 2U);
  records.erase(trial("tanh", 0.1).run_id);
  EXPECT_TRUE(chosen().empty());
}

TEST(Trial, NeverLooksAtTestData) {
  const TinyTask task;
  auto data = task.load({});
  const auto spec = make_trials({tiny_spec("relu")}, {{0.01}, {0}}).at(0);
  const auto record = run_one(task, data, spec);
  EXPECT_EQ(record.status, RunStatus::ok) << record.error;
  EXPECT_TRUE(record.test.empty());
  EXPECT_EQ(record.validation.count("accuracy"), 1U);
  data.test = {};
  EXPECT_EQ(without_clock(record), without_clock(run_one(task, data, spec))) << "it need not even exist";
}

TEST(Trial, SurvivesTheWayToAWorkerAndToTheDisk) {
  const auto spec = make_trials({tiny_spec("relu")}, {{0.01}, {0}}).at(0);
  const auto again = run_spec_from_json(nlohmann::json::parse(to_json(spec).dump()));
  EXPECT_EQ(again.run_id(), spec.run_id());
  EXPECT_TRUE(again.is_trial());
  const auto record = record_from_json(nlohmann::json::parse(to_json(start_record(spec)).dump()), "place");
  EXPECT_TRUE(record.is_trial());
  EXPECT_FALSE(to_json(tiny_spec("relu")).contains("tuning")) << "run-ids of given rates stay what they were";
}

}  // namespace
}  // namespace actlab::test

#include "lib/experiment/tuning.h"

#include <fmt/format.h>

#include "lib/experiment/grid.h"
#include "lib/experiment/run_one.h"
#include "tests/lib/experiment/tiny_task.h"

namespace actlab::test {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;
using testing::Pair;

Tuning parsed(const std::string& text, const std::vector<long>& seeds, long epochs = 10,
              const std::string& optimizer = "adam", double warmup = 0) {
  Hyperparameters hyper;
  hyper.optimizer = optimizer;
  hyper.epochs = epochs;
  hyper.warmup = warmup;
  return parse_tuning(text, hyper, seeds);
}

TEST(Tuning, TriesLogSpacedRatesWithTheFirstSeed) {
  const auto adam = parsed("tune", {3, 4});
  EXPECT_THAT(adam.rates, ElementsAre(DoubleEq(0.0001), DoubleEq(0.00056), DoubleEq(0.0032), DoubleEq(0.018),
                                      DoubleEq(0.1)));
  EXPECT_THAT(adam.seeds, ElementsAre(3));
  EXPECT_EQ(adam.epochs(), 5 * 10);
  const auto sgd = parsed("tune:rates=3,seeds=2", {3, 4, 5}, 10, "sgd");
  EXPECT_THAT(sgd.rates, ElementsAre(DoubleEq(0.001), DoubleEq(0.032), DoubleEq(1)));
  EXPECT_THAT(sgd.seeds, ElementsAre(3, 4));
  EXPECT_THAT(parsed("tune:low=0.01,high=0.02,rates=2", {0}).rates,
              ElementsAre(DoubleEq(0.01), DoubleEq(0.02)));
}

TEST(Tuning, RefusesWhatCannotBeTried) {
  for (const auto* text : {"tune:low=0.1,high=0.01", "tune:low=0.1,high=0.101,rates=3", "tune:rates=1",
                           "tune:seeds=3", "tune:low=0", "tun", "tune:budget=5", "halving:rates=1",
                           "halving:budget=0", "halving:seeds=3", "halving:low=0.1,high=0.01", "half"}) {
    EXPECT_NE(message_of(ExitCode::usage, [&] { parsed(text, {0, 1}); }), "") << text;
  }
  EXPECT_THAT(message_of(ExitCode::usage, [] { parsed("tune:hihg=1", {0}); }), HasSubstr("'high'"));
  EXPECT_THAT(message_of(ExitCode::usage, [] { parsed("halving", {0}, 4); }),
              HasSubstr("--epochs 5 or more"));
  EXPECT_THAT(message_of(ExitCode::usage, [] { parsed("halving", {0}, 10, "adam", 2); }),
              HasSubstr("warm-up"));
}

std::vector<std::pair<long, long>> rungs_of(const Tuning& tuning) {
  std::vector<std::pair<long, long>> rungs;
  for (const auto& rung : tuning.rungs) rungs.emplace_back(rung.rates, rung.epochs);
  return rungs;
}

TEST(Tuning, HalvingSharesTheEpochsOfSoManyRunsAmongItsRungs) {
  const auto tuning = parsed("halving", {3, 4});
  EXPECT_EQ(tuning.rates.size(), 8U);
  EXPECT_THAT(rungs_of(tuning), ElementsAre(std::pair(8L, 2L), std::pair(4L, 4L), std::pair(2L, 8L)));
  EXPECT_EQ(tuning.epochs(), 48);
  EXPECT_THAT(rungs_of(parsed("halving:rates=5,budget=3", {0}, 20)),
              ElementsAre(std::pair(5L, 4L), std::pair(3L, 6L), std::pair(2L, 10L)));
  EXPECT_THAT(rungs_of(parsed("halving:budget=20", {0})), ElementsAre(std::pair(8L, 8L), std::pair(4L, 10L)))
      << "two rates of ten epochs were tried already";
  long possible = 0;
  for (const auto* rates : {"2", "3", "7", "16", "33"}) {
    for (const long epochs : {5, 17, 100}) {
      for (const long budget : {4, 40}) {
        const auto text = fmt::format("halving:rates={},budget={}", rates, budget);
        Tuning halving;
        try {
          halving = parsed(text, {0, 1}, epochs);
        } catch (const Error&) {
          continue;  // less than an epoch on the first rung
        }
        EXPECT_LE(halving.epochs(), budget * epochs) << text;
        for (size_t i = 1; i < halving.rungs.size(); ++i) {
          EXPECT_GT(halving.rungs[i].epochs, halving.rungs[i - 1].epochs) << text;
          EXPECT_LT(halving.rungs[i].rates, halving.rungs[i - 1].rates) << text;
        }
        EXPECT_LE(halving.rungs.back().epochs, epochs) << text;
        ++possible;
      }
    }
  }
  EXPECT_GT(possible, 20);
}

/// Records of trials, made up.
class Trials : public testing::Test {
 protected:
  void SetUp() override {
    for (const long seed : {4, 5}) {
      for (const auto* name : {"relu", "tanh"}) grid.push_back(tiny_spec(name, seed));
    }
  }

  /// The trials of a rung get a record; all are equally good.
  std::vector<RunSpec> run(const Tuning& tuning, size_t rung) {
    const auto trials = make_trials(grid, tuning, rung, results());
    for (const auto& trial : trials) {
      auto& record = records[trial.run_id()] = start_record(trial);
      record.validation = {{"accuracy", 0.5}, {"log_loss", 1}};
    }
    return trials;
  }

  RunRecord& trial(const std::string& activation, double rate, std::optional<long> epochs = std::nullopt) {
    for (auto& [id, record] : records) {
      if (record.activation["name"] == activation && record.hyperparameters["lr"] == rate &&
          (!epochs || record.hyperparameters["epochs"] == *epochs))
        return record;
    }
    throw std::out_of_range(activation);
  }

  TrialResults results(const std::string& metric = "accuracy", bool larger_is_better = true) const {
    const auto find = [&](const std::string& id) {
      const auto place = records.find(id);
      return place == records.end() ? std::nullopt : std::optional<RunRecord>(place->second);
    };
    return {find, metric, larger_is_better};
  }

  std::vector<RunSpec> grid;
  std::map<std::string, RunRecord> records;
};

/// Two activations, two seeds, three rates tried with the first seed.
class Choice : public Trials {
 protected:
  void SetUp() override {
    Trials::SetUp();
    run(tuning, 0);
  }

  std::vector<RunSpec> chosen(const std::string& metric = "accuracy", bool larger_is_better = true) const {
    return at_chosen_rates(grid, tuning, results(metric, larger_is_better));
  }

  const Tuning tuning{{0.001, 0.01, 0.1}, {4}, {{3, 10}}};
};

TEST_F(Choice, EveryActivationHasTheSameTrials) {
  ASSERT_EQ(records.size(), 6U);
  for (const auto& [id, record] : records) EXPECT_EQ(record.seed, 4);
  const auto wider = make_trials(grid, {{0.001, 0.01, 0.1, 1}, {4}, {{4, 10}}}, 0, results());
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

/// Four rates, of which two go on.
class Halving : public Trials {
 protected:
  std::vector<double> rates(size_t rung, const std::string& activation) const {
    std::vector<double> rates;
    for (const auto& trial : make_trials(grid, tuning, rung, results())) {
      EXPECT_EQ(trial.hyper.epochs, tuning.rungs[rung].epochs);
      EXPECT_TRUE(trial.is_trial());
      if (trial.activation == activation) rates.push_back(trial.hyper.lr);
    }
    return rates;
  }
  std::vector<RunSpec> chosen() const { return at_chosen_rates(grid, tuning, results()); }

  const Tuning tuning{{0.001, 0.01, 0.1, 1}, {4}, {{4, 2}, {2, 5}}};
};

TEST_F(Halving, TheBetterHalfOnValidationGoesOn) {
  EXPECT_THAT(rates(0, "relu"), ElementsAre(0.001, 0.01, 0.1, 1));
  EXPECT_THAT(rates(1, "relu"), ElementsAre(IsNan(), IsNan())) << "not yet known";
  run(tuning, 0);
  trial("relu", 0.1, 2).validation["accuracy"] = 0.7;
  trial("relu", 1, 2).validation["accuracy"] = 0.8;
  trial("relu", 0.01, 2).test["accuracy"] = 1;  // has no say
  trial("tanh", 0.1, 2).validation["accuracy"] = 0.6;
  EXPECT_THAT(rates(1, "relu"), ElementsAre(0.1, 1));
  EXPECT_THAT(rates(1, "tanh"), ElementsAre(0.001, 0.1)) << "of equal ones the smaller";
  EXPECT_TRUE(chosen().empty()) << "the last rung is to be done";
  run(tuning, 1);
  trial("relu", 0.1, 5).validation["accuracy"] = 0.9;
  trial("relu", 0.1, 5).test["accuracy"] = 0;
  trial("relu", 1, 2).validation["accuracy"] = 0.99;  // a rung further down has no say any more
  const auto runs = chosen();
  ASSERT_EQ(runs.size(), 4U);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(runs[i].hyper.lr, i % 2 == 0 ? 0.1 : 0.001);
    EXPECT_EQ(runs[i].hyper.epochs, grid[i].hyper.epochs) << "all of them, however long the trials were";
    EXPECT_EQ(runs[i].tuning["rungs"][1]["epochs"], 5);
    auto tuned = grid[i];
    tuned.hyper.lr = runs[i].hyper.lr;
    tuned.tuning = {{"rates", tuning.rates}, {"seeds", tuning.seeds}};
    EXPECT_NE(runs[i].run_id(), tuned.run_id()) << "the table of `tune` is another";
  }
}

TEST_F(Halving, EveryActivationSpendsTheSameBudget) {
  std::map<std::string, long> epochs;
  for (size_t rung = 0; rung < 2; ++rung) {
    for (const auto& trial : run(tuning, rung)) epochs[trial.activation] += trial.hyper.epochs;
    trial("relu", 1, 2).validation["accuracy"] = 0.9;
    trial("tanh", 0.001, 2).status = RunStatus::diverged;
  }
  EXPECT_THAT(epochs, ElementsAre(Pair("relu", 18), Pair("tanh", 18)));
  EXPECT_EQ(tuning.epochs(), 18);
}

TEST_F(Halving, TrialsDifferFromOthersInRateAndEpochsAlone) {
  for (size_t rung = 0; rung < 2; ++rung) {
    for (auto trial : run(tuning, rung)) {
      const auto& whole = trial.activation == "relu" ? grid[0] : grid[1];
      trial.hyper.lr = whole.hyper.lr;
      trial.hyper.epochs = whole.hyper.epochs;
      trial.tuning = whole.tuning;
      EXPECT_EQ(trial.run_id(), whole.run_id()) << "the same seed, and so the same draws";
    }
  }
}

TEST_F(Halving, ARateThatDivergedIsDroppedAndAFailureStopsTheActivation) {
  run(tuning, 0);
  trial("relu", 0.001, 2).status = RunStatus::diverged;
  EXPECT_THAT(rates(1, "relu"), ElementsAre(0.01, 0.1));
  for (const double rate : tuning.rates) trial("relu", rate, 2).status = RunStatus::diverged;
  EXPECT_THAT(rates(1, "relu"), ElementsAre(0.001, 0.01));
  trial("tanh", 0.001, 2).status = RunStatus::failed;
  EXPECT_THAT(rates(1, "tanh"), ElementsAre(IsNan(), IsNan()));
}

TEST(Trial, NeverLooksAtTestData) {
  const TinyTask task;
  auto data = task.load({});
  const auto spec = make_trials({tiny_spec("relu")}, {{0.01}, {0}, {{1, 2}}}, 0, {}).at(0);
  const auto record = run_one(task, data, spec);
  EXPECT_EQ(record.status, RunStatus::ok) << record.error;
  EXPECT_TRUE(record.test.empty());
  EXPECT_EQ(record.validation.count("accuracy"), 1U);
  data.test = {};
  EXPECT_EQ(without_clock(record), without_clock(run_one(task, data, spec))) << "it need not even exist";
}

TEST(Trial, SurvivesTheWayToAWorkerAndToTheDisk) {
  const auto spec = make_trials({tiny_spec("relu")}, {{0.01}, {0}, {{1, 2}}}, 0, {}).at(0);
  const auto again = run_spec_from_json(nlohmann::json::parse(to_json(spec).dump()));
  EXPECT_EQ(again.run_id(), spec.run_id());
  EXPECT_TRUE(again.is_trial());
  const auto record = record_from_json(nlohmann::json::parse(to_json(start_record(spec)).dump()), "place");
  EXPECT_TRUE(record.is_trial());
  EXPECT_FALSE(to_json(tiny_spec("relu")).contains("tuning")) << "run-ids of given rates stay what they were";
}

}  // namespace
}  // namespace actlab::test

#pragma once

// What the tests of every domain's program ask alike.

#include "lib/core/runtime.h"
#include "lib/experiment/grid.h"
#include "lib/experiment/run_one.h"
#include "tests/apps/records.h"

namespace actlab::test {

/// A test that runs the program of a domain, with an output folder for its comparisons.
class DomainProgram : public CommandLine {
 protected:
  using CommandLine::CommandLine;

  std::string output() const { return (folder_ / "output").string(); }

  std::string write(const std::string& name, const std::string& content) const {
    const auto file = folder_ / name;
    std::ofstream(file, std::ios::binary) << content;
    return file.string();
  }

  /// `grid`: a call of compare with four runs that writes to output().
  void expect_same_records_of_one_job_and_two(const std::vector<std::string>& grid) const {
    run(grid, {"--jobs", "1"});
    const auto one = contents(records_in(output()));
    EXPECT_EQ(one.size(), 4U);
    run(grid, {"--jobs", "2", "--fresh"});
    EXPECT_EQ(one, contents(records_in(output())));
  }

  /// The records of two names of one function with two seeds: the same split, order, weights and masks make
  /// their runs one, and the losses of the seeds differ by more than `chance`.
  void expect_paired_seeds(double chance) const {
    std::map<long, std::vector<double>> losses;
    for (const auto& file : records_in(output())) {
      const auto record = nlohmann::json::parse(slurp(file));
      losses[record["seed"]].push_back(record["history"].back()["train_loss"]);
    }
    ASSERT_EQ(losses.size(), 2U);
    for (const auto& [seed, pair] : losses) {
      ASSERT_EQ(pair.size(), 2U);
      EXPECT_NEAR(pair[0], pair[1], 1e-5) << "seed " << seed;
    }
    EXPECT_GT(std::abs(losses[0][0] - losses[1][0]), chance) << "seeds differ";
  }

  /// The records in output() of relu and sigmoid, seeds 0 and 1, two epochs: runs in this process give the
  /// same as the workers that wrote them.
  void expect_what_workers_wrote(const Task& task, const nlohmann::json& request,
                                 const std::string& model) const {
    const auto written = contents(records_in(output()));
    set_threads(1);
    Hyperparameters hyper;
    hyper.epochs = 2;
    hyper.batch_size = 64;
    const auto data = task.load(request);
    const Experiment experiment{
        {parse_spec(model)},
        {resolve_activation(parse_spec("relu")), resolve_activation(parse_spec("sigmoid"))},
        {0, 1},
        hyper,
        "cpu",
        true};
    for (const auto& spec : make_grid(experiment, task, data, request)) {
      ASSERT_EQ(written.count(spec.run_id()), 1U);
      EXPECT_EQ(written.at(spec.run_id()), lasting(to_json(run_one(task, data, spec))));
    }
  }
};

}  // namespace actlab::test

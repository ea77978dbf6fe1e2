#include "lib/experiment/grid.h"

#include "lib/experiment/run_one.h"
#include "tests/lib/experiment/tiny_task.h"

namespace actlab::test {
namespace {

std::vector<RunSpec> grid_of(const std::string& activations, const std::vector<long>& seeds) {
  const TinyTask task;
  Experiment experiment;
  experiment.models = {parse_spec("tiny")};
  experiment.activations = resolve_activations(activations);
  experiment.seeds = seeds;
  return make_grid(experiment, task, task.load({}), {{"dataset", "blobs"}});
}

TEST(Grid, GoesSeedBySeedSoThatActivationsAreInterleaved) {
  const auto grid = grid_of("relu,tanh", {4, 5});
  ASSERT_EQ(grid.size(), 4U);
  EXPECT_EQ(grid[0].activation, "relu");
  EXPECT_EQ(grid[1].activation, "tanh");
  EXPECT_EQ(grid[0].seed, 4);
  EXPECT_EQ(grid[1].seed, 4);
  EXPECT_EQ(grid[2].seed, 5);
  EXPECT_EQ(grid[0].dataset["train"], 200);
}

TEST(Grid, RecordsSayWhatIsTheBestPossibleWhereThatIsKnown) {
  const TinyTask task;
  Experiment experiment;
  experiment.models = {parse_spec("tiny")};
  experiment.activations = resolve_activations("relu");
  experiment.seeds = {0};
  auto data = task.load({});
  const auto without = make_grid(experiment, task, data, {}).front();
  EXPECT_FALSE(without.dataset.contains("ceiling"));
  data.ceiling = {{"accuracy", 0.875}};
  const auto with = make_grid(experiment, task, data, {}).front();
  EXPECT_EQ(start_record(with).dataset["ceiling"]["accuracy"], 0.875);
}

TEST(Grid, ShardsAreAPartition) {
  const auto grid = grid_of("relu,tanh,sigmoid", {0, 1, 2, 3});
  std::multiset<std::string> whole, parts;
  for (const auto& spec : grid) whole.insert(spec.run_id());
  for (const auto* shard : {"0/5", "1/5", "2/5", "3/5", "4/5"}) {
    for (const auto& spec : take_shard(grid, shard)) parts.insert(spec.run_id());
  }
  EXPECT_EQ(whole, parts);
  EXPECT_EQ(take_shard(grid, "").size(), grid.size());
  EXPECT_TRUE(take_shard(grid, "20/30").empty()) << "more shards than runs";
}

TEST(Grid, RefusesWhatIsNoShard) {
  const auto grid = grid_of("relu", {0});
  for (const auto* text : {"1", "2/2", "-1/2", "a/b", "0/0", "/"}) {
    EXPECT_NE(message_of(ExitCode::usage, [&] { take_shard(grid, text); }), "") << text;
  }
}

}  // namespace
}  // namespace actlab::test

#include "apps/click_recommendation/program.h"

#include "apps/click_recommendation/click_task.h"
#include "apps/click_recommendation/rank.h"
#include "apps/click_recommendation/recommend.h"
#include "apps/click_recommendation/score.h"
#include "apps/common/data_command.h"
#include "apps/common/request_flags.h"
#include "lib/cli/domain.h"

namespace actlab {
namespace {

void add_click_flags(CLI::App& command, nlohmann::json& request) {
  if (command.get_name() == "evaluate") return;  // a trained model knows all of it
  RequestFlags flags(command, request);
  flags.add_text("--schema", "schema",
                 "TOML file that says what the columns of a table mean [recognised]; `data inspect FILE` "
                 "proposes one");
  flags.add_text("--split", "split",
                 "which rows are for testing: time, user, random or given [given, else time, else random]");
  flags.add_number("--min-count", "min_count", 0, 1'000'000,
                   "values that occur less often in the training rows are one [the schema's, 2]");
  flags.add_number("--hash-buckets", "hash_buckets", 1, 100'000'000,
                   "values of a field are hashed to so many, and nothing is counted");
  flags.add_number("--history", "history", 0, 1000,
                   "earlier items of a user that count; 0 = none [the schema's]");
}

/// A command that asks a saved model; its own flags are added to what is returned.
template <typename Options>
CLI::App& add_model_command(Program& program, const std::string& name, const std::string& description,
                            Options& options, int (*body)(const Options&)) {
  auto& command = program.add_command(name, description, [&options, body] { return body(options); });
  add_model_flags(command, options);
  return command;
}

void add_recommend_command(Program& program, RecommendOptions& options) {
  auto& command = add_model_command(
      program, "recommend", "items that a user has not seen and most probably clicks on", options, recommend);
  add_events_flags(command, options);
  command.add_option("--user", options.user, "as the data name the user")->required();
  command.add_option("--top", options.top, "items to show")->check(CLI::Range(1L, 1'000'000L));
  command.add_flag("--explain", options.explain,
                   "what each field adds to the log-odds of a click, to first order (gradient times input)");
}

void add_score_command(Program& program, ScoreOptions& options) {
  auto& command = add_model_command(program, "score", "the probability of a click for every row of a file",
                                    options, score_rows);
  command
      .add_option("file", options.file, "table with the columns of the model's schema; a label is not needed")
      ->required();
  command.add_option("--output", options.output, "write the answers to this CSV file instead")
      ->excludes(command.get_option("--format"));
}

void add_rank_command(Program& program, RankOptions& options) {
  auto& command = add_model_command(
      program, "rank", "how well a saved model orders all items: recall and NDCG over the test users",
      options, rank_items);
  add_events_flags(command, options);
  command.add_option("--at", options.at, "places that count, e.g. 10,50")
      ->delimiter(',')
      ->check(CLI::Range(1L, 1'000'000L));
  command.add_option("--users", options.users, "use N test users at most; 0 = all")
      ->check(CLI::Range(0L, 1'000'000'000L));
}

}  // namespace

int run_click_recommendation(int argc, char** argv) {
  const ClickTask task;
  Flags defaults;
  defaults.dataset = "clicks";
  defaults.model = "deepfm:width=128-64";
  defaults.hyper.batch_size = 256;
  defaults.hyper.epochs = 4;
  defaults.hyper.lr = 0.003;
  Domain domain(task, "Which activation function should a recommender use?", defaults);
  domain.add_commands(add_click_flags);
  DataOptions data;
  add_data_command(domain.program(), data, propose_schema);
  RecommendOptions recommendation;
  add_recommend_command(domain.program(), recommendation);
  ScoreOptions scoring;
  add_score_command(domain.program(), scoring);
  RankOptions ranking;
  add_rank_command(domain.program(), ranking);
  return domain.program().run(argc, argv);
}

}  // namespace actlab

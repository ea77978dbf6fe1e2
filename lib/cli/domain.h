#pragma once

#include <functional>

#include "lib/cli/flags.h"
#include "lib/cli/grid_run.h"
#include "lib/cli/program.h"
#include "lib/report/comparison.h"
#include "lib/report/html.h"

namespace actlab {

/// The commands that all domains have alike: compare, choose, train, evaluate, report, models, doctor and the
/// hidden worker. A domain's main makes one, adds what is its own, and runs it.
class Domain {
 public:
  /// `defaults`: data set, model and hyperparameters that make a good first comparison of this domain.
  Domain(const Task& task, const std::string& description, Flags defaults);

  /// More flags of a domain's data, which change the request for Task::load.
  using AddRequestFlags = std::function<void(CLI::App& command, nlohmann::json& extra_request)>;
  void add_commands(const AddRequestFlags& add_request_flags);

  Program& program() { return program_; }

 private:
  int compare();
  int choose();
  int train();
  int evaluate();
  int report();
  int models();

  nlohmann::json request(const Flags& flags) const;
  void save(const RunSpec& spec, const Dataset& data, Network& network) const;
  int show_results(const GridPlan& plan, const PoolResult& result) const;
  std::string ranking_metric() const;
  Yardstick yardstick(Method method) const;
  void prepare_folders() const;
  void keep_command() const;
  std::vector<Comparison> comparisons(const std::vector<RunRecord>& records) const;
  void check_task(const std::vector<RunRecord>& records, const std::string& directory) const;

  const Task& task_;
  Program program_;
  Flags flags_;
  Flags evaluation_;  // of `evaluate`: an empty data set means the one that the model was trained on
  nlohmann::json extra_request_ = nlohmann::json::object();
  std::string activation_ = "relu", save_, load_, page_, preface_, report_file_, charts_, worker_output_,
              worker_events_;
  std::vector<std::string> directories_;
  long seed_ = 0;
  std::string budget_;
};

/// A trained model from a checkpoint of this task, in evaluation mode, with the description beside it.
struct LoadedModel {
  nlohmann::json description;
  std::shared_ptr<Network> network;
};
LoadedModel load_model(const Task& task, const std::string& file, at::Device device);

/// The request for Task::load that measures the model of a checkpoint with this description: the data of
/// `wanted`, where that names any, else those that the model was trained on, read as they were then; in
/// either case as the model knows its data.
nlohmann::json evaluation_request(const nlohmann::json& description, nlohmann::json wanted);

/// Where the records of an output folder come from; of records that were copied there alone nobody knows.
/// Throws a data error when what `compare` left beside them is damaged.
Origin origin_of(const std::string& directory);

/// Writes a result to `file`, making its folder, and says so on standard error; to standard output where no
/// file is named.
void deliver(const std::string& file, const std::string& text);

}  // namespace actlab

#include <sys/prctl.h>

#include <csignal>
#include <iostream>
#include <optional>

#include "lib/core/error.h"
#include "lib/core/runtime.h"
#include "lib/experiment/event_file.h"
#include "lib/experiment/pool.h"
#include "lib/experiment/run_one.h"
#include "lib/experiment/store.h"

namespace actlab {
namespace {

void report(const nlohmann::json& event) { std::cout << event.dump() << std::endl; }

/// Keeps the last data set: all runs of a grid usually share one.
class DatasetCache {
 public:
  explicit DatasetCache(const Task& task) : task_(task) {}

  const Dataset& get(const RunSpec& spec) {
    if (!data_ || request_ != spec.request) {
      data_ = task_.load(spec.request);
      request_ = spec.request;
    }
    if (data_->fingerprint != spec.dataset.at("fingerprint")) {
      throw data_error("the data set changed while the grid was running", data_->name, "",
                       "start again; runs on the old data keep their records");
    }
    return *data_;
  }

 private:
  const Task& task_;
  std::optional<Dataset> data_;
  nlohmann::json request_;
};

RunRecord run(const Task& task, DatasetCache& cache, const RunSpec& spec,
              const std::filesystem::path& tensorboard) {
  std::optional<RunEvents> events;
  RunHooks hooks;
  hooks.on_epoch = [&](const EpochResult& epoch) {
    report({{"event", "epoch"},
            {"epoch", epoch.epoch},
            {"train_loss", epoch.train_loss},
            {"validation", epoch.validation}});
    if (events) events->epoch(epoch);
  };
  try {
    if (!tensorboard.empty()) events.emplace(tensorboard, spec);
    auto record = run_one(task, cache.get(spec), spec, hooks);
    if (events) events->end(record);
    return record;
  } catch (const Error& problem) {  // the data set cannot be loaded, or the events not written
    auto record = start_record(spec);
    record.status = RunStatus::failed;
    record.error = problem.what();
    return record;
  }
}

}  // namespace

int worker_main(const Task& task, const std::filesystem::path& output,
                const std::filesystem::path& tensorboard, int threads) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a killed parent leaves no orphans that go on training
  set_threads(threads);
  const Store store(output);
  DatasetCache cache(task);
  for (std::string line; std::getline(std::cin, line);) {
    const auto record = run(task, cache, run_spec_from_json(nlohmann::json::parse(line)), tensorboard);
    store.save(record);
    report({{"event", "finished"}, {"status", status_name(record.status)}, {"error", record.error}});
  }
  return 0;
}

}  // namespace actlab

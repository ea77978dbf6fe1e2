#include "apps/reproduce/domains.h"

#include <algorithm>

#include "apps/click_recommendation/click_task.h"
#include "apps/image_classification/image_task.h"
#include "apps/speech_recognition/speech_task.h"
#include "apps/text_sentiment/text_task.h"
#include "lib/core/error.h"
#include "lib/metrics/names.h"

namespace actlab {
namespace {

std::vector<std::string> task_names() {
  std::vector<std::string> names;
  for (const auto* task : tasks()) names.push_back(task->name());
  return names;
}

void check_known(const std::vector<RunRecord>& records) {
  const auto names = task_names();
  for (const auto& run : records) {
    if (std::find(names.begin(), names.end(), run.task) == names.end())
      throw data_error("a record is of a task that is not known here", run.run_id + ".json: " + run.task,
                       join(names), "`report` of its own program knows it");
  }
}

}  // namespace

const std::vector<const Task*>& tasks() {
  static const ImageTask images;
  static const TextTask texts;
  static const ClickTask clicks;
  static const SpeechTask speech;
  static const std::vector<const Task*> list = {&images, &texts, &clicks, &speech};
  return list;
}

const Task& task_named(const std::string& name) {
  for (const auto* task : tasks()) {
    if (task->name() == name) return *task;
  }
  throw unknown_name("program", name, task_names());
}

std::vector<Comparison> compare_tasks(const std::vector<RunRecord>& records, const Judging& judging) {
  check_known(records);
  std::vector<Comparison> comparisons;
  for (const auto* task : tasks()) {
    std::vector<const RunRecord*> own;
    for (const auto& run : records) {
      if (run.task == task->name()) own.push_back(&run);
    }
    if (own.empty()) continue;
    const auto metric = judging.metric.empty() ? task->primary_metric() : judging.metric;
    const Yardstick yardstick{metric, larger_is_better(metric), task->practical_threshold(metric)};
    auto compared = compare_runs(own, judging.baseline, yardstick);
    std::move(compared.begin(), compared.end(), std::back_inserter(comparisons));
  }
  return comparisons;
}

}  // namespace actlab

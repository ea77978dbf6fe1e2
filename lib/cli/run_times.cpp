#include "lib/cli/run_times.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "lib/experiment/run_one.h"
#include "lib/experiment/tuning.h"
#include "lib/statistics/moments.h"

namespace actlab {
namespace {

constexpr long recent = 5;
constexpr double beside_training = 1.2;  // validation, probes, the test and the record take time too

/// Field 22 of /proc/self/stat: clock ticks from the start of the machine to that of the process. The name of
/// the program, field 2, may hold blanks.
double start_of_process() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(std::min(text.rfind(')'), text.size() - 1) + 1));
  std::string field;
  for (int number = 3; number <= 22; ++number) fields >> field;
  return std::strtod(field.c_str(), nullptr) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

double seconds_since_start() {
  static const double start = start_of_process();
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) - start;
}

void RunTimes::started(const RunSpec& spec, double start_up) {
  start_[spec.run_id()] = seconds_since_start() + start_up;
}

void RunTimes::finished(const RunSpec& spec, const RunRecord& record) {
  const auto start = start_.find(spec.run_id());
  if (start == start_.end()) return;
  measured_[kind_of(spec)].push_back(
      std::max(seconds_since_start() - start->second, beside_training * record.train_seconds));
  start_.erase(start);
}

void RunTimes::learn(const RunSpec& spec, const RunRecord& record) {
  if (record.train_seconds > 0) recorded_[kind_of(spec)] = beside_training * record.train_seconds;
}

bool RunTimes::known(const RunSpec& spec) const {
  return measured_.count(kind_of(spec)) + recorded_.count(kind_of(spec)) > 0;
}

double RunTimes::typical(const RunSpec& spec) {
  const auto kind = kind_of(spec);
  const auto measured = measured_.find(kind);
  if (measured != measured_.end()) return median(measured->second);
  if (recorded_.count(kind) > 0) return recorded_[kind];
  if (estimated_.count(kind) == 0) estimated_[kind] = beside_training * estimate_seconds(task_, data_, spec);
  return estimated_[kind];
}

double RunTimes::longest(const RunSpec& spec) {
  const auto measured = measured_.find(kind_of(spec));
  if (measured == measured_.end()) return 2 * typical(spec);
  const auto& all = measured->second;
  return *std::max_element(all.end() - std::min<long>(recent, static_cast<long>(all.size())), all.end());
}

}  // namespace actlab

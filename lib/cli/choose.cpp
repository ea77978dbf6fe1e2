#include "lib/cli/choose.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <optional>

#include "lib/cli/grid_run.h"
#include "lib/cli/progress.h"
#include "lib/cli/run_times.h"
#include "lib/core/error.h"
#include "lib/core/interrupt.h"
#include "lib/experiment/allocation.h"
#include "lib/report/advice.h"
#include "lib/report/layout.h"
#include "lib/report/text.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

constexpr size_t baseline = 0;        // its place among the activations
constexpr double utilisation = 0.95;  // of workers: at the end of a round some wait for the others
constexpr long most_failures = 2;     // a program that crashes does not get better by more runs

/// The smallest look at so many seeds or more.
long look_at_or_after(long seeds) {
  long look = 1;
  while (seeds_at_look(look) < seeds) ++look;
  return seeds_at_look(look);
}

class Chooser {
 public:
  explicit Chooser(const ChoicePlan& question)
      : question_(question),
        plan_{question.task, question.flags, {}, std::nullopt},
        times_(question.task, question.data),
        seeds_(question.runs.size()),
        failures_(question.runs.size()),
        start_up_(seconds_since_start()) {}

  int run() {
    if (!question_.flags.fresh) load_records();
    look();
    while (interrupts() == 0) {
      const auto specs = next_round();
      if (specs.empty() || !do_round(specs)) break;
      look();
    }
    return conclude();
  }

 private:
  RunSpec spec(size_t activation, long run) const {
    auto result = question_.runs[activation];
    result.seed += run;
    return result;
  }

  bool has_record(const RunSpec& spec) const { return records_.count(spec.run_id()) > 0; }

  /// What an earlier call left; its failed runs are done again.
  void load_records() {
    const auto complain = [](const std::string& why) { std::cerr << why << ": that run is done again\n"; };
    std::set<nlohmann::json> kept;
    for (size_t activation = 0; activation < question_.runs.size(); ++activation) {
      for (long run = 0;; ++run) {
        const auto wanted = spec(activation, run);
        auto record = plan_.store().find(wanted.run_id(), complain);
        if (!record || record->status == RunStatus::failed) break;
        times_.learn(wanted, *record);
        kept.insert(*record->environment);
        records_[wanted.run_id()] = std::move(*record);
      }
    }
    warn_of_mixture(kept, question_.runs.front());
  }

  /// Judges all records that there are.
  void look() {
    const double start = seconds_since_start();
    std::vector<RunRecord> records;
    for (size_t activation = 0; activation < question_.runs.size(); ++activation) {
      long run = 0;
      for (; has_record(spec(activation, run)); ++run)
        records.push_back(records_.at(spec(activation, run).run_id()));
      seeds_[activation] = run;
    }
    comparison_.reset();
    const bool comparable = seeds_[baseline] > 0 &&
                            std::any_of(seeds_.begin() + 1, seeds_.end(), [](long runs) { return runs > 0; });
    if (comparable) {
      comparison_ = compare(records, question_.runs[baseline].activation, question_.yardstick).front();
      say_state();
    }
    time_to_look_ = seconds_since_start() - start;
  }

  /// Nothing before its first run.
  const ComparisonRow* row_of(size_t activation) const {
    if (!comparison_) return nullptr;
    for (const auto& row : comparison_->rows) {
      if (row.activation == question_.runs[activation].activation) return &row;
    }
    return nullptr;
  }

  bool is_open(size_t activation) const {
    const auto* row = row_of(activation);
    const bool undecided = row == nullptr || row->finding.judgement.verdict == Verdict::not_enough_runs;
    return undecided && std::max(failures_[activation], failures_[baseline]) < most_failures;
  }

  std::vector<size_t> open_activations() const {
    std::vector<size_t> open;
    for (size_t activation = baseline + 1; activation < question_.runs.size(); ++activation) {
      if (is_open(activation)) open.push_back(activation);
    }
    return open;
  }

  Contender contender(size_t activation) {
    const auto* row = row_of(activation);
    const long looks = row == nullptr ? 0 : row->finding.looks;
    const long replaced = failures_[activation] + failures_[baseline];  // seeds that give no pair
    Contender result{seeds_[activation], seeds_at_look(looks + 1) + replaced, std::nullopt,
                     times_.typical(question_.runs[activation])};
    if (looks == 0) result.needed = result.next;
    if (row != nullptr && looks > 0 && row->finding.pairs_needed)
      result.needed = look_at_or_after(*row->finding.pairs_needed) + replaced;
    return result;
  }

  std::vector<Contender> contenders(const std::vector<size_t>& activations) {
    std::vector<Contender> result;
    for (const size_t activation : activations) result.push_back(contender(activation));
    return result;
  }

  double seconds_left() const {
    const double to_conclude = 0.3 + 2 * time_to_look_;
    return question_.budget - seconds_since_start() - to_conclude;
  }

  /// Before anything is planned, one run of each activation tells how long they take.
  std::vector<RunSpec> first_runs(const std::vector<size_t>& open) {
    std::vector<RunSpec> specs;
    for (size_t activation = 0; activation < question_.runs.size(); ++activation) {
      const bool wanted = activation == baseline || std::count(open.begin(), open.end(), activation) > 0;
      if (wanted && !times_.known(question_.runs[activation])) specs.push_back(spec(activation, 0));
    }
    return specs;
  }

  /// The runs that tell most: to the next look of those that can be decided, seed by seed.
  std::vector<RunSpec> next_round() {
    const auto open = open_activations();
    if (open.empty()) return {};
    if (!timed_) {
      timed_ = true;
      if (auto specs = first_runs(open); !specs.empty()) return specs;
    }
    const auto candidates = contenders(open);
    const double worker_seconds = (seconds_left() - start_up_) * plan_.jobs() * utilisation;
    std::map<size_t, long> targets;
    for (const size_t i : worth_their_time(candidates, contender(baseline), worker_seconds)) {
      targets[open[i]] = candidates[i].next;
      targets[baseline] = std::max(targets[baseline], candidates[i].next);
    }
    std::vector<RunSpec> specs;
    for (long run = 0; !targets.empty() && run < targets[baseline]; ++run) {
      for (const auto& [activation, target] : targets) {
        if (run < target && !has_record(spec(activation, run))) specs.push_back(spec(activation, run));
      }
    }
    return specs;
  }

  /// False when no time was left for any of them.
  bool do_round(const std::vector<RunSpec>& specs) {
    Progress progress(static_cast<long>(specs.size()), question_.flags.hyper.epochs,
                      question_.task.primary_metric(), question_.flags.quiet);
    long started = 0;
    const auto start_up = [&] { return started < plan_.jobs() ? start_up_ : 0; };  // each worker has one
    const auto on_event = [&](const RunEvent& event) {
      progress.on_event(event);
      if (event.kind == RunEvent::Kind::started) {
        times_.started(event.spec, start_up());
        ++started;
      }
      if (event.kind == RunEvent::Kind::finished) keep(event.spec);
    };
    const auto may_start = [&](const RunSpec& spec) {
      return start_up() + times_.longest(spec) <= seconds_left();
    };
    run_pool(specs, {plan_.jobs(), question_.flags.threads, question_.flags.output, on_event,
                     question_.flags.tensorboard, may_start});
    return started > 0;
  }

  /// The record of a run that has just ended.
  void keep(const RunSpec& spec) {
    auto record = plan_.store().find(spec.run_id(), [](const auto&) {});
    if (!record) return;
    times_.finished(spec, *record);
    for (size_t activation = 0; activation < failures_.size(); ++activation) {
      failures_[activation] +=
          record->status == RunStatus::failed && spec.activation == question_.runs[activation].activation;
    }
    ++new_runs_;
    records_[spec.run_id()] = std::move(*record);
  }

  /// "sigmoid worse; swish undecided (9 seeds, 19 would probably do)"
  void say_state() const {
    if (question_.flags.quiet) return;
    std::vector<std::string> parts;
    for (const auto& row : comparison_->rows) {
      if (row.is_baseline) continue;
      const auto& finding = row.finding;
      const bool open = finding.judgement.verdict == Verdict::not_enough_runs;
      auto text = row.activation + " " + (open ? "undecided" : verdict_word(finding.judgement.verdict));
      if (open)
        text += finding.pairs_needed
                    ? fmt::format(" ({} seeds, about {} needed)", row.ok, *finding.pairs_needed)
                    : fmt::format(" ({} seeds)", row.ok);
      parts.push_back(text);
    }
    std::cerr << fmt::format("{} of {}: {}\n", duration(seconds_since_start()), duration(question_.budget),
                             join(parts, "; "));
  }

  /// What the budget did not pay for; empty when everything is decided.
  std::string unfinished() {
    const auto open = open_activations();
    if (open.empty()) return "";
    std::vector<std::string> untried;
    for (const size_t activation : open) {
      if (row_of(activation) == nullptr) untried.push_back(question_.runs[activation].activation);
    }
    std::string text = untried.empty() ? "" : "There was no time to try " + join(untried) + ". ";
    const auto candidates = contenders(open);
    const bool certain = std::all_of(candidates.begin(), candidates.end(),
                                     [](const auto& candidate) { return candidate.needed.has_value(); });
    const double seconds =
        start_up_ + price(candidates, contender(baseline), true) / (plan_.jobs() * utilisation);
    return text + fmt::format("To decide all would take {} {} more; the same command goes on from here.",
                              certain ? "about" : "more than", duration(seconds));
  }

  [[noreturn]] void refuse() {
    Contender nearest = contender(baseline + 1);
    const double seconds = price({nearest}, contender(baseline), false) / (plan_.jobs() * utilisation);
    throw usage_error("the budget is too short for a single comparison", duration(question_.budget),
                      "at least " + duration(std::ceil(1.2 * seconds + 2 * start_up_)),
                      "fewer --epochs, --train-limit or a smaller --model take less");
  }

  long examples() const {
    const auto& data = question_.data;
    return data.validation.count() > 0 ? data.validation.count() : data.train.count();
  }

  int conclude() {
    const bool interrupted = interrupts() > 0;
    if (!comparison_ && !interrupted) {
      if (failures_[baseline] == 0) refuse();
      std::cerr << "the runs of the baseline fail; their records say why\n";
      return static_cast<int>(ExitCode::run_failed);
    }
    if (comparison_) print(advise(*comparison_, examples()));
    std::cerr << fmt::format("{} new runs in {}, records in {}/runs\n", new_runs_,
                             duration(seconds_since_start()), question_.flags.output);
    if (interrupted) {
      std::cerr << "interrupted: everything finished is kept, and the same command goes on\n";
      return static_cast<int>(ExitCode::interrupted);
    }
    const bool failed = std::any_of(failures_.begin(), failures_.end(), [](long count) { return count > 0; });
    return static_cast<int>(failed ? ExitCode::run_failed : ExitCode::done);
  }

  void print(const Advice& advice) {
    const auto& format = question_.flags.format;
    const auto rest = unfinished();
    const auto train = advice.activation.empty() ? "" : question_.train_command(advice.activation);
    if (format == "json") {
      const nlohmann::ordered_json result = {
          {"activation", advice.activation},
          {"change", advice.change},
          {"decided", advice.decided && rest.empty()},
          {"text", advice.text},
          {"unfinished", rest},
          {"caveats", advice.caveats},
          {"train", train},
          {"comparison", nlohmann::ordered_json::parse(write({*comparison_}, format))[0]}};
      std::cout << result.dump(2) << '\n';
      return;
    }
    const bool for_people = format == "table" || format == "markdown";
    auto& text = for_people ? std::cout : std::cerr;  // CSV and LaTeX are read by programs
    text << advice.text << '\n';
    if (!rest.empty()) text << rest << '\n';
    for (const auto& caveat : advice.caveats) text << "warning: " << caveat << '\n';
    text << '\n';
    std::cout << write({*comparison_}, format, wants_colour(STDOUT_FILENO));
    if (!train.empty()) text << "\nTo train it:\n\n    " << train << '\n';
  }

  const ChoicePlan& question_;
  const GridPlan plan_;
  RunTimes times_;
  std::map<std::string, RunRecord> records_;  // by run-id
  std::vector<long> seeds_, failures_;        // by activation: runs without a gap, those of them that failed
  double start_up_;                           // seconds until data are loaded, of a worker as of this process
  double time_to_look_ = 0;
  long new_runs_ = 0;
  bool timed_ = false;
  std::optional<Comparison> comparison_;
};

}  // namespace

int choose(const ChoicePlan& question) { return Chooser(question).run(); }

}  // namespace actlab

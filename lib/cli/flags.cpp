#include "lib/cli/flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iostream>

#include "lib/activations/kernels/fused.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/runtime.h"
#include "lib/core/spec.h"
#include "lib/layers/initialise.h"
#include "lib/report/writers.h"
#include "lib/training/optimisers.h"

namespace actlab {
namespace {

std::string names(const std::string& meaning, const std::vector<std::string>& allowed) {
  return meaning + ": " + join(allowed);
}

constexpr long many = 1'000'000'000;

void set_learning_rate(Flags& flags, const std::string& text) {
  const bool is_word = !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0;
  flags.tune = is_word ? text : "";
  if (!is_word) flags.hyper.lr = parse_number("--lr", text, 0, 1e6);
}

}  // namespace

CLI::Validator number_in(double low, double high) {
  return CLI::Validator(
      [low, high](const std::string& text) -> std::string {
        try {
          parse_number("", text, low, high);
        } catch (const Error&) {
          return fmt::format("{} is no number from {} to {}", text, low, high);
        }
        return "";
      },
      fmt::format("FLOAT in [{} - {}]", low, high));
}

void add_data_flags(CLI::App& command, Flags& flags) {
  const auto group = "Data";
  command.add_option("--dataset", flags.dataset, "a name from `data list`, or the path of a folder")
      ->group(group);
  command
      .add_option("--data-dir", flags.data_dir,
                  "where data sets stand in folders of their names [$ACTLAB_DATA]")
      ->group(group);
  command.add_option("--train-limit", flags.train_limit, "use N training examples at most; 0 = all")
      ->check(CLI::Range(0L, many))
      ->group(group);
  command.add_option("--test-limit", flags.test_limit, "use N test examples at most; 0 = all")
      ->check(CLI::Range(0L, many))
      ->group(group);
}

void add_training_flags(CLI::App& command, Flags& flags) {
  const auto group = "Training";
  auto& hyper = flags.hyper;
  command.add_option("--model", flags.model, "NAME or NAME:key=value,… (see `models`)")->group(group);
  command.add_option("--epochs", hyper.epochs)->check(CLI::Range(1L, 100'000L))->group(group);
  command.add_option("--batch-size", hyper.batch_size)->check(CLI::Range(1L, 1'000'000L))->group(group);
  command
      .add_option_function<std::string>(
          "--lr", [&flags](const std::string& text) { set_learning_rate(flags, text); },
          "learning rate; in `compare` also tune, or tune:low=0.0001,high=0.1,rates=5,seeds=1: for every "
          "activation the best of so many log-spaced rates on validation data, tried with the first so many "
          "seeds (sgd: 0.001 to 1); or halving, or halving:low=…,high=…,rates=8,budget=5,seeds=1: successive "
          "halving, more rates for the epochs of so many runs, the better half of which goes on with more")
      ->default_str(fmt::format("{:g}", hyper.lr))
      ->type_name("FLOAT|tune|halving")
      ->group(group);
  command.add_option("--optimizer", hyper.optimizer, names("one of", optimiser_names()))->group(group);
  command.add_option("--momentum", hyper.momentum, "of sgd")->check(number_in(0.0, 0.9999))->group(group);
  command.add_option("--schedule", hyper.schedule, names("of the learning rate", schedule_names()))
      ->group(group);
  command.add_option("--warmup", hyper.warmup, "epochs of linear warm-up")
      ->check(number_in(0.0, 1e5))
      ->group(group);
  command.add_option("--init", hyper.init, names("initialisation policy", initialisation_policies()))
      ->group(group);
  command.add_option("--weight-decay", hyper.weight_decay, "never on activation parameters")
      ->check(number_in(0.0, 1e3))
      ->group(group);
  command.add_option("--clip", hyper.clip, "largest gradient norm; 0 = no clipping")
      ->check(number_in(0.0, 1e9))
      ->group(group);
  command.add_option("--label-smoothing", hyper.label_smoothing)->check(number_in(0.0, 0.999))->group(group);
  command
      .add_option("--patience", hyper.patience,
                  "stop after N epochs without a better validation value; 0 = never")
      ->check(CLI::Range(0L, many))
      ->group(group);
  command
      .add_option("--tensorboard", flags.tensorboard,
                  "folder for event files: loss, metrics and learning rate of each run by epoch")
      ->group(group);
  command.add_option("--dtype", hyper.dtype, "float32 or bfloat16 (automatic mixed precision)")->group(group);
  command
      .add_option("--kernels", hyper.kernels,
                  names("what computes element-wise activations on the CPU", kernels_names()))
      ->group(group);
}

void add_grid_flags(CLI::App& command, Flags& flags) {
  const auto group = "Comparison";
  command
      .add_option("--activations", flags.activations,
                  "names with arguments, groups, all, or expr:FORMULA of x; commas between")
      ->group(group);
  command.add_option("--seeds", flags.seeds, "0..4 or 0,3,7")->group(group);
  add_worker_flags(command, flags, group);
  command.add_option("--shard", flags.shard, "i/n: only the i-th of n parts of the grid")->group(group);
  command.add_flag("--dry-run", flags.dry_run, "list the runs and estimate the time, train nothing")
      ->group(group);
}

void add_worker_flags(CLI::App& command, Flags& flags, const std::string& group) {
  command.add_option("--jobs", flags.jobs, "worker processes; 0 = one a core")
      ->check(CLI::Range(0, 1024))
      ->group(group);
  command.add_option("--output", flags.output, "folder for the records")->group(group);
  command.add_flag("--fresh", flags.fresh, "do again what already has a record")->group(group);
  command.add_flag("--no-probes", flags.no_probes, "leave out gradient flow, dead and saturated units")
      ->group(group);
}

void add_table_flags(CLI::App& command, Flags& flags) {
  const auto group = "Table";
  command.add_option("--format", flags.format, names("one of", comparison_format_names()))->group(group);
  command
      .add_option("--baseline", flags.baseline,
                  "activation that the others are compared with [relu, else the first]")
      ->group(group);
  command.add_option("--metric", flags.metric, "test metric to rank by [the task's own]")->group(group);
  command
      .add_option(
          "--threshold", flags.threshold,
          "smallest difference of the metric that matters in practice, which verdicts go by; 0.01 is a "
          "percentage point [the task's own]")
      ->check(number_in(1e-9, 1e9))
      ->group(group);
}

void add_run_flags(CLI::App& command, Flags& flags) {
  command.add_option("--device", flags.device, "auto, cpu, cuda or cuda:i");
  command.add_option("--threads", flags.threads, "threads in each process")->check(CLI::Range(1, 1024));
  command.add_flag("--quiet", flags.quiet, "no progress");
  command.add_option("--config", flags.config, "TOML file with defaults, keys named as the flags");
}

void check_format(const std::string& format, const std::vector<std::string>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), format) == allowed.end())
    throw unknown_name("format", format, allowed);
}

at::Device device_or_say(const std::string& text) {
  std::string notice;
  const auto device = choose_device(text, &notice);
  if (!notice.empty()) std::cerr << "note: " << notice << '\n';
  return device;
}

nlohmann::json data_request(const Flags& flags) {
  return {{"dataset", flags.dataset},
          {"data_directory", data_directory(flags.data_dir).string()},
          {"train_limit", flags.train_limit},
          {"test_limit", flags.test_limit}};
}

}  // namespace actlab

#include "lib/cli/domain.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "lib/cli/choice_flags.h"
#include "lib/cli/choose.h"
#include "lib/cli/doctor.h"
#include "lib/cli/measurement.h"
#include "lib/cli/progress.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/interrupt.h"
#include "lib/core/runtime.h"
#include "lib/experiment/event_file.h"
#include "lib/experiment/run_one.h"
#include "lib/metrics/names.h"
#include "lib/report/chart.h"
#include "lib/report/html.h"
#include "lib/report/page.h"
#include "lib/report/pictures.h"
#include "lib/report/writers.h"
#include "lib/training/checkpoint.h"

namespace actlab {
namespace {

constexpr auto config_file = "config.json";

void say(const std::string& line) { std::cerr << line << '\n'; }

void say_note(const Dataset& data) {
  if (!data.note.empty()) say("note: " + data.note);
}

/// A grid that no run of can work is refused before anything is trained: every pair is built once.
void check_builds(const Task& task, const Dataset& data, const Experiment& experiment) {
  for (const auto& model : experiment.models) {
    for (const auto& activation : experiment.activations) task.build(model, activation, data.facts);
  }
}

/// The command that wrote an output folder.
std::string command_of(const std::string& directory) {
  const auto file = std::filesystem::path(directory) / config_file;
  const auto config = nlohmann::json::parse(read_file(file), nullptr, false);
  if (!config.is_object() || !config.contains("command")) {
    throw data_error("the stored configuration is damaged", file.string(), "", "run the comparison again");
  }
  return config["command"];
}

/// An output folder as a section of a page: titled by what it compared, under the command that wrote it.
PageSection section_of(const std::string& directory, const std::vector<Comparison>& comparisons) {
  const std::string title =
      comparisons.empty() ? directory : comparisons.front().dataset + ", " + comparisons.front().model;
  return {title, command_of(directory), comparisons};
}

}  // namespace

Origin origin_of(const std::string& directory) {
  const bool kept = std::filesystem::exists(std::filesystem::path(directory) / config_file);
  return {directory, kept ? command_of(directory) : ""};
}

void deliver(const std::string& file, const std::string& text) {
  if (file.empty()) {
    std::cout << text;
    return;
  }
  const std::filesystem::path path(file);
  if (path.has_parent_path()) make_writable_folder(path.parent_path());
  write_atomically(path, text);
  say("written: " + file);
}

Domain::Domain(const Task& task, const std::string& description, Flags defaults)
    : task_(task), program_(task.name(), description), flags_(std::move(defaults)) {
  flags_.output = "results/" + task.name();
  evaluation_.format = flags_.format;
}

void Domain::add_commands(const AddRequestFlags& add_request_flags) {
  const auto add_common = [&](CLI::App& command, Flags& flags) {
    add_data_flags(command, flags);
    if (add_request_flags) add_request_flags(command, extra_request_);
    add_run_flags(command, flags);
  };
  auto& compare = program_.add_command("compare", "train a grid and compare activations",
                                       [this] { return this->compare(); });
  add_common(compare, flags_);
  add_training_flags(compare, flags_);
  add_grid_flags(compare, flags_);
  add_table_flags(compare, flags_);

  auto& choose =
      program_.add_command("choose", "spend a budget of time to find the activation for this data and model",
                           [this] { return this->choose(); });
  add_common(choose, flags_);
  add_training_flags(choose, flags_);
  add_choice_flags(choose, flags_, budget_, seed_);

  auto& train =
      program_.add_command("train", "train one model and save it", [this] { return this->train(); });
  add_common(train, flags_);
  add_training_flags(train, flags_);
  train.add_option("--activation", activation_, "NAME or NAME:key=value,…");
  train.add_option("--seed", seed_)->check(CLI::Range(0L, 1'000'000'000L));
  train.add_option("--save", save_, "checkpoint to write");

  auto& evaluate = program_.add_command("evaluate", "measure a saved model on test data",
                                        [this] { return this->evaluate(); });
  add_common(evaluate, evaluation_);
  evaluate.add_option("--load", load_, "checkpoint of `train --save`")->required();
  evaluate.add_option("--format", evaluation_.format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}));

  auto& report =
      program_.add_command("report", "make the tables again from records", [this] { return this->report(); });
  report.add_option("directories", directories_, "output folders of `compare`")->required();
  report.add_option("--page", page_,
                    "a page of this title, with commands, environment and gradient flow: Markdown, or with "
                    "--format html one with charts too");
  report.add_option("--preface", preface_, "Markdown file that goes below the title of a Markdown page");
  report.add_option("--output", report_file_, "file to write [standard output]");
  report.add_option("--charts", charts_,
                    can_write_png() ? "folder for the page's charts as SVG and PNG"
                                    : "folder for the page's charts as SVG");
  add_table_flags(report, flags_);

  program_.add_command("models", "list the models and their arguments", [this] { return models(); });
  add_doctor_command(program_, task_.name());
  auto& worker = program_.add_command(
      "worker", "", [this] { return worker_main(task_, worker_output_, worker_events_, flags_.threads); });
  worker.add_option("--output", worker_output_)->required();
  worker.add_option("--tensorboard", worker_events_);
  worker.add_option("--threads", flags_.threads);
}

nlohmann::json Domain::request(const Flags& flags) const {
  auto request = data_request(flags);
  request.update(extra_request_);
  return request;
}

std::string Domain::ranking_metric() const {
  return flags_.metric.empty() ? task_.primary_metric() : flags_.metric;
}

Yardstick Domain::yardstick(Method method) const {
  const auto metric = ranking_metric();
  const double threshold = flags_.threshold ? *flags_.threshold : task_.practical_threshold(metric);
  return {metric, larger_is_better(metric), threshold, method};
}

std::vector<Comparison> Domain::comparisons(const std::vector<RunRecord>& records) const {
  return actlab::compare(records, flags_.baseline, yardstick(Method::once_on_test_data));
}

void Domain::prepare_folders() const {
  Store(flags_.output).prepare();
  if (!flags_.tensorboard.empty()) make_writable_folder(flags_.tensorboard);
}

/// The command and its options beside the records.
void Domain::keep_command() const {
  write_atomically(
      std::filesystem::path(flags_.output) / config_file,
      nlohmann::json{{"command", program_.command_line()}, {"options", program_.resolved_options()}}.dump(1));
}

int Domain::compare() {
  check_hyperparameters(flags_.hyper);
  check_format(flags_.format, comparison_format_names());  // before hours of training
  task_.practical_threshold(ranking_metric());
  const Experiment experiment{parse_spec_list(flags_.model),      resolve_activations(flags_.activations),
                              parse_seeds(flags_.seeds),          flags_.hyper,
                              device_or_say(flags_.device).str(), !flags_.no_probes};
  std::optional<Tuning> tuning;
  if (!flags_.tune.empty()) tuning = parse_tuning(flags_.tune, flags_.hyper, experiment.seeds);
  if (!flags_.dry_run) prepare_folders();
  set_threads(flags_.threads);

  const auto data = task_.load(request(flags_));
  check_builds(task_, data, experiment);
  const GridPlan plan{task_, flags_, make_grid(experiment, task_, data, request(flags_)), tuning};
  if (flags_.dry_run) {
    list_grid(plan, data);
    return 0;
  }
  keep_command();
  count_interrupts();
  return show_results(plan, run_grid(plan));
}

int Domain::choose() {
  const double budget = parse_duration("--budget", budget_);
  check_hyperparameters(flags_.hyper);
  check_format(flags_.format);
  if (!flags_.tune.empty())
    throw usage_error("a choice is made at one learning rate", "--lr " + flags_.tune, "a number",
                      "`compare --lr tune` finds a rate for each activation");
  task_.practical_threshold(ranking_metric());
  const auto by = yardstick(Method::in_looks_on_validation);
  Experiment experiment{{parse_spec(flags_.model)},
                        with_baseline(flags_.activations, flags_.baseline),
                        {seed_},
                        flags_.hyper,
                        device_or_say(flags_.device).str(),
                        !flags_.no_probes};
  prepare_folders();
  set_threads(flags_.threads);
  auto data = task_.load(request(flags_));
  say_note(data);
  check_builds(task_, data, experiment);
  keep_command();
  count_interrupts();
  const auto train = [&](const std::string& activation) {
    return program_.command_line_of("train") + " " +
           shell_text({"--activation", activation, "--save", parse_spec(activation).name + ".actlab"});
  };
  auto runs = make_grid(experiment, task_, data, request(flags_));
  return actlab::choose({task_, flags_, std::move(data), std::move(runs), by, budget, train});
}

int Domain::show_results(const GridPlan& plan, const PoolResult& result) const {
  const auto runs = plan.at_chosen_rates(plan.grid);
  std::vector<RunRecord> records;
  for (const auto& spec : runs) {
    if (auto record = plan.store().find(spec.run_id(), say)) records.push_back(std::move(*record));
  }
  std::cout << write(comparisons(records), flags_.format, wants_colour(STDOUT_FILENO));
  const long fresh = result.ok + result.diverged + result.failed;
  say(fmt::format("{} of {} runs have a record in {}/runs, {}", records.size(), plan.grid.size(),
                  flags_.output,
                  fmt::format(plan.tuning ? "of runs and trials {} are new" : "{} of them new", fresh)));
  if (result.interrupted) {
    say("interrupted: everything finished is kept, and the same command does the rest");
    return static_cast<int>(ExitCode::interrupted);
  }
  if (runs.size() < plan.grid.size())
    say("some rates are not chosen yet: trials of other shards have no record here, or failed");
  return static_cast<int>(result.failed > 0 ? ExitCode::run_failed : ExitCode::done);
}

int Domain::train() {
  check_hyperparameters(flags_.hyper);
  if (!flags_.tune.empty())
    throw usage_error("one training has one learning rate", "--lr " + flags_.tune, "a number",
                      "`compare --lr tune` finds a rate for each activation");
  const Experiment experiment{{parse_spec(flags_.model)},
                              {resolve_activation(parse_spec(activation_))},
                              {seed_},
                              flags_.hyper,
                              device_or_say(flags_.device).str(),
                              false};
  set_threads(flags_.threads);
  const auto data = task_.load(request(flags_));
  say_note(data);
  const auto spec = make_grid(experiment, task_, data, request(flags_)).front();

  Progress progress(1, flags_.hyper.epochs, task_.primary_metric(), flags_.quiet);
  std::optional<RunEvents> events;
  if (!flags_.tensorboard.empty()) events.emplace(flags_.tensorboard, spec);
  RunHooks hooks;
  hooks.on_epoch = [&](const EpochResult& epoch) {
    RunEvent event(RunEvent::Kind::epoch, spec);
    event.epoch = epoch;
    progress.on_event(event);
    if (events) events->epoch(epoch);
  };
  if (!save_.empty()) hooks.on_trained = [&](Network& network) { save(spec, data, network); };
  const auto record = run_one(task_, data, spec, hooks);
  if (events) events->end(record);
  if (record.status != RunStatus::ok) {
    throw Error(ExitCode::run_failed, "the training " + status_name(record.status) + "; nothing was saved",
                record.error, "", "a lower --lr, --clip 1, or another --init");
  }
  print_metrics(record.test, "table");
  return 0;
}

void Domain::save(const RunSpec& spec, const Dataset& data, Network& network) const {
  auto description = to_json(spec);
  description["facts"] = data.facts;
  save_checkpoint(save_, description, network);
}

int Domain::evaluate() {
  const auto device = device_or_say(evaluation_.device);
  set_threads(evaluation_.threads);
  const auto model = load_model(task_, load_, device);
  const auto& facts = model.description.at("facts");
  const auto data = task_.load(evaluation_request(model.description, request(evaluation_)));
  say_note(data);
  for (const auto* key : {"input", "class_names"}) {
    if (facts.at(key) != data.facts.at(key)) {
      throw data_error("the model does not fit this data set: " + std::string(key) + " differs",
                       data.name + ": " + data.facts.at(key).dump(), facts.at(key).dump());
    }
  }
  const auto objective =
      task_.objective(facts, hyperparameters_from_json(model.description.at("hyperparameters")));
  const auto metrics = objective.metrics();
  actlab::evaluate(*model.network, data.test, *metrics, device);
  print_measurement(*metrics, facts.at("class_names"), evaluation_.format);
  return 0;
}

/// Thresholds and metrics of one task say nothing about the runs of another.
void Domain::check_task(const std::vector<RunRecord>& records, const std::string& directory) const {
  for (const auto& record : records) {
    if (record.task == task_.name()) continue;
    throw data_error("a record belongs to another program",
                     fmt::format("{}, run {}: {}", directory, record.run_id, record.task), task_.name(),
                     "`reproduce report` compares runs of any program");
  }
}

int Domain::report() {
  check_format(flags_.format, comparison_format_names());
  const bool html = flags_.format == "html";
  if (html && !preface_.empty())
    throw usage_error("a preface is Markdown and goes below the title of a Markdown page",
                      "--preface with --format html", "--page without --format");
  std::vector<RunRecord> all;
  std::vector<PageSection> sections;
  std::vector<Origin> origins;
  for (const auto& directory : directories_) {
    auto records = Store(directory).load_all([](const std::string& why) { say(why + ": left out"); });
    check_task(records, directory);
    if (html) {
      origins.push_back(origin_of(directory));
    } else if (!page_.empty()) {
      sections.push_back(section_of(directory, comparisons(records)));
    }
    if (all.empty()) {
      all = std::move(records);
    } else {
      std::move(records.begin(), records.end(), std::back_inserter(all));
    }
  }
  if (all.empty())
    throw data_error("there are no records", join(directories_), "output folders of `compare`");
  if (std::all_of(all.begin(), all.end(), [](const RunRecord& run) { return run.is_trial(); }))
    throw data_error("there are only trials of learning rates", join(directories_), "",
                     "run the comparison again: it does the rest");
  const auto compared = comparisons(all);
  std::vector<RunRecord>().swap(all);  // a hundred thousand take more memory than all that is said of them
  if (!charts_.empty()) {
    const auto files = save_pictures(compared, charts_);
    say(fmt::format("written: {} files in {}", files.size(), charts_));
  }
  const auto preface = preface_.empty() ? "" : read_file(preface_);
  deliver(report_file_, html            ? html_page(page_.empty() ? task_.name() : page_, compared, origins)
                        : page_.empty() ? write(compared, flags_.format,
                                                report_file_.empty() && wants_colour(STDOUT_FILENO))
                                        : results_page(page_, sections, preface));
  return 0;
}

int Domain::models() {
  for (const auto& model : task_.models()) {
    std::cout << fmt::format("{:<11} {}\n{:<11} {}\n", model.name, model.description, "", model.arguments);
  }
  return 0;
}

nlohmann::json evaluation_request(const nlohmann::json& description, nlohmann::json wanted) {
  auto trained = description.at("request");
  const std::string dataset = trained.at("dataset");
  if (wanted.at("dataset") == "") {
    wanted["dataset"] = dataset;
    trained.update(wanted);
    wanted = trained;
  }
  wanted["facts"] = description.at("facts");
  using std::filesystem::weakly_canonical;
  wanted["unseen"] = weakly_canonical(wanted["dataset"].get<std::string>()) != weakly_canonical(dataset);
  return wanted;
}

LoadedModel load_model(const Task& task, const std::string& file, at::Device device) {
  LoadedModel model{read_checkpoint_description(file), nullptr};
  if (model.description.value("task", "") != task.name()) {
    throw data_error("the checkpoint belongs to another program",
                     file + ": " + model.description.value("task", "?"), task.name());
  }
  const auto activation = resolve_activation(parse_spec(model.description.at("activation")));
  model.network =
      task.build(parse_spec(model.description.at("model")), activation, model.description.at("facts"));
  load_checkpoint(file, *model.network);
  model.network->to(device);
  model.network->eval();
  return model;
}

}  // namespace actlab

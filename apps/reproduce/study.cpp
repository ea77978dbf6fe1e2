#include "apps/reproduce/study.h"

#include <algorithm>
#include <set>

#include "apps/reproduce/domains.h"
#include "apps/reproduce/expectations.h"
#include "apps/reproduce/study_file.h"
#include "lib/activations/catalogue.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

using FlagValues = std::map<std::string, std::string>;

/// Flags that `reproduce` sets itself.
const std::set<std::string> reserved = {"output", "jobs",  "quiet", "dry-run",
                                        "format", "fresh", "shard", "config"};

FlagValues read_flags(const StudyTable& table, const std::string& key) {
  FlagValues flags;
  const auto part = table.optional_table(key);
  if (!part) return flags;
  for (const auto& name : part->keys()) {
    if (reserved.count(name) > 0)
      throw usage_error("a study cannot set this flag", part->place(name) + ": " + name, "",
                        "`reproduce run` sets it");
    flags[name] = part->value(name);
  }
  if (flags.count("activations") > 0)
    part->checked("activations", [&] { resolve_activations(flags["activations"]); });
  return flags;
}

/// In the order in which people read a command.
std::vector<std::string> as_arguments(const FlagValues& flags) {
  static const std::vector<std::string> first = {"dataset",  "model", "activations",
                                                 "baseline", "seeds", "epochs"};
  std::vector<std::string> names = first, arguments;
  for (const auto& [name, value] : flags) {
    if (std::find(first.begin(), first.end(), name) == first.end()) names.push_back(name);
  }
  for (const auto& name : names) {
    const auto flag = flags.find(name);
    if (flag == flags.end() || flag->second == "false") continue;
    arguments.push_back("--" + name);
    if (flag->second != "true") arguments.push_back(flag->second);
  }
  return arguments;
}

/// The flags that a comparison is called with: one set, or with a `sweep` one for each of its values.
std::vector<std::pair<std::string, FlagValues>> swept(const StudyTable& table, const FlagValues& flags) {
  const auto name = table.text("name");
  const auto sweep = table.optional_table("sweep");
  if (!sweep) return {{name, flags}};
  const auto keys = sweep->keys();
  if (keys.size() != 1)
    throw usage_error("a sweep is over one flag", table.place("sweep"), "sweep.lr = [0.001, 0.01]");
  std::vector<std::pair<std::string, FlagValues>> result;
  for (const auto& value : sweep->values(keys.front())) {
    result.emplace_back(name + "-" + value, flags);
    result.back().second[keys.front()] = value;
  }
  return result;
}

std::string canonical(const StudyTable& table, const std::string& key, const std::string& activation) {
  std::string text;
  table.checked(key, [&] { text = resolve_activation(parse_spec(activation)).text(); });
  return text;
}

std::string baseline_of(const StudyTable& table, const FlagValues& flags) {
  const auto flag = flags.find("baseline");
  return flag == flags.end() ? "" : canonical(table, "flags", flag->second);
}

void read_comparison(const StudyTable& table, Study& study) {
  table.allow({"name", "program", "needs", "flags", "smoke", "full", "sweep"});
  table.checked("program", [&] { task_named(table.text("program")); });
  const auto common = read_flags(table, "flags");
  for (const auto size : {Size::smoke, Size::full}) {
    if (!table.has(to_string(size))) continue;
    auto flags = read_flags(table, to_string(size));
    flags.insert(common.begin(), common.end());
    for (const auto& [name, all] : swept(table, flags)) {
      study.calls[size].push_back({name, table.text("program"), table.optional_text("needs"),
                                   baseline_of(table, all), as_arguments(all)});
    }
  }
}

void read_pairing(const StudyTable& table, Pairing& pairing) {
  pairing.place = table.place();
  pairing.call = table.optional_text("comparison");
  if (table.has("model")) pairing.model = parse_spec(table.text("model")).text();
  pairing.activation = canonical(table, "activation", table.text("activation"));
  pairing.against = canonical(table, "against", table.has("against") ? table.text("against") : "relu");
  pairing.metric = table.optional_text("metric");
}

Question read_question(const StudyTable& table) {
  table.allow({"text", "comparison", "model", "activation", "against", "metric"});
  Question question;
  read_pairing(table, question);
  question.text = table.text("text");
  return question;
}

Expectation read_expectation(const StudyTable& table) {
  table.allow({"comparison", "model", "activation", "against", "metric", "quantity", "at_least", "at_most",
               "verdict", "size"});
  Expectation expectation;
  read_pairing(table, expectation);
  expectation.quantity = table.has("quantity") ? table.text("quantity") : "difference";
  table.checked("quantity", [&] { check_quantity(expectation.quantity); });
  expectation.low = table.optional_number("at_least");
  expectation.high = table.optional_number("at_most");
  if (table.has("verdict")) expectation.verdicts = table.values("verdict");
  table.checked("verdict", [&] { check_verdict_words(expectation.verdicts); });
  if (table.has("size")) table.checked("size", [&] { expectation.size = size_named(table.text("size")); });
  if (!expectation.low && !expectation.high && expectation.verdicts.empty())
    throw usage_error("an expectation expects nothing", table.place(), "at_least, at_most or verdict");
  return expectation;
}

/// Two calls cannot share a folder, and questions and expectations are about calls that exist.
void check_names(const Study& study) {
  std::vector<std::string> all;
  for (const auto& [size, calls] : study.calls) {
    std::set<std::string> names;
    for (const auto& call : calls) {
      all.push_back(call.name);
      if (!names.insert(call.name).second)
        throw usage_error("two comparisons have one name", study.file.string() + ": " + call.name);
    }
  }
  const auto check = [&](const Pairing& pairing) {
    if (std::none_of(all.begin(), all.end(), [&](const auto& name) { return pairing.is_about(name); }))
      throw unknown_name("comparison in " + pairing.place, pairing.call, all);
  };
  std::for_each(study.questions.begin(), study.questions.end(), check);
  std::for_each(study.expectations.begin(), study.expectations.end(), check);
}

}  // namespace

const char* to_string(Size size) { return size == Size::smoke ? "smoke" : "full"; }

Size size_named(const std::string& name) {
  if (name == "smoke") return Size::smoke;
  if (name == "full") return Size::full;
  throw unknown_name("size", name, {"smoke", "full"});
}

bool Pairing::is_about(const std::string& call_name) const {
  return call.empty() || call_name == call || call_name.rfind(call + "-", 0) == 0;
}

Size Study::size(std::optional<Size> wanted) const {
  if (wanted && calls.count(*wanted) == 0)
    throw usage_error("the study " + name + " has no such size", to_string(*wanted),
                      to_string(calls.begin()->first));
  if (wanted) return *wanted;
  if (calls.size() == 1) return calls.begin()->first;
  throw usage_error("the study " + name + " has two sizes", "", "--smoke (embedded data, minutes), --full");
}

std::filesystem::path Study::output(const std::string& wanted, Size size) const {
  if (!wanted.empty()) return wanted;
  const bool smaller = calls.size() > 1 && size == Size::smoke;
  return std::filesystem::path("results") / (smaller ? name + "-smoke" : name);
}

Study read_study(const std::filesystem::path& file) {
  const StudyFile content(file);
  const auto table = content.root();
  table.allow({"title", "found", "differ", "claims", "comparison", "question", "expectation"});
  Study study;
  study.file = file;
  study.name = file.stem().string();
  study.title = table.text("title");
  study.found = table.optional_text("found");
  study.differ = table.optional_text("differ");
  study.claims = table.has("claims") && table.value("claims") == "true";
  for (const auto& part : table.tables("comparison")) read_comparison(part, study);
  if (study.calls.empty())
    throw usage_error("a study compares nothing", file.string(), "[[comparison]] with smoke or full flags");
  for (const auto& part : table.tables("question")) study.questions.push_back(read_question(part));
  for (const auto& part : table.tables("expectation")) study.expectations.push_back(read_expectation(part));
  check_names(study);
  return study;
}

std::filesystem::path studies_folder(const std::string& given) {
  if (!given.empty()) return given;
  const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "studies";
  return std::filesystem::is_directory(beside) ? beside : std::filesystem::path(ACTLAB_STUDIES);
}

namespace {

std::vector<std::filesystem::path> study_files(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder))
    throw usage_error("there is no such folder of studies", folder.string(), "", "--studies DIR");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<Study> read_studies(const std::filesystem::path& folder) {
  std::vector<Study> studies;
  for (const auto& file : study_files(folder)) studies.push_back(read_study(file));
  return studies;
}

bool has_study(const std::filesystem::path& folder, const std::string& name) {
  return std::filesystem::is_regular_file(folder / (name + ".toml"));
}

Study find_study(const std::filesystem::path& folder, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& file : study_files(folder)) {
    names.push_back(file.stem().string());
    if (names.back() == name) return read_study(file);
  }
  throw unknown_name("study", name, names);
}

}  // namespace actlab

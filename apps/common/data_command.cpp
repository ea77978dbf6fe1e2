#include "apps/common/data_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "datasets/catalogue.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/interrupt.h"

namespace actlab {
namespace {

namespace fs = std::filesystem;

const char* state_name(FileState state) {
  switch (state) {
    case FileState::missing:
      return "missing";
    case FileState::part:
      return "partly fetched";
    case FileState::intact:
      return "intact";
    case FileState::damaged:
      return "DAMAGED";
    case FileState::unverified:
      return "there, no checksum known";
  }
  return "";
}

int list(const std::string& program, const fs::path& directory) {
  size_t width = 0;
  for (const auto& set : public_sets()) width = std::max(width, set.program == program ? set.name.size() : 0);
  for (const auto& set : public_sets()) {
    if (set.program != program) continue;
    long bytes = 0, there = 0;
    for (const auto& file : set.files) {
      bytes += file.bytes;
      const auto state = check_file(set, file, directory);
      there += state == FileState::intact || state == FileState::unverified ? 1 : 0;
    }
    std::cout << fmt::format("{:<{}}  {:>7.1f} MB  {}/{} files here  {}\n{:<{}}  licence: {}; {}\n", set.name,
                             width, static_cast<double>(bytes) / 1e6, there, set.files.size(),
                             set.description, "", width, set.licence, set.page);
  }
  return 0;
}

int verify(const PublicSet& set, const fs::path& directory) {
  bool good = true;
  for (const auto& file : set.files) {
    const auto state = check_file(set, file, directory);
    good = good && (state == FileState::intact || state == FileState::unverified);
    std::cout << fmt::format("{:<32} {}\n", file.name, state_name(state));
  }
  if (good) return 0;
  std::cerr << manual_instructions(set, directory);
  return static_cast<int>(ExitCode::data);
}

int fetch_set(const PublicSet& set, const fs::path& directory, const DataOptions& options) {
  count_interrupts();
  const bool draw = !options.quiet && isatty(STDERR_FILENO) == 1;
  fetch(set, directory, options.mirror, [&](const std::string& file, long done, long total) {
    if (draw) {
      std::cerr << fmt::format("\r\033[K{} {:.1f} of {:.1f} MB", file, static_cast<double>(done) / 1e6,
                               static_cast<double>(total) / 1e6);
    }
    return interrupts() == 0;
  });
  if (draw) std::cerr << "\r\033[K";
  if (interrupts() > 0) {
    std::cerr << "interrupted: the same command goes on where this one stopped\n";
    return static_cast<int>(ExitCode::interrupted);
  }
  return verify(set, directory);
}

int run(const std::string& program, const DataOptions& options, const Inspect& inspect) {
  const auto directory = data_directory(options.data_dir);
  if (options.action == "list") return list(program, directory);
  const bool of_file = options.action == "inspect";
  if (options.name.empty()) {
    throw usage_error(of_file ? "the file is missing" : "the name of a data set is missing",
                      "data " + options.action, of_file ? "the path of a file" : "a name of `data list`");
  }
  if (of_file) {
    std::cout << inspect(options.name);
    return 0;
  }
  const auto& set = find_public_set(options.name);
  if (options.action == "fetch") return fetch_set(set, directory, options);
  if (options.action == "verify") return verify(set, directory);
  std::cout << (directory / set.name).string() << '\n';
  return 0;
}

}  // namespace

void add_data_command(Program& program, DataOptions& options, const Inspect& inspect) {
  std::vector<std::string> actions = {"list", "fetch", "verify", "path"};
  if (inspect) actions.emplace_back("inspect");
  const std::string more = inspect ? ", inspect a file" : "";
  auto& command =
      program.add_command("data", "list, fetch and verify public data sets" + more,
                          [&options, inspect, name = program.name()] { return run(name, options, inspect); });
  command.add_option("action", options.action, join(actions))->check(CLI::IsMember(actions));
  command.add_option("name", options.name, inspect ? "data set, or file to inspect" : "data set");
  command.add_option("--data-dir", options.data_dir,
                     "where data sets stand in folders of their names [$ACTLAB_DATA]");
  command.add_option("--mirror", options.mirror,
                     "address to fetch the files from instead of the publisher's");
  command.add_flag("--quiet", options.quiet, "no progress");
}

}  // namespace actlab

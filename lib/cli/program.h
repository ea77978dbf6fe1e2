#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace actlab {

/// A program of several commands: parses strictly, runs the chosen command, turns errors into messages and
/// exit codes.
class Program {
 public:
  Program(const std::string& name, const std::string& description);

  /// A command whose options are added to the returned parser and whose body returns the exit code. Commands
  /// without a description are hidden from --help.
  CLI::App& add_command(const std::string& name, const std::string& description, std::function<int()> body);

  /// Flag beats environment beats `--config FILE` (TOML, keys named as the flags) beats default. Unknown
  /// commands, flags and keys are usage errors with the nearest name. Returns the exit code of the process.
  int run(int argc, char** argv);

  /// Every option of the chosen command with its value after flags, environment and configuration file.
  nlohmann::json resolved_options() const;

  /// A command line of `command` that has every option in common with the chosen one at the same value, as
  /// far as that is not the default; quoted for a shell.
  std::string command_line_of(const std::string& command) const;

  std::string name() const { return app_.get_name(); }

  /// The command line as it was given, without the program's folder.
  const std::string& command_line() const { return command_line_; }

 private:
  CLI::App& choose(const std::vector<std::string>& arguments);
  int parse_and_run(const std::vector<std::string>& arguments);

  CLI::App app_;
  std::map<const CLI::App*, std::function<int()>> bodies_;
  const CLI::App* chosen_ = nullptr;
  std::string command_line_;
};

/// A command line that a POSIX shell reads back as these words.
std::string shell_text(const std::vector<std::string>& words);

}  // namespace actlab

#include "lib/cli/program.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "lib/core/error.h"

namespace actlab {
namespace {

/// Options that the environment can set. A flag of the same option wins.
const std::vector<std::pair<std::string, std::string>> environment_options = {{"ACTLAB_DATA", "--data-dir"}};

std::vector<std::string> long_flags(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// Makes `value` the option's default, so that a flag still wins. The variable behind the option gets it at
/// once.
void set_default(CLI::Option& option, const std::string& value, const std::string& source) {
  try {
    option.run_callback_for_default();
    option.default_val(value);
  } catch (const CLI::Error& problem) {
    throw usage_error("a value does not fit its option", source + ": " + option.get_name() + " = " + value,
                      "", problem.what());
  }
}

std::string toml_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* list = node.as_array()) {
    std::vector<std::string> parts;
    for (const auto& item : *list) parts.push_back(toml_text(item));
    return join(parts, ",");
  }
  throw usage_error("a configuration value is neither text, number, true or false, nor a list of them");
}

void apply_configuration(CLI::App& command, const std::string& file) {
  toml::table table;
  try {
    table = toml::parse_file(file);
  } catch (const toml::parse_error& problem) {
    throw usage_error("the configuration file cannot be read",
                      fmt::format("{}:{}", file, problem.source().begin.line),
                      "TOML: key = value lines, keys named as the flags", std::string(problem.description()));
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    auto* option = name == "config" ? nullptr : command.get_option_no_throw("--" + name);
    if (option == nullptr) {
      auto allowed = long_flags(command);
      for (auto& flag : allowed) flag.erase(0, 2);
      throw unknown_name("key in " + file, name, allowed);
    }
    set_default(*option, toml_text(node), file);
  }
}

void apply_environment(CLI::App& command) {
  for (const auto& [variable, flag] : environment_options) {
    const char* value = std::getenv(variable.c_str());
    auto* option = command.get_option_no_throw(flag);
    if (option != nullptr && value != nullptr && *value != '\0') set_default(*option, value, variable);
  }
}

/// The configuration file must be known before anything else is parsed, since it only sets defaults.
std::string find_configuration(const std::vector<std::string>& arguments) {
  const std::string flag = "--config";
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == flag && i + 1 < arguments.size()) return arguments[i + 1];
    if (arguments[i].rfind(flag + "=", 0) == 0) return arguments[i].substr(flag.size() + 1);
  }
  return "";
}

std::string value_of(const CLI::Option& option) {
  const auto& results = option.results();
  return results.empty() ? option.get_default_str() : join(results, " ");
}

/// As one word of a POSIX shell, in quotes where it needs them.
std::string shell_quoted(const std::string& text) {
  constexpr auto plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=,+-@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char character : text)
    quoted += character == '\'' ? std::string("'\\''") : std::string{character};
  return quoted + "'";
}

void refuse_extras(const CLI::App& command, const std::vector<std::string>& extras) {
  if (extras.empty()) return;
  const std::string flag = extras.front().substr(0, extras.front().find('='));
  if (flag.rfind('-', 0) == 0)
    throw unknown_name("flag of '" + command.get_name() + "'", flag, long_flags(command));
  throw usage_error("'" + command.get_name() + "' does not take this argument", "'" + extras.front() + "'",
                    "flags: " + join(long_flags(command)));
}

}  // namespace

std::string shell_text(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + shell_quoted(word);
  return text;
}

Program::Program(const std::string& name, const std::string& description) : app_(description, name) {
  app_.require_subcommand(1);
}

CLI::App& Program::add_command(const std::string& name, const std::string& description,
                               std::function<int()> body) {
  auto* command = app_.add_subcommand(name, description);
  command->allow_extras();  // refused by ourselves, with the nearest flag
  command->option_defaults()->always_capture_default()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  if (description.empty()) command->group("");
  bodies_[command] = std::move(body);
  return *command;
}

CLI::App& Program::choose(const std::vector<std::string>& arguments) {
  std::vector<std::string> names;
  for (auto* command : app_.get_subcommands([](const CLI::App*) { return true; })) {
    if (!arguments.empty() && command->get_name() == arguments.front()) return *command;
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  if (!arguments.empty()) throw unknown_name("command", arguments.front(), names);
  throw usage_error("a command is missing", "", join(names), app_.get_name() + " --help");
}

int Program::parse_and_run(const std::vector<std::string>& arguments) {
  const bool wants_help = !arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h");
  if (wants_help) {
    std::cout << app_.help();
    return 0;
  }
  auto& command = choose(arguments);
  if (const auto file = find_configuration(arguments); !file.empty()) apply_configuration(command, file);
  apply_environment(command);
  app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 wants them reversed
  chosen_ = &command;
  refuse_extras(command, command.remaining());
  return bodies_.at(&command)();
}

int Program::run(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  auto words = arguments;
  words.insert(words.begin(), app_.get_name());
  command_line_ = shell_text(words);
  try {
    return parse_and_run(arguments);
  } catch (const Error& problem) {
    std::cerr << "error: " << problem.what() << '\n';
    return static_cast<int>(problem.code());
  } catch (const CLI::Success& help) {  // --help of a command
    return app_.exit(help);
  } catch (const CLI::ParseError& problem) {
    std::cerr << "error: " << problem.what() << "\n  try:     " << app_.get_name() << " "
              << (arguments.empty() ? "" : arguments.front()) << " --help\n";
  } catch (const std::exception& problem) {  // a mistake of ours, or of a library
    std::cerr << "error: " << problem.what() << '\n';
    return static_cast<int>(ExitCode::run_failed);
  }
  return static_cast<int>(ExitCode::usage);
}

nlohmann::json Program::resolved_options() const {
  auto options = nlohmann::json::object();
  for (const auto* option : chosen_->get_options()) {
    if (option->get_lnames().empty() || option->get_lnames().front() == "help") continue;
    options[option->get_lnames().front()] = value_of(*option);
  }
  return options;
}

std::string Program::command_line_of(const std::string& command) const {
  auto text = app_.get_name() + " " + command;
  for (const auto* option : app_.get_subcommand(command)->get_options()) {
    if (option->get_lnames().empty()) continue;
    const auto flag = "--" + option->get_lnames().front();
    const auto* own = chosen_->get_option_no_throw(flag);
    const bool excepted =
        flag == "--help" || flag == "--config" || flag == "--quiet" || flag == "--tensorboard";
    if (own == nullptr || excepted || value_of(*own) == option->get_default_str()) continue;
    text += " " + flag;
    if (option->get_expected_max() > 0) text += " " + shell_quoted(value_of(*own));
  }
  return text;
}

}  // namespace actlab

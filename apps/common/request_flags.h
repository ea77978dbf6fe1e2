#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace actlab {

/// Flags of the group "Data" that put their values into the request for Task::load.
class RequestFlags {
 public:
  RequestFlags(CLI::App& command, nlohmann::json& request) : command_(command), request_(request) {}

  void add_text(const std::string& flag, const std::string& key, const std::string& meaning);
  /// Texts with commas between.
  void add_list(const std::string& flag, const std::string& key, const std::string& meaning);
  /// A whole number, and a finite one, in [low, high].
  void add_number(const std::string& flag, const std::string& key, long low, long high,
                  const std::string& meaning);
  void add_real(const std::string& flag, const std::string& key, double low, double high,
                const std::string& meaning);
  /// True where the flag is given.
  void add_switch(const std::string& flag, const std::string& key, const std::string& meaning);

 private:
  CLI::App& command_;
  nlohmann::json& request_;
};

}  // namespace actlab

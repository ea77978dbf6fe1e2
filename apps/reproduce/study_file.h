#pragma once

// TOML as study files use it; every mistake is reported with file and line.

#include <toml++/toml.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace actlab {

/// A table of a study file. All of its functions throw a usage error that names file and line.
class StudyTable {
 public:
  StudyTable(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

  /// Throws when there is a key outside `allowed`.
  void allow(const std::vector<std::string>& allowed) const;
  bool has(const std::string& key) const { return table_.contains(key); }
  std::vector<std::string> keys() const;

  std::string text(const std::string& key) const;           // must be there and be text
  std::string optional_text(const std::string& key) const;  // empty without the key
  std::optional<double> optional_number(const std::string& key) const;
  /// A value as one would type it behind a flag; lists with commas between.
  std::string value(const std::string& key) const;
  /// The same for each item of a list, or for a single value.
  std::vector<std::string> values(const std::string& key) const;
  std::optional<StudyTable> optional_table(const std::string& key) const;
  std::vector<StudyTable> tables(const std::string& key) const;  // [[key]]

  /// "studies/demo.toml:12", of a key or of the table.
  std::string place(const std::string& key = "") const;
  /// Runs `check` and names the place of `key` in the error that it throws.
  void checked(const std::string& key, const std::function<void()>& check) const;

 private:
  const toml::node& required(const std::string& key) const;

  const toml::table& table_;
  std::string file_;
};

/// A whole file; its tables must not outlive it.
class StudyFile {
 public:
  explicit StudyFile(const std::filesystem::path& file);
  StudyTable root() const { return {table_, file_}; }

 private:
  std::string file_;
  toml::table table_;
};

}  // namespace actlab

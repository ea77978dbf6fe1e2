#include "apps/reproduce/study_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.h"

namespace actlab {
namespace {

std::string typed(const toml::node& node, const std::string& place) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  throw usage_error("a value is neither text, number, true or false, nor a list of them", place);
}

}  // namespace

StudyFile::StudyFile(const std::filesystem::path& file) : file_(file.string()) {
  try {
    table_ = toml::parse_file(file_);
  } catch (const toml::parse_error& problem) {
    throw usage_error("the study cannot be read", fmt::format("{}:{}", file_, problem.source().begin.line),
                      "TOML (docs/reproduce.md)", std::string(problem.description()));
  }
}

void StudyTable::allow(const std::vector<std::string>& allowed) const {
  for (const auto& key : keys()) {
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end())
      throw unknown_name("key in " + place(key), key, allowed);
  }
}

std::vector<std::string> StudyTable::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, node] : table_) keys.emplace_back(key.str());
  return keys;
}

std::string StudyTable::place(const std::string& key) const {
  const auto* node = table_.get(key);
  return fmt::format("{}:{}", file_, (node == nullptr ? table_.source() : node->source()).begin.line);
}

void StudyTable::checked(const std::string& key, const std::function<void()>& check) const {
  try {
    check();
  } catch (const Error& problem) {
    throw usage_error(place(key) + ": " + problem.what());
  }
}

const toml::node& StudyTable::required(const std::string& key) const {
  const auto* node = table_.get(key);
  if (node == nullptr) throw usage_error("a key is missing", place(), key);
  return *node;
}

std::string StudyTable::text(const std::string& key) const {
  const auto* text = required(key).as_string();
  if (text == nullptr) throw usage_error("this must be text", place(key) + ": " + key, key + " = \"…\"");
  return text->get();
}

std::string StudyTable::optional_text(const std::string& key) const { return has(key) ? text(key) : ""; }

std::optional<double> StudyTable::optional_number(const std::string& key) const {
  if (!has(key)) return std::nullopt;
  const auto number = required(key).value<double>();
  if (!number || !required(key).is_number())
    throw usage_error("this must be a number", place(key) + ": " + key);
  return number;
}

std::string StudyTable::value(const std::string& key) const { return join(values(key), ","); }

std::vector<std::string> StudyTable::values(const std::string& key) const {
  const auto& node = required(key);
  const auto* list = node.as_array();
  if (list == nullptr) return {typed(node, place(key))};
  std::vector<std::string> values;
  for (const auto& item : *list) values.push_back(typed(item, place(key)));
  return values;
}

std::optional<StudyTable> StudyTable::optional_table(const std::string& key) const {
  if (!has(key)) return std::nullopt;
  const auto* table = required(key).as_table();
  if (table == nullptr)
    throw usage_error("this must be a table", place(key) + ": " + key, key + ".NAME = VALUE lines");
  return StudyTable(*table, file_);
}

std::vector<StudyTable> StudyTable::tables(const std::string& key) const {
  std::vector<StudyTable> tables;
  if (!has(key)) return tables;
  const auto* list = required(key).as_array();
  if (list == nullptr || !list->is_homogeneous<toml::table>())
    throw usage_error("this must be a list of tables", place(key) + ": " + key, "[[" + key + "]]");
  for (const auto& item : *list) tables.emplace_back(*item.as_table(), file_);
  return tables;
}

}  // namespace actlab

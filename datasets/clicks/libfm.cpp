#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "datasets/clicks/encoder.h"
#include "datasets/clicks/sources.h"
#include "datasets/encoding.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr size_t most_numbers = 1000;

struct Pair {
  uint64_t index;
  double value;
};

/// "12:0.5"; false for anything else.
bool parse_pair(std::string_view text, Pair& pair) {
  const char* end = text.data() + text.size();
  const auto index = std::from_chars(text.data(), end, pair.index);
  if (index.ec != std::errc() || index.ptr == end || *index.ptr != ':') return false;
  const auto value = std::from_chars(index.ptr + 1, end, pair.value);
  return value.ec == std::errc() && value.ptr == end;
}

/// A line without its comment, cut at blanks: the label first.
std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> found;
  line = line.substr(0, line.find('#'));
  while (!line.empty()) {
    const size_t stop = std::min(line.find_first_of(" \t"), line.size());
    if (stop > 0) found.push_back(line.substr(0, stop));
    line.remove_prefix(std::min(stop + 1, line.size()));
  }
  return found;
}

template <typename Take>
void each_line(const std::string& text, const fs::path& file, Take&& take) {
  long number = 0;
  for (size_t position = 0; position < text.size();) {
    const auto parts = words(next_line(text, position));
    ++number;
    std::vector<Pair> pairs(parts.empty() ? 0 : parts.size() - 1);
    for (size_t i = 0; i < pairs.size(); ++i) {
      if (parse_pair(parts[i + 1], pairs[i])) continue;
      throw data_error(
          "a line is not in the format of libFM",
          fmt::format("'{}' in line {} of {}", parts[i + 1].substr(0, 40), number, file.string()),
          "label index:value index:value …", "repair the line");
    }
    if (!parts.empty()) take(parts[0], pairs);
  }
}

/// Index → its place among the numbers, for those with other values than 0 and 1.
std::map<uint64_t, size_t> find_numbers(const std::string& text, const fs::path& file, long& longest) {
  std::map<uint64_t, size_t> numbers;
  each_line(text, file, [&](std::string_view /*label*/, const std::vector<Pair>& pairs) {
    longest = std::max(longest, static_cast<long>(pairs.size()));
    for (const auto& pair : pairs) {
      if (pair.value != 0 && pair.value != 1) numbers.emplace(pair.index, 0);
    }
    if (numbers.size() > most_numbers) {
      throw data_error("a file has too many indices with values other than 0 and 1", file.string(),
                       fmt::format("at most {}", most_numbers), "use a table with a schema");
    }
  });
  size_t place = 0;
  for (auto& [index, at] : numbers) at = place++;
  return numbers;
}

ClickSchema schema_for(const std::map<uint64_t, size_t>& numbers, long longest) {
  ClickSchema schema;
  schema.name = "libfm";
  schema.quotes = Quotes::literal;
  schema.label = "label";
  ClickField features{"features", ClickKind::multi_valued, "features"};
  features.longest = std::clamp(longest, 1L, most_values);
  schema.fields = {features};
  for (const auto& [index, place] : numbers) {
    const std::string name = std::to_string(index);
    schema.fields.push_back({name, ClickKind::numerical, name});
  }
  schema.columns = {"label"};
  for (const auto& field : schema.fields) schema.columns.push_back(field.name);
  return schema;
}

}  // namespace

bool is_libfm(const fs::path& file) {
  RecordReader reader(file, " ", Quotes::literal);
  Record record;
  if (!reader.next(record) || record.fields.size() < 2) return false;
  Pair pair{};
  for (size_t i = 1; i < record.fields.size(); ++i) {
    if (!record.fields[i].empty()) return parse_pair(record.fields[i], pair);
  }
  return false;
}

EventSource read_libfm(const fs::path& file) {
  const std::string text = read_text(file, "").text;
  long longest = 0;
  const auto numbers = find_numbers(text, file, longest);
  EventSource source{"", schema_for(numbers, longest), {}};
  if (longest > most_values)
    source.notes.push_back(fmt::format("of a row's features the first {} count", most_values));
  each_line(text, file, [&](std::string_view label, const std::vector<Pair>& pairs) {
    std::string features;
    std::vector<double> values(numbers.size(), 0);
    for (const auto& pair : pairs) {
      const auto number = numbers.find(pair.index);
      if (number != numbers.end())
        values[number->second] = pair.value;
      else if (pair.value != 0)
        features += fmt::format("{}{}", features.empty() ? "" : "|", pair.index);
    }
    source.text += fmt::format("{},{}", label == "-1" ? "0" : label == "+1" ? "1" : label, features);
    for (const double value : values) source.text += fmt::format(",{}", value);
    source.text += '\n';
  });
  return source;
}

}  // namespace actlab

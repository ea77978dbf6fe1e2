#include "lib/core/spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "lib/core/error.h"

namespace actlab {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

/// Splits at commas outside parentheses.
std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  long depth = 0;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') depth = std::max(depth - 1, 0L);
    if (text[i] != ',' || depth > 0) continue;
    parts.push_back(text.substr(start, i - start));
    start = i + 1;
  }
  if (start < text.size()) parts.push_back(text.substr(start));
  return parts;
}

/// Without blanks at both ends, and with one for each run of blanks.
std::string squeezed(const std::string& text) {
  std::string result;
  for (const char character : text) {
    const bool blank = character == ' ' || character == '\t';
    if (!blank) result += character;
    if (blank && !result.empty() && result.back() != ' ') result += ' ';
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

/// Adds what `part`, `key=value`, says.
void add_argument(Spec& spec, const std::string& part, const char* form) {
  const auto equals = part.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == part.size()) {
    throw usage_error("an argument of '" + spec.name + "' is not of the form key=value", "'" + part + "'",
                      form);
  }
  if (!spec.arguments.emplace(part.substr(0, equals), part.substr(equals + 1)).second) {
    throw usage_error("an argument of '" + spec.name + "' is given twice", "'" + part + "'");
  }
}

/// `text` is what stands behind `expr:`.
Spec parse_formula_spec(const std::string& text) {
  constexpr auto form = "expr:FORMULA or expr:FORMULA;key=value;…";
  const auto end = text.find(';');
  Spec spec{formula_name, {{"formula", squeezed(text.substr(0, end))}}};
  if (spec.arguments["formula"].empty()) throw usage_error("a formula is missing", "'" + text + "'", form);
  if (end == std::string::npos) return spec;
  for (auto part : split(text.substr(end + 1), ';')) {
    const auto equals = part.find('=');
    if (equals != std::string::npos) {
      part = squeezed(part.substr(0, equals)) + "=" + squeezed(part.substr(equals + 1));
    }
    add_argument(spec, part, form);
  }
  return spec;
}

constexpr long max_seed = 1'000'000'000;
constexpr long max_seed_count = 10'000;

}  // namespace

std::string Spec::text() const {
  std::string result = name;
  char separator = ':';
  const auto formula = name == formula_name ? arguments.find("formula") : arguments.end();
  if (formula != arguments.end()) {
    result += separator + formula->second;
    separator = ';';
  }
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (argument == formula) continue;
    result += fmt::format("{}{}={}", separator, argument->first, argument->second);
    if (separator == ':') separator = ',';
  }
  return result;
}

Spec parse_spec(const std::string& text) {
  const auto colon = text.find(':');
  Spec spec{text.substr(0, colon), {}};
  if (spec.name.empty()) throw usage_error("a name is missing", "'" + text + "'", "NAME or NAME:key=value,…");
  if (colon == std::string::npos) return spec;
  if (spec.name == formula_name) return parse_formula_spec(text.substr(colon + 1));
  for (const auto& part : split(text.substr(colon + 1), ',')) {
    add_argument(spec, part, "NAME:key=value,key=value");
  }
  return spec;
}

std::vector<Spec> parse_spec_list(const std::string& text) {
  std::vector<std::string> items;
  for (const auto& part : split_list(text)) {
    const bool continues = part.find('=') != std::string::npos && part.find(':') == std::string::npos;
    if (continues && !items.empty()) {
      items.back() += "," + part;
    } else {
      items.push_back(part);
    }
  }
  if (items.empty()) throw usage_error("a list is empty", "'" + text + "'", "NAME,NAME:key=value,…");
  std::vector<Spec> specs;
  std::transform(items.begin(), items.end(), std::back_inserter(specs), parse_spec);
  return specs;
}

long parse_integer(const std::string& what, const std::string& text, long low, long high) {
  long value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < low || value > high) {
    throw usage_error(what + " is not a whole number in range", "'" + text + "'",
                      fmt::format("{} to {}", low, high));
  }
  return value;
}

double parse_number(const std::string& what, const std::string& text, double low, double high) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value) || value < low || value > high) {
    throw usage_error(what + " is not a number in range", "'" + text + "'",
                      fmt::format("{} to {}", low, high));
  }
  return value;
}

long integer_argument(const Spec& spec, const std::string& key, long fallback, long low, long high) {
  const auto found = spec.arguments.find(key);
  return found == spec.arguments.end() ? fallback
                                       : parse_integer(spec.name + ":" + key, found->second, low, high);
}

double number_argument(const Spec& spec, const std::string& key, double fallback, double low, double high) {
  const auto found = spec.arguments.find(key);
  return found == spec.arguments.end() ? fallback
                                       : parse_number(spec.name + ":" + key, found->second, low, high);
}

std::string choice_argument(const Spec& spec, const std::string& key, const std::string& fallback,
                            const std::vector<std::string>& allowed) {
  const auto found = spec.arguments.find(key);
  if (found == spec.arguments.end()) return fallback;
  if (std::find(allowed.begin(), allowed.end(), found->second) == allowed.end()) {
    throw unknown_name("value of " + spec.name + ":" + key, found->second, allowed);
  }
  return found->second;
}

bool flag_argument(const Spec& spec, const std::string& key, bool fallback) {
  return choice_argument(spec, key, fallback ? "true" : "false", {"true", "false"}) == "true";
}

void check_keys(const Spec& spec, const std::vector<std::string>& allowed) {
  for (const auto& [key, value] : spec.arguments) {
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
      throw unknown_name("argument of '" + spec.name + "'", key, allowed);
    }
  }
}

std::vector<long> parse_seeds(const std::string& text) {
  std::vector<long> seeds;
  for (const auto& part : split(text, ',')) {
    const auto dots = part.find("..");
    const long first = parse_integer("seed", part.substr(0, dots), 0, max_seed);
    const long last =
        dots == std::string::npos ? first : parse_integer("seed", part.substr(dots + 2), 0, max_seed);
    if (last < first || last - first >= max_seed_count) {
      throw usage_error("a range of seeds is empty or too long", "'" + part + "'",
                        fmt::format("FIRST..LAST with FIRST ≤ LAST, at most {} seeds", max_seed_count),
                        last < first ? fmt::format("--seeds {}..{}", last, first) : "");
    }
    for (long seed = first; seed <= last; ++seed) {
      if (std::find(seeds.begin(), seeds.end(), seed) == seeds.end()) seeds.push_back(seed);
    }
  }
  if (seeds.empty()) throw usage_error("no seeds", "'" + text + "'", "0..4 or 0,3,7");
  return seeds;
}

}  // namespace actlab

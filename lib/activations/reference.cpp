#include "lib/activations/reference.h"

#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "lib/activations/check.h"

namespace actlab {
namespace {

/// The one name under which variants of a function are found that start from the same numbers.
std::string key_of(ActivationChoice choice) {
  choice.shared = choice.row->layer_wide;
  choice.frozen = choice.row->learns_on_request;
  return choice.text();
}

/// JSON has no infinities, so these are texts.
double number(const nlohmann::json& value) {
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!value.is_string()) return value.get<double>();
  return value == "inf" ? HUGE_VAL : -HUGE_VAL;
}

Numbers numbers(const nlohmann::json& row, const char* key) {
  Numbers result;
  if (const auto list = row.find(key); list != row.end()) {
    for (const auto& value : *list) result.push_back(number(value));
  }
  return result;
}

using References = std::map<std::string, Reference>;

void read(const char* text, References& references) {
  const auto file = nlohmann::json::parse(text);
  for (const auto& item : file.at("rows").items()) {
    const auto& row = item.value();
    Reference reference{{},
                        numbers(row, "values"),
                        numbers(row, "slopes"),
                        numbers(row, "limits"),
                        number(row.at("gain").at("forward")),
                        number(row.at("gain").at("backward")),
                        number(row.at("gain").at("mean"))};
    if (!reference.values.empty()) reference.points = numbers(file, "points");
    references.emplace(key_of(resolve_function(parse_spec(item.key()))), std::move(reference));
  }
}

const References& references() {
  static const References all = [] {
    References result;
    for (const char* text : reference_texts()) read(text, result);
    return result;
  }();
  return all;
}

}  // namespace

const Reference* find_reference(const ActivationChoice& choice) {
  const auto found = references().find(key_of(choice));
  return found == references().end() ? nullptr : &found->second;
}

const std::vector<std::string>& referenced_specs() {
  static const auto specs = [] {
    std::vector<std::string> result;
    for (const auto& entry : references()) result.push_back(entry.first);
    return result;
  }();
  return specs;
}

}  // namespace actlab

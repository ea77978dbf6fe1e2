#include "datasets/clicks/encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

constexpr long most_kept = 5'000'000;  // values with a token of their own, all fields together

/// The rank of a number among quantiles, 0..1; of several that it equals, the middle. The ends are 0 and 1.
double rank(const std::vector<double>& quantiles, double number) {
  if (quantiles.empty() || number <= quantiles.front()) return 0;
  if (number >= quantiles.back()) return 1;
  const auto [low, high] = std::equal_range(quantiles.begin(), quantiles.end(), number);
  const auto place = [&](auto quantile) { return static_cast<double>(quantile - quantiles.begin()); };
  const double steps = static_cast<double>(quantiles.size() - 1);
  if (low != high) return (place(low) + place(high - 1)) / 2 / steps;
  return (place(low) - (*low - number) / (*low - *(low - 1))) / steps;
}

nlohmann::json json_of(const NumberScale& scale) {
  nlohmann::json json{{"mean", scale.mean}, {"deviation", scale.deviation}};
  if (!scale.quantiles.empty()) json["quantiles"] = scale.quantiles;
  return json;
}

/// The text again, if it is UTF-8 (JSON takes nothing else).
std::string checked(std::string_view value, const std::string& field) {
  try {
    nlohmann::json(value).dump();
  } catch (const nlohmann::json::exception& problem) {
    throw data_error("a value is not UTF-8", fmt::format("field {}: {}", field, problem.what()),
                     "a file in UTF-8", "convert it with: iconv -f latin1 -t utf-8");
  }
  return std::string(value);
}

const char* kind_name(ClickKind kind) {
  return kind == ClickKind::history ? "history" : kind == ClickKind::multi_valued ? "bag" : "single";
}

}  // namespace

double transformed(Transform transform, const std::vector<double>& quantiles, double number) {
  if (transform == Transform::log) return std::copysign(std::log1p(std::fabs(number)), number);
  return transform == Transform::quantile ? rank(quantiles, number) : number;
}

float NumberScale::apply(double number) const {
  if (std::isnan(number)) return 0;
  return static_cast<float>((transformed(transform, quantiles, number) - mean) / deviation);
}

ClickEncoder::ClickEncoder(ClickSchema schema, std::vector<ValueMap> values, std::vector<NumberScale> scales)
    : schema_(std::move(schema)), scales_(std::move(scales)) {
  lay_out();
  for (size_t i = 0; i < fields_.size(); ++i) fields_[i].values = std::move(values[i]);
  number_tokens();
}

ClickEncoder::ClickEncoder(const nlohmann::json& facts) : schema_(schema_of(facts.at("schema"))) {
  lay_out();
  const auto& encoder = facts.at("encoder");
  for (size_t i = 0; i < fields_.size(); ++i) {
    for (const auto& value : encoder.at("values").at(i))
      fields_[i].values.insert(value.get_ref<const std::string&>());
  }
  size_t number = 0;
  for (const auto& field : schema_.fields) {
    if (field.kind != ClickKind::numerical) continue;
    const auto& scale = encoder.at("numbers").at(number++);
    scales_.push_back({field.transform, scale.at("mean"), scale.at("deviation"),
                       scale.value("quantiles", std::vector<double>{})});
  }
  number_tokens();
}

/// Columns of tokens, field by field.
void ClickEncoder::lay_out() {
  for (size_t i = 0; i < schema_.fields.size(); ++i) {
    const ClickField& field = schema_.fields[i];
    if (field.kind == ClickKind::numerical) continue;
    const long count = field.kind == ClickKind::categorical ? 1 : field.longest;
    fields_.push_back({i, field.kind, columns_, count, 0, field.buckets});
    columns_ += count;
  }
  for (auto& field : fields_) {
    if (field.kind != ClickKind::history) continue;
    const size_t of = schema_.find_field(schema_.fields[field.field].of);
    while (fields_[field.of].field != of) ++field.of;
  }
}

/// Ranges of tokens, field by field; 0 is nothing, and a history has those of its field.
void ClickEncoder::number_tokens() {
  tokens_ = 1;
  for (auto& field : fields_) {
    if (field.kind == ClickKind::history) continue;
    field.first_token = tokens_;
    tokens_ += field.tokens();
  }
}

nlohmann::json ClickEncoder::facts() const {
  long kept = 0;
  nlohmann::json fields = nlohmann::json::array(), values = nlohmann::json::array(),
                 numbers = nlohmann::json::array(), scales = nlohmann::json::array();
  for (const auto& field : fields_) {
    const ClickField& schema = schema_.fields[field.field];
    fields.push_back({{"name", schema.name},
                      {"kind", kind_name(field.kind)},
                      {"first", field.first_column},
                      {"count", field.count}});
    if (field.kind == ClickKind::history) fields.back()["candidate"] = field.of;
    values.push_back(nlohmann::json::array());
    kept += field.values.size();
    if (kept > most_kept) {
      throw data_error("the columns of a table have too many different values", schema.name,
                       fmt::format("{} with a token of their own", thousands(most_kept)),
                       "hash them (--hash-buckets, or buckets in the schema), or raise the smallest count");
    }
    for (long i = 0; i < field.values.size(); ++i)
      values.back().push_back(checked(field.values.value(i), schema.name));
  }
  for (const auto& field : schema_.fields) {
    if (field.kind == ClickKind::numerical) numbers.push_back(field.name);
  }
  for (const auto& scale : scales_) scales.push_back(json_of(scale));
  return {{"input", {{"tokens", tokens_}, {"fields", fields}, {"numbers", numbers}}},
          {"class_names", {"no click", "click"}},
          {"schema", schema_json(schema_)},
          {"encoder", {{"values", values}, {"numbers", scales}}}};
}

void ClickEncoder::encode(const Event& event, int32_t* tokens, float* numbers) const {
  for (const auto& field : fields_) {
    if (field.kind == ClickKind::categorical) field.values.prefetch(event.fields[field.field]);
  }
  for (const auto& field : fields_) {
    const std::string_view text = event.fields[field.field];
    int32_t* place = tokens + field.first_column;
    if (field.kind == ClickKind::categorical) {
      *place = field.token(text);
    } else {
      std::fill_n(place, field.count, 0);
      encode_several(field, text, place);
    }
  }
  for (size_t i = 0; i < scales_.size(); ++i) numbers[i] = scales_[i].apply(event.numbers[i]);
}

/// A bag: its first values. A history: its last items that are known, the latest first.
void ClickEncoder::encode_several(const TokenField& field, std::string_view text, int32_t* tokens) const {
  const std::string& separator = schema_.fields[field.field].separator;
  long found = 0;
  if (field.kind == ClickKind::multi_valued) {
    for_each_value(text, separator, [&](std::string_view value) {
      if (found < field.count) tokens[found++] = field.token(value);
    });
    return;
  }
  const TokenField& items = fields_[field.of];
  std::vector<int32_t> all;
  for_each_value(text, separator, [&](std::string_view value) {
    const int32_t token = items.token(value);
    if (token != items.first_token) all.push_back(token);
  });
  for (auto token = all.rbegin(); token != all.rend() && found < field.count; ++token)
    tokens[found++] = *token;
}

}  // namespace actlab

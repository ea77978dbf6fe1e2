#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/clicks/events.h"
#include "datasets/clicks/value_map.h"

namespace actlab {

/// `quantiles`: for Transform::quantile, ascending.
double transformed(Transform transform, const std::vector<double>& quantiles, double number);

/// What makes a raw number an input: its transform, then mean 0 and deviation 1 over the training rows. A
/// number that is missing becomes 0, the mean.
struct NumberScale {
  Transform transform = Transform::none;
  double mean = 0, deviation = 1;
  std::vector<double> quantiles = {};  // of the training rows at equal distances, lowest first

  float apply(double number) const;
};

/// How one field with tokens is encoded. Its tokens are first_token (anything unknown, rare, or hashed to
/// nothing) and those behind it.
struct TokenField {
  size_t field;  // of the schema
  ClickKind kind;
  long first_column, count;
  long first_token = 0, buckets = 0;
  ValueMap values = {};  // number n has the token first_token + 1 + n
  size_t of = 0;         // history: the place of the field whose tokens it has, in ClickEncoder::fields

  long tokens() const { return 1 + (buckets > 0 ? buckets : values.size()); }
  int32_t token(std::string_view value) const {
    if (buckets > 0) {
      const auto place = value_hash(value) % static_cast<uint64_t>(buckets);
      return static_cast<int32_t>(first_token + 1 + static_cast<long>(place));
    }
    return static_cast<int32_t>(first_token + 1 + values.find(value));
  }
};

/// Turns events into rows of tokens and numbers.
class ClickEncoder {
 public:
  /// As facts say.
  explicit ClickEncoder(const nlohmann::json& facts);
  /// `values`: of each token field, in the order of their tokens.
  ClickEncoder(ClickSchema schema, std::vector<ValueMap> values, std::vector<NumberScale> scales);

  /// Everything that the constructor needs, and what models read (contract: click_set.h). Throws a data error
  /// for a value that is not UTF-8 and for more than 5,000,000 values.
  nlohmann::json facts() const;

  const ClickSchema& schema() const { return schema_; }
  const std::vector<TokenField>& fields() const { return fields_; }
  long columns() const { return columns_; }
  long numbers() const { return static_cast<long>(scales_.size()); }

  /// Writes `columns()` tokens and `numbers()` numbers. A history is what its column says, else nothing.
  void encode(const Event& event, int32_t* tokens, float* numbers) const;

 private:
  void lay_out();
  void number_tokens();
  void encode_several(const TokenField& field, std::string_view text, int32_t* tokens) const;

  ClickSchema schema_;
  std::vector<TokenField> fields_;
  std::vector<NumberScale> scales_;
  long columns_ = 0, tokens_ = 0;
};

/// Calls `take` with each value of a multi-valued text; empty ones are none.
template <typename Take>
void for_each_value(std::string_view text, std::string_view separator, Take&& take) {
  while (!text.empty()) {
    const size_t stop = text.find(separator);
    if (stop != 0) take(text.substr(0, stop));
    if (stop == std::string_view::npos) return;
    text.remove_prefix(stop + separator.size());
  }
}

}  // namespace actlab

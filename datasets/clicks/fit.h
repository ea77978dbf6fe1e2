#pragma once

#include <vector>

#include "datasets/clicks/encoder.h"
#include "datasets/draws.h"

namespace actlab {

/// How often values occur. Beyond 1,000,000 different ones the rarest are forgotten, at least half of them,
/// so memory is bounded, and a count may be too low by what `undercounted` says.
class ValueCounts {
 public:
  void prefetch(std::string_view value) const { values_.prefetch(value); }
  void add(std::string_view value) {
    values_.count(value);
    if (values_.size() > most) drop_rare();
  }
  /// Those that occur `min_count` times or more, most frequent first, equal ones by their bytes.
  ValueMap frequent(long min_count) const;
  long undercounted() const { return undercounted_; }

 private:
  static constexpr long most = 1'000'000;
  void drop_rare();

  ValueMap values_;
  long undercounted_ = 0;
};

/// What standardising a number takes. Quantiles come from 100,000 training rows drawn at random.
class NumberStatistics {
 public:
  NumberStatistics(Transform transform, uint64_t seed) : transform_(transform), draws_(seed) {}
  void add(double number);  // NaN is nothing
  NumberScale scale() const;

 private:
  Transform transform_;
  Draws draws_;
  std::vector<double> sample_;  // quantile only
  double shift_ = 0, sum_ = 0, squares_ = 0;
  long count_ = 0;
};

/// Learns an encoder from training events.
class EncoderFit {
 public:
  explicit EncoderFit(const ClickSchema& schema);
  void add(const Event& event);
  /// `notes` gets what was left out.
  ClickEncoder finish(std::vector<std::string>& notes) const;

 private:
  ClickSchema schema_;
  std::vector<ValueCounts> counts_;        // of the fields with tokens
  std::vector<NumberStatistics> numbers_;  // of the numerical fields
};

}  // namespace actlab

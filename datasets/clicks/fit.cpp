#include "datasets/clicks/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lib/core/random.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

constexpr size_t largest_sample = 100'000, quantile_count = 201;

struct Moments {
  double mean = 0, deviation = 1;
};

/// Of sums of x - shift and its square. A number that never changes keeps its distance from the mean, 0.
Moments moments(double shift, double sum, double squares, double count) {
  if (count == 0) return {};
  const double mean = sum / count, variance = squares / count - mean * mean;
  return {shift + mean, variance > 1e-12 * mean * mean && variance > 0 ? std::sqrt(variance) : 1};
}

}  // namespace

ValueMap ValueCounts::frequent(long min_count) const {
  const auto counts = values_.counts();
  std::vector<size_t> order;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] >= min_count) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    if (counts[a] != counts[b]) return counts[a] > counts[b];
    return values_.value(static_cast<long>(a)) < values_.value(static_cast<long>(b));
  });
  ValueMap kept;
  for (const size_t i : order) kept.insert(values_.value(static_cast<long>(i)));
  return kept;
}

void ValueCounts::drop_rare() {
  const auto counts = values_.counts();
  auto sorted = counts;
  const auto middle = sorted.begin() + static_cast<long>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  ValueMap kept;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > *middle) kept.count(values_.value(static_cast<long>(i)), counts[i]);
  }
  values_ = std::move(kept);
  undercounted_ += *middle;
}

/// Reservoir sampling (Vitter 1985, algorithm R) for quantiles; sums for the rest.
void NumberStatistics::add(double number) {
  if (std::isnan(number)) return;
  ++count_;
  if (transform_ == Transform::quantile) {
    if (sample_.size() < largest_sample) {
      sample_.push_back(number);
    } else if (const auto place = draws_.bits() % static_cast<uint64_t>(count_); place < largest_sample) {
      sample_[place] = number;
    }
    return;
  }
  const double value = transformed(transform_, {}, number);
  if (count_ == 1) shift_ = value;
  sum_ += value - shift_;
  squares_ += (value - shift_) * (value - shift_);
}

NumberScale NumberStatistics::scale() const {
  NumberScale scale{transform_};
  double shift = shift_, sum = sum_, squares = squares_;
  if (transform_ == Transform::quantile && !sample_.empty()) {
    auto sorted = sample_;
    std::sort(sorted.begin(), sorted.end());
    for (size_t i = 0; i < quantile_count; ++i) {
      const double place = static_cast<double>(i * (sorted.size() - 1)) / (quantile_count - 1);
      const auto below = static_cast<size_t>(place);
      const double above = sorted[std::min(below + 1, sorted.size() - 1)];
      scale.quantiles.push_back(sorted[below] +
                                (place - static_cast<double>(below)) * (above - sorted[below]));
    }
    shift = sum = squares = 0;
    for (const double number : sorted) {
      const double rank = transformed(transform_, scale.quantiles, number);
      sum += rank;
      squares += rank * rank;
    }
  }
  const double count =
      static_cast<double>(transform_ == Transform::quantile ? static_cast<long>(sample_.size()) : count_);
  const Moments found = moments(shift, sum, squares, count);
  scale.mean = found.mean;
  scale.deviation = found.deviation;
  return scale;
}

EncoderFit::EncoderFit(const ClickSchema& schema) : schema_(schema) {
  for (const auto& field : schema.fields) {
    if (field.kind == ClickKind::numerical)
      numbers_.emplace_back(field.transform, fnv1a(field.name));
    else
      counts_.emplace_back();
  }
}

void EncoderFit::add(const Event& event) {
  for (size_t i = 0, next = 0; i < schema_.fields.size(); ++i) {
    const ClickField& field = schema_.fields[i];
    if (field.kind == ClickKind::numerical) continue;
    if (field.kind == ClickKind::categorical && field.buckets == 0) counts_[next].prefetch(event.fields[i]);
    ++next;
  }
  size_t number = 0, place = 0;
  for (size_t i = 0; i < schema_.fields.size(); ++i) {
    const ClickField& field = schema_.fields[i];
    if (field.kind == ClickKind::numerical) {
      numbers_[number].add(event.numbers[number]);
      ++number;
      continue;
    }
    ValueCounts& counts = counts_[place++];
    if (field.buckets > 0 || field.kind == ClickKind::history) continue;
    if (field.kind == ClickKind::categorical)
      counts.add(event.fields[i]);
    else
      for_each_value(event.fields[i], field.separator, [&](std::string_view value) { counts.add(value); });
  }
}

ClickEncoder EncoderFit::finish(std::vector<std::string>& notes) const {
  std::vector<ValueMap> values;
  std::vector<NumberScale> scales;
  size_t place = 0;
  for (const auto& field : schema_.fields) {
    if (field.kind == ClickKind::numerical) continue;
    const ValueCounts& counts = counts_[place++];
    values.push_back(counts.frequent(field.min_count));
    if (counts.undercounted() > 0) {
      notes.push_back(
          fmt::format("counts of {} may be too low by {}", field.name, thousands(counts.undercounted())));
    }
  }
  for (const auto& numbers : numbers_) scales.push_back(numbers.scale());
  return {schema_, std::move(values), std::move(scales)};
}

}  // namespace actlab

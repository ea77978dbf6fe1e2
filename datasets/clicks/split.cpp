#include "datasets/clicks/split.h"

#include <fmt/format.h>

#include "datasets/clicks/value_map.h"
#include "datasets/draws.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

constexpr double validation_share = 0.1, test_share = 0.2;

size_t index_of(ClickPart part) { return static_cast<size_t>(part); }

/// 0..1, the same for the same content wherever it stands.
double share_of(uint64_t hash) { return Draws(hash).uniform(0, 1); }

/// Over everything that an event says but its label.
uint64_t content_hash(const Event& event) {
  uint64_t hash = value_hash(event.user) ^ static_cast<uint64_t>(event.time);
  for (const auto& text : event.fields) hash = Draws(hash ^ value_hash(text)).bits();
  return hash;
}

ClickPart part_of(double share) {
  if (share < test_share) return ClickPart::test;
  return share < test_share + validation_share ? ClickPart::validation : ClickPart::train;
}

}  // namespace

std::optional<ClickPart> parse_part(std::string_view name) {
  if (name == "train" || name == "training") return ClickPart::train;
  if (name == "validation" || name == "valid" || name == "val" || name == "dev") return ClickPart::validation;
  if (name == "test") return ClickPart::test;
  return {};
}

SplitRule choose_rule(const std::string& name, const ClickSchema& schema, bool unseen) {
  const bool timed = !schema.time.empty() || schema.in_order;
  const auto need = [&](bool there, SplitRule rule, const char* what) {
    if (there) return rule;
    throw usage_error(fmt::format("data cannot be split by {}", name.empty() ? "the model's schema" : name),
                      fmt::format("the schema of {} names no {}", schema.name, what), "",
                      "another --split: time, user, random or given");
  };
  if (name == "given" || (name.empty() && !schema.split.empty()))
    return need(!schema.split.empty(), SplitRule::given, "column for it (split = …)");
  if (unseen) return SplitRule::all_test;
  if (name == "time" || (name.empty() && timed)) return need(timed, SplitRule::time, "column with the time");
  if (name == "user") return need(!schema.user.empty(), SplitRule::user, "column with the user");
  if (name == "random" || name.empty()) return SplitRule::random;
  throw unknown_name("way to split", name, {"time", "user", "random", "given"});
}

void Splitter::count(const Event& event) {
  ++rows_;
  if (rule_ != SplitRule::time) ++counts_[index_of(unlimited(event))];
}

void Splitter::finish_count() {
  counted_ = true;
  validation_given_ = rule_ == SplitRule::given && counts_[index_of(ClickPart::validation)] > 0;
  if (rule_ == SplitRule::given && !validation_given_) {
    // Some of the training rows will be for validation: about so many are left.
    auto& train = counts_[index_of(ClickPart::train)];
    train -= static_cast<long>(static_cast<double>(train) * validation_share);
  }
  if (rule_ != SplitRule::time) return;
  const auto rows = static_cast<double>(rows_);
  const auto test = static_cast<long>(rows * test_share),
             validation = static_cast<long>(rows * validation_share);
  counts_ = {rows_ - validation - test, validation, test};
}

void Splitter::rewind() {
  met_ = {};
  taken_ = {};
  side_ = 0;
  last_time_ = std::numeric_limits<int64_t>::min();
}

/// A part begins where it should by its number of rows, or at the next moment behind that.
ClickPart Splitter::by_time(const Event& event) {
  const long until = side_ == 0 ? counts_[0] : counts_[0] + counts_[1];
  if (side_ < 2 && event.row >= until && event.time > last_time_) {
    side_ = event.row >= counts_[0] + counts_[1] ? 2 : 1;
  }
  last_time_ = event.time;
  return static_cast<ClickPart>(side_);
}

ClickPart Splitter::unlimited(const Event& event) {
  switch (rule_) {
    case SplitRule::time:
      return by_time(event);
    case SplitRule::user:
      return part_of(share_of(value_hash(event.user)));
    case SplitRule::random:
      return part_of(share_of(content_hash(event)));
    case SplitRule::given: {
      const ClickPart part = *parse_part(event.split);  // as the reader has checked
      const bool move = part == ClickPart::train && counted_ && !validation_given_;
      return move && share_of(content_hash(event)) < validation_share ? ClickPart::validation : part;
    }
    case SplitRule::all_test:
      break;
  }
  return ClickPart::test;
}

ClickPart Splitter::part(const Event& event) {
  const ClickPart part = unlimited(event);
  const size_t i = index_of(part);
  const long limit = part == ClickPart::train ? limits_.train : limits_.test;
  if (limit == 0) return part;
  // Of training rows those before the validation rows, so they begin late.
  const long first = part == ClickPart::train ? counts_[i] - limit : 0;
  if (met_[i]++ < first || taken_[i] == limit) return ClickPart::none;
  ++taken_[i];
  return part;
}

}  // namespace actlab

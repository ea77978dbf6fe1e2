#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "datasets/clicks/events.h"

namespace actlab {

/// In the order of time where it is time that splits. `none`: left out by a limit.
enum class ClickPart { train, validation, test, none };

/// Of a name in a table: train, validation or test, or a usual other name; nothing for any other text.
std::optional<ClickPart> parse_part(std::string_view name);

enum class SplitRule { time, user, random, given, all_test };

/// "time", "user", "random" or "given"; empty: given where the schema has a column for it, else time where
/// the rows are in the order of time, else random; `unseen` data that is not given is all test data. Throws a
/// usage error for any other name, and for what the schema has no columns for.
SplitRule choose_rule(const std::string& name, const ClickSchema& schema, bool unseen);

/// How many rows of each part a set may have; 0 = all.
struct SplitLimits {
  long train = 0, test = 0;  // the last training rows; the first test and validation rows
};

/// Says to which part each event of a pass belongs. Two passes before the last one count: the first all rows,
/// the second those of each part.
class Splitter {
 public:
  Splitter(SplitRule rule, SplitLimits limits) : rule_(rule), limits_(limits) {}

  /// The first pass: every event in turn, then finish_count().
  void count(const Event& event);
  void finish_count();

  /// Every later pass begins with rewind() and hands over every event in turn.
  void rewind();
  ClickPart part(const Event& event);

 private:
  ClickPart unlimited(const Event& event);
  ClickPart by_time(const Event& event);

  SplitRule rule_;
  SplitLimits limits_;
  long rows_ = 0;
  std::array<long, 3> counts_{};  // by the first pass; of time: about
  bool counted_ = false, validation_given_ = false;
  // Of the pass at hand:
  std::array<long, 3> met_{}, taken_{};
  int side_ = 0;  // time: the part of the event before
  int64_t last_time_ = std::numeric_limits<int64_t>::min();
};

}  // namespace actlab

#pragma once

#include <vector>

#include "datasets/clicks/encoder.h"
#include "datasets/clicks/split.h"

namespace actlab {

/// What users clicked before. Events come in the order of time. A row is shown events of the same user that
/// are earlier than its own moment, from its own part of the data and the parts before it (training,
/// validation, test): no label of a later part reaches an earlier one. Holds three lists of `longest` items a
/// user.
class Histories {
 public:
  explicit Histories(const ClickEncoder& encoder);

  /// Fills in the columns of histories that the table itself does not list, then remembers the event.
  /// `user` is the user's index, or -1.
  void fill(const Event& event, long user, ClickPart part, int32_t* tokens);

 private:
  struct Click {
    int64_t time;
    int32_t token;
  };
  using Clicks = std::vector<Click>;     // earliest first
  using ByPart = std::array<Clicks, 3>;  // what rows of each part may see
  static void forget(Clicks& clicks, long longest);

  const ClickEncoder& encoder_;
  std::vector<size_t> fields_;               // histories to build, as places in encoder.fields()
  std::vector<std::vector<ByPart>> clicks_;  // [history][user]
};

}  // namespace actlab

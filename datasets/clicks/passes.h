#pragma once

#include "datasets/clicks/clicks.h"
#include "datasets/clicks/events.h"
#include "datasets/clicks/split.h"

namespace actlab {

/// The passes over the events of one source, each event with its part of the data.
class Passes {
 public:
  /// Makes the first pass, which counts. Throws a data error where more than one row in 1,000 is damaged.
  /// `source` outlives the passes.
  Passes(const EventSource& source, const ClickRequest& request);

  /// Calls take(event, part) for every event that belongs to a part, in order.
  template <typename Take>
  void each(Take&& take) {
    reader_.rewind();
    splitter_.rewind();
    for (Event event; reader_.next(event);) {
      const ClickPart part = splitter_.part(event);
      if (part != ClickPart::none) take(event, part);
    }
  }

  /// How the rows are split, in which encoding they came, and how many are damaged.
  std::vector<std::string> notes() const;
  uint64_t content() const { return reader_.content(); }

 private:
  EventReader reader_;
  SplitRule rule_;
  Splitter splitter_;
};

}  // namespace actlab

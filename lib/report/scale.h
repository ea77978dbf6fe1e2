#pragma once

#include <string>
#include <vector>

#include "lib/report/chart.h"

namespace actlab {

struct Tick {
  double value;
  std::string label;
};

/// An axis with its limits settled: from values to places and to labelled ticks.
class Scale {
 public:
  /// `values`: everything that should be seen; those without a place are ignored. Limits that the axis leaves
  /// open are the data's, with a margin of `margin` times their distance.
  Scale(const Axis& axis, const std::vector<double>& values, double margin);

  /// 0 at the low end of the axis, 1 at the high one; NaN for values without a place.
  double place(double value) const;

  /// Round numbers inside the limits: about `count` of them, at least two where the data allow.
  std::vector<Tick> ticks(long count) const;

  double low() const { return low_; }
  double high() const { return high_; }

 private:
  double transform(double value) const;
  std::vector<Tick> linear_ticks(long count) const;
  std::vector<Tick> decades(long count) const;

  bool logarithmic_, whole_;
  double low_, high_;
};

/// The scales of both axes of a chart.
struct Scales {
  explicit Scales(const Chart& chart);
  Scale x, y;
};

}  // namespace actlab

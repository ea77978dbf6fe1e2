#pragma once

#include <string>
#include <vector>

#include "lib/report/comparison.h"
#include "lib/report/setting.h"

namespace actlab {

/// What "learned most of it" means: this share of the best activation's mean validation metric, each run at
/// its best epoch. NaN where no run has the metric, or more of it is not better.
double pace_goal(const Setting& setting, const Yardstick& yardstick);

/// How soon the runs of each activation reach `goal` on validation data, in the order of `setting`.
std::vector<Pace> paces(const Setting& setting, const Runs& baseline, const std::string& metric, double goal);

}  // namespace actlab

#pragma once

#include <limits>

namespace actlab {

constexpr double pi = 3.14159265358979323846;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace actlab

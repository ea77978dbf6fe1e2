#pragma once

#include <cstdint>
#include <string_view>

#include "datasets/clicks/schema.h"

namespace actlab {

constexpr int64_t microseconds = 1'000'000;  // a second

/// A point in time as microseconds since 1970-01-01 UTC. Numbers of 1e11 or more are milliseconds. False for
/// what is none.
bool parse_time(std::string_view text, TimeFormat format, int64_t& time);

/// "0" to "23", or "Monday" to "Sunday", of a point in time (UTC).
std::string_view hour_of(int64_t time);
std::string_view weekday_of(int64_t time);

}  // namespace actlab

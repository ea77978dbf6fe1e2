#include "datasets/clicks/times.h"

#include <array>
#include <charconv>
#include <cmath>

namespace actlab {
namespace {

constexpr int64_t hour = 3600, day = 24 * hour;  // in seconds

/// Days from 1970-01-01 (Hinnant 2014, chrono-compatible low-level date algorithms).
int64_t days_from_civil(int64_t year, int64_t month, int64_t in_month) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + in_month - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

/// Takes `digits` digits off the front. False where there are none.
bool take(std::string_view& text, size_t digits, int64_t& value) {
  if (text.size() < digits) return false;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || stop != text.data() + digits || value < 0) return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, const char* signs, char* sign = nullptr) {
  if (text.empty() || std::string_view(signs).find(text[0]) == std::string_view::npos) return false;
  if (sign != nullptr) *sign = text[0];
  text.remove_prefix(1);
  return true;
}

/// What is left of a fraction of a second, in microseconds.
int64_t take_fraction(std::string_view& text) {
  int64_t value = 0, unit = microseconds;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) {
    unit /= 10;
    value += unit * (text[0] - '0');
  }
  return value;
}

/// "Z", "+01:00", "-0530", "+02" or nothing, in seconds.
bool take_zone(std::string_view& text, int64_t& seconds) {
  seconds = 0;
  char sign = 'Z';
  if (text.empty() || take(text, "Z")) return text.empty();
  int64_t hours = 0, minutes = 0;
  if (!take(text, "+-", &sign) || !take(text, 2, hours)) return false;
  take(text, ":");
  if (!text.empty() && !take(text, 2, minutes)) return false;
  seconds = (sign == '-' ? -1 : 1) * (hours * hour + minutes * 60);
  return text.empty();
}

bool parse_unix(std::string_view text, int64_t& time) {
  double seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || stop != text.data() + text.size()) return false;
  if (!(std::fabs(seconds) < 1e14)) return false;
  if (std::fabs(seconds) >= 1e11) seconds /= 1000;
  time = std::llround(seconds * microseconds);
  return true;
}

bool valid(int64_t month, int64_t in_month, int64_t hours, int64_t minutes, int64_t seconds) {
  return month >= 1 && month <= 12 && in_month >= 1 && in_month <= 31 && hours < 24 && minutes < 60 &&
         seconds <= 60;
}

bool parse_iso(std::string_view text, int64_t& time) {
  int64_t year = 0, month = 0, in_month = 0, hours = 0, minutes = 0, seconds = 0, fraction = 0, zone = 0;
  if (!take(text, 4, year) || !take(text, "-/") || !take(text, 2, month) || !take(text, "-/") ||
      !take(text, 2, in_month)) {
    return false;
  }
  if (take(text, " T")) {
    if (!take(text, 2, hours) || !take(text, ":") || !take(text, 2, minutes)) return false;
    if (take(text, ":") && !take(text, 2, seconds)) return false;
    if (take(text, ".,")) fraction = take_fraction(text);
  }
  if (!take_zone(text, zone) || !valid(month, in_month, hours, minutes, seconds)) return false;
  const int64_t whole =
      days_from_civil(year, month, in_month) * day + hours * hour + minutes * 60 + seconds - zone;
  time = whole * microseconds + fraction;
  return true;
}

bool parse_yymmddhh(std::string_view text, int64_t& time) {
  int64_t year = 0, month = 0, in_month = 0, hours = 0;
  if (text.size() != 8 || !take(text, 2, year) || !take(text, 2, month) || !take(text, 2, in_month) ||
      !take(text, 2, hours) || !valid(month, in_month, hours, 0, 0)) {
    return false;
  }
  time = (days_from_civil(2000 + year, month, in_month) * day + hours * hour) * microseconds;
  return true;
}

/// Of whole units, rounded down.
int64_t whole(int64_t time, int64_t unit) { return time >= 0 ? time / unit : -((unit - 1 - time) / unit); }

}  // namespace

bool parse_time(std::string_view text, TimeFormat format, int64_t& time) {
  switch (format) {
    case TimeFormat::unix:
      return parse_unix(text, time);
    case TimeFormat::iso:
      return parse_iso(text, time);
    case TimeFormat::yymmddhh:
      return parse_yymmddhh(text, time);
  }
  return false;
}

std::string_view hour_of(int64_t time) {
  static constexpr std::array<const char*, 24> names{"0",  "1",  "2",  "3",  "4",  "5",  "6",  "7",
                                                     "8",  "9",  "10", "11", "12", "13", "14", "15",
                                                     "16", "17", "18", "19", "20", "21", "22", "23"};
  const int64_t hours = whole(time, hour * microseconds), days = whole(time, day * microseconds);
  return names[static_cast<size_t>(hours - 24 * days)];
}

std::string_view weekday_of(int64_t time) {
  static constexpr std::array<const char*, 7> names{"Thursday", "Friday",  "Saturday", "Sunday",
                                                    "Monday",   "Tuesday", "Wednesday"};
  const int64_t days = whole(time, day * microseconds);  // 1970-01-01 was a Thursday
  return names[static_cast<size_t>(((days % 7) + 7) % 7)];
}

}  // namespace actlab

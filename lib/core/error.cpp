#include "lib/core/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace actlab {
namespace {

std::string compose(const std::string& what, const std::string& given, const std::string& allowed,
                    const std::string& remedy) {
  std::string message = what;
  if (!given.empty()) message += "\n  given:   " + given;
  if (!allowed.empty()) message += "\n  allowed: " + allowed;
  if (!remedy.empty()) message += "\n  try:     " + remedy;
  return message;
}

size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row.back();
}

}  // namespace

Error::Error(ExitCode code, std::string what, std::string given, std::string allowed, std::string remedy)
    : std::runtime_error(compose(what, given, allowed, remedy)), code_(code) {}

Error usage_error(std::string what, std::string given, std::string allowed, std::string remedy) {
  return Error(ExitCode::usage, std::move(what), std::move(given), std::move(allowed), std::move(remedy));
}

Error data_error(std::string what, std::string given, std::string allowed, std::string remedy) {
  return Error(ExitCode::data, std::move(what), std::move(given), std::move(allowed), std::move(remedy));
}

std::string nearest(const std::string& given, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(given.size(), 2) / 2 + 1;
  for (const auto& candidate : candidates) {
    const size_t distance = edit_distance(given, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

Error unknown_name(const std::string& kind, const std::string& given,
                   const std::vector<std::string>& allowed) {
  const std::string close = nearest(given, allowed);
  return usage_error("unknown " + kind, "'" + given + "'", allowed.empty() ? "(none)" : join(allowed),
                     close.empty() ? "" : fmt::format("did you mean '{}'?", close));
}

std::string join(const std::vector<std::string>& parts, const std::string& separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

}  // namespace actlab

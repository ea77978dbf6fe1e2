// Rows in the format of Criteo display advertising: as many columns, with about as many different values, as
// much missing and as skewed as there. A click depends on some of them, so that there is something to learn.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <memory>

#include "datasets/clicks/sources.h"
#include "datasets/clicks/value_map.h"
#include "datasets/draws.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// Different values of C1 to C26 in the whole published set.
constexpr std::array<double, 26> categories_of{
    1460, 583,   10131227, 2202608, 305,  24,   12517, 633,     3,  93145, 5683,   8351593, 3194,
    27,   14992, 5461306,  10,      5652, 2173, 4,     7046547, 18, 15,    286181, 105,     142572};
/// Of I1 to I13: the share that is missing, and the logarithm of a typical value.
struct Count {
  double missing, typical;
};
constexpr std::array<Count, 13> counts{{{0.45, 0.8},
                                        {0, 2.0},
                                        {0.21, 2.0},
                                        {0.22, 1.7},
                                        {0.03, 7.5},
                                        {0.22, 3.7},
                                        {0.04, 1.8},
                                        {0.001, 2.3},
                                        {0.04, 3.9},
                                        {0.45, 0.4},
                                        {0.04, 0.9},
                                        {0.77, 0.4},
                                        {0.22, 1.7}}};

/// -1..1 by chance, for a value of a column.
double weight(uint64_t value) { return 2 * static_cast<double>(Draws(value).bits() >> 11) * 0x1p-53 - 1; }

void append_row(std::string& text, Draws& draws) {
  double logit = -1.7;
  std::string row;
  for (size_t i = 0; i < counts.size(); ++i) {
    row += '\t';
    if (draws.chance(counts[i].missing)) continue;
    const double logarithm = counts[i].typical + draws.bell();
    logit += (i % 4 == 0 ? 0.25 : 0) * (logarithm - counts[i].typical);
    fmt::format_to(std::back_inserter(row), "{}", std::lround(std::exp(std::max(0.0, logarithm))) - 1);
  }
  uint64_t before = 0;
  for (size_t i = 0; i < categories_of.size(); ++i) {
    // A density like 1 / rank: the logarithm of the rank is uniform.
    const auto rank = static_cast<uint64_t>(std::exp(draws.uniform(0, std::log(categories_of[i])))) - 1;
    const uint64_t value = Draws(rank * 64 + i).bits();
    fmt::format_to(std::back_inserter(row), "\t{:08x}", value & 0xffffffff);
    if (i % 3 == 0) logit += 0.5 * weight(value) + 0.5 * weight(value ^ before);  // alone, and together
    before = value;
  }
  text += draws.chance(1 / (1 + std::exp(-logit))) ? '1' : '0';
  text += row;
  text += '\n';
}

}  // namespace

void write_criteo_like(const fs::path& file, long rows) {
  constexpr size_t block = 1 << 20;
  const fs::path temporary = file.string() + ".tmp";
  std::FILE* out = std::fopen(temporary.c_str(), "wb");
  bool good = out != nullptr;
  Draws draws(39);
  std::string text;
  for (long row = 0; row < rows && good; ++row) {
    append_row(text, draws);
    if (text.size() < block && row + 1 < rows) continue;
    good = std::fwrite(text.data(), 1, text.size(), out) == text.size();
    text.clear();
  }
  if (out != nullptr && std::fclose(out) != 0) good = false;
  if (good) {
    fs::rename(temporary, file);
    return;
  }
  fs::remove(temporary);
  throw data_error("a file cannot be written", file.string(), "a folder with room",
                   "free space, or set XDG_CACHE_HOME to another folder");
}

}  // namespace actlab

#include "lib/report/text.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "lib/report/words.h"
#include "lib/report/writers.h"

namespace actlab {

const std::string absent = "–";

long display_width(const std::string& text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  long width = 0;
  for (utf8proc_ssize_t place = 0; place < size;) {
    utf8proc_int32_t codepoint = -1;
    const auto length = utf8proc_iterate(bytes + place, size - place, &codepoint);
    // A byte that is no UTF-8 shows as one replacement sign.
    width += length > 0 ? utf8proc_charwidth(codepoint) : 1;
    place += std::max<utf8proc_ssize_t>(length, 1);
  }
  return width;
}

std::string pad_left(const std::string& text, long width) {
  return std::string(static_cast<size_t>(std::max(0L, width - display_width(text))), ' ') + text;
}

std::string pad_right(const std::string& text, long width) {
  return text + std::string(static_cast<size_t>(std::max(0L, width - display_width(text))), ' ');
}

long widest(const std::vector<std::string>& texts) {
  long width = 0;
  for (const auto& text : texts) width = std::max(width, display_width(text));
  return width;
}

std::vector<std::string> wrap(const std::string& text, long width) {
  std::vector<std::string> lines(1);
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    auto& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (display_width(line) + 1 + display_width(word) <= width) {
      line += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::string fixed(double value, int decimals, bool sign) {
  if (std::isnan(value)) return absent;
  if (std::abs(value) < 0.5 * std::pow(10, -decimals)) value = 0;  // no "-0.00"
  return sign ? fmt::format("{:+.{}f}", value, decimals) : fmt::format("{:.{}f}", value, decimals);
}

std::string short_number(double value) {
  if (std::isnan(value)) return absent;
  const char* prefixes[] = {"", "k", "M", "G", "T"};
  size_t step = 0;
  for (; value >= 999.5 && step < 4; ++step) value /= 1000;
  const int decimals = step == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}{}", value, decimals, prefixes[step]);
}

std::string magnitude(double value) {
  if (std::isnan(value)) return absent;
  const double size = std::abs(value);
  if (size == 0) return "0";
  if (size < 0.00995 || size >= 9999.5) return fmt::format("{:.1e}", value);
  return fmt::format("{:.{}f}", value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

std::string markup_escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20;
    result += c == '&'    ? "&amp;"
              : c == '<'  ? "&lt;"
              : c == '>'  ? "&gt;"
              : c == '"'  ? "&quot;"
              : c == '\'' ? "&#39;"
              : control   ? " "
                          : std::string{c};
  }
  return result;
}

std::string squeezed(const std::string& text) {
  std::string result;
  for (const char character : text) {
    const bool superfluous = result.empty() || result.back() == ' ' || result.back() == '[';
    if (character != ' ' || !superfluous) result += character;
  }
  return result.substr(0, result.find_last_not_of(' ') + 1);
}

std::string duration(double seconds) {
  const auto whole = std::lround(seconds);
  if (whole < 120) return phrase("{} s", whole);
  const auto minutes = std::lround(seconds / 60);
  if (minutes < 120) return phrase("{} min", minutes);
  return phrase("{} h {} min", minutes / 60, minutes % 60);
}

std::string plain(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  return value.dump();
}

}  // namespace actlab

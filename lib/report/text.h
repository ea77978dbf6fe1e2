#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace actlab {

/// `text` filled up with blanks to `width` columns of a terminal; longer texts stay as they are.
std::string pad_left(const std::string& text, long width);
std::string pad_right(const std::string& text, long width);

/// The widest of the texts, in columns.
long widest(const std::vector<std::string>& texts);

/// Breaks at blanks so that no line is wider than `width` (single longer words excepted); at least one line.
std::vector<std::string> wrap(const std::string& text, long width);

/// The text for a figure that does not exist.
extern const std::string absent;

/// Fixed point; `absent` for NaN. `sign`: a plus before positive numbers.
std::string fixed(double value, int decimals, bool sign = false);

/// Three digits with a unit prefix: 950, 12.3k, 4.56M.
std::string short_number(double value);

/// A ratio or norm over many orders of magnitude: 0.42, 12.3, 3.2e-09.
std::string magnitude(double value);

/// For a text or a quoted attribute of SVG and HTML. Control characters, which neither can write, are blanks.
std::string markup_escaped(const std::string& text);

/// Without the blanks that align figures on a terminal.
std::string squeezed(const std::string& text);

/// 95 s, 12 min, 3 h 20 min.
std::string duration(double seconds);

/// A JSON value as people read it: strings without quotes, numbers at the precision that is needed.
std::string plain(const nlohmann::json& value);

}  // namespace actlab

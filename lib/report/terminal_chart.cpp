// Charts in Braille characters: each stands for two columns and four lines of dots.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "lib/report/scale.h"
#include "lib/report/text.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

constexpr long dots_across = 2, dots_down = 4;

/// Bold blue, yellow, green, magenta: readable on dark and on light backgrounds.
const char* colour_code(size_t series) {
  constexpr std::array codes = {"\x1b[1;34m", "\x1b[33m", "\x1b[32m", "\x1b[35m"};
  return codes[series % codes.size()];
}

std::string coloured(const std::string& text, size_t series, bool colour) {
  return colour ? colour_code(series) + text + "\x1b[0m" : text;
}

std::string braille(unsigned dots) {
  const unsigned code = 0x2800 + dots;
  return {static_cast<char>(0xE0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3F)),
          static_cast<char>(0x80 | (code & 0x3F))};
}

/// A field of characters, each with dots or a character of an axis.
class Canvas {
 public:
  Canvas(long width, long height)
      : width_(width), height_(height), cells_(static_cast<size_t>(width * height)) {}

  void set_axis(long column, long line, const std::string& sign) {
    auto& cell = at(column, line);
    cell.axis = cell.axis.empty() || cell.axis == sign ? sign : "┼";
  }

  /// A dot at (x, y) in [0, 1]², y upwards. Curves behind the first leave out every third and fourth dot.
  void set_dot(double x, double y, size_t series) {
    const auto column = std::lround(x * static_cast<double>(width_ * dots_across - 1));
    const auto row = std::lround((1 - y) * static_cast<double>(height_ * dots_down - 1));
    if (column < 0 || column >= width_ * dots_across || row < 0 || row >= height_ * dots_down) return;
    if (series > 0 && (column + row) % 4 >= 2) return;
    // Bits of a Braille character, by column and row of the dot.
    constexpr unsigned bits[dots_across][dots_down] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
    auto& cell = at(column / dots_across, row / dots_down);
    cell.dots |= bits[column % dots_across][row % dots_down];
    cell.series = series;
  }

  std::string line(long line, bool colour) const {
    std::string text;
    for (long column = 0; column < width_; ++column) {
      const auto& cell = cells_[static_cast<size_t>(line * width_ + column)];
      if (cell.dots != 0) {
        text += coloured(braille(cell.dots), cell.series, colour);
      } else {
        text += cell.axis.empty() ? " " : cell.axis;
      }
    }
    return text;
  }

  long width() const { return width_; }
  long height() const { return height_; }

 private:
  struct Cell {
    unsigned dots = 0;
    size_t series = 0;
    std::string axis;
  };
  Cell& at(long column, long line) { return cells_[static_cast<size_t>(line * width_ + column)]; }

  long width_, height_;
  std::vector<Cell> cells_;
};

void draw_zero_lines(Canvas& canvas, const Chart& chart, const Scales& scales) {
  const auto line = [](const Scale& scale, double place) {
    return place >= 0 && place <= 1 && scale.low() < 0;
  };
  const double x = scales.x.place(0), y = scales.y.place(0);
  if (!chart.y.logarithmic && line(scales.y, y)) {
    const auto row = std::lround((1 - y) * static_cast<double>(canvas.height() * dots_down - 1)) / dots_down;
    for (long column = 0; column < canvas.width(); ++column) canvas.set_axis(column, row, "╌");
  }
  if (!chart.x.logarithmic && line(scales.x, x)) {
    const auto column = std::lround(x * static_cast<double>(canvas.width() * dots_across - 1)) / dots_across;
    for (long row = 0; row < canvas.height(); ++row) canvas.set_axis(column, row, "╎");
  }
}

/// Joins neighbouring points by a straight line of dots.
void draw_series(Canvas& canvas, const Series& series, size_t index, const Scales& scales) {
  for (size_t i = 0; i + 1 < series.points.size(); ++i) {
    const auto &from = series.points[i], &to = series.points[i + 1];
    const double x1 = scales.x.place(from.x), y1 = scales.y.place(from.y);
    const double x2 = scales.x.place(to.x), y2 = scales.y.place(to.y);
    if (!std::isfinite(x1) || !std::isfinite(y1) || !std::isfinite(x2) || !std::isfinite(y2)) continue;
    const double across = std::abs(x2 - x1) * static_cast<double>(canvas.width() * dots_across);
    const double down = std::abs(y2 - y1) * static_cast<double>(canvas.height() * dots_down);
    const long steps = std::lround(std::clamp(std::ceil(std::max(across, down)), 1.0, 1e4));
    for (long step = 0; step <= steps; ++step) {
      const double part = static_cast<double>(step) / static_cast<double>(steps);
      canvas.set_dot(x1 + part * (x2 - x1), y1 + part * (y2 - y1), index);
    }
  }
}

/// The label for each line of the box, empty where there is none.
std::vector<std::string> labels_of_lines(const Scale& scale, long height) {
  std::vector<std::string> labels(static_cast<size_t>(height));
  for (const auto& tick : scale.ticks(std::max(2L, height / 3))) {
    const auto row = std::lround((1 - scale.place(tick.value)) * static_cast<double>(height * dots_down - 1));
    labels[static_cast<size_t>(std::clamp(row / dots_down, 0L, height - 1))] = tick.label;
  }
  return labels;
}

/// The labels of the horizontal axis below a box of that width, each centred below its place.
std::string labels_below(const Scale& scale, long width) {
  std::string text;
  for (const auto& tick : scale.ticks(std::max(2L, width / 12))) {
    const auto column = std::lround(scale.place(tick.value) * static_cast<double>(width - 1));
    const long start =
        std::max(column - display_width(tick.label) / 2, text.empty() ? 0 : display_width(text) + 1);
    text = pad_right(text, start) + tick.label;
  }
  return text;
}

std::string repeated(const std::string& text, long times) {
  std::string result;
  for (long i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace

std::string to_terminal(const Chart& chart, long width, long height, bool colour) {
  const Scales scales(chart);
  const auto labels = labels_of_lines(scales.y, height);
  const long margin = widest(labels) + 1;
  Canvas canvas(std::max(8L, width - margin - 2), height);
  draw_zero_lines(canvas, chart, scales);
  for (size_t i = chart.series.size(); i-- > 0;) draw_series(canvas, chart.series[i], i, scales);

  const auto blank = repeated(" ", margin);
  const auto rule = repeated("─", canvas.width());
  std::string text = blank + "┌" + rule + "┐\n";
  for (long line = 0; line < height; ++line) {
    const auto& label = labels[static_cast<size_t>(line)];
    text += pad_left(label, margin - 1) + (label.empty() ? " │" : " ┤") + canvas.line(line, colour) + "│\n";
  }
  text += blank + "└" + rule + "┘\n" + blank + " " + labels_below(scales.x, canvas.width()) + "\n" + blank;
  for (size_t i = 0; i < chart.series.size(); ++i) {
    const auto pattern = i == 0 ? repeated(braille(0x24), 4) : repeated(braille(0x04), 4);
    text += (i == 0 ? " " : "   ") + coloured(pattern, i, colour) + " " + chart.series[i].name;
  }
  return text + "\n";
}

}  // namespace actlab

// The writer of SVG. Coordinates are pixels, rounded to a tenth.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "lib/report/scale.h"
#include "lib/report/simplify.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

constexpr double font = 13, letter = 7.6, padding = 14, legend_line = 22, sample = 38;
constexpr auto ink = "#1f2328", faint = "#59636e", grid = "#e4e7eb", frame = "#8c959f";

struct Style {
  const char* colour;
  const char* dashes;
  size_t marker;
};

/// Colours of Okabe & Ito in an order in which neighbours differ in brightness too; their yellow is too pale
/// for lines on white.
Style style(size_t index) {
  constexpr std::array colours = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                  "#000000", "#E69F00", "#56B4E9"};
  constexpr std::array dashes = {"",        "8 4",          "2 3", "10 3 2 3", "16 4",
                                 "5 2 1 2", "10 3 2 3 2 3", "4 6", "1 4",      "14 3 6 3"};
  static_assert(dashes.size() == most_series);
  return {colours[index % colours.size()], dashes[index % dashes.size()], index % most_series};
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20;  // XML has no way to write these
    result += c == '&'   ? "&amp;"
              : c == '<' ? "&lt;"
              : c == '>' ? "&gt;"
              : c == '"' ? "&quot;"
              : control  ? " "
                         : std::string{c};
  }
  return result;
}

std::string coordinate(double value) {
  auto text = fmt::format("{:.1f}", value + 0.0);
  if (text.size() > 2 && text.compare(text.size() - 2, 2, ".0") == 0) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string text_at(double x, double y, const std::string& anchor, const std::string& text,
                    const std::string& more = "") {
  return fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\"{}>{}</text>\n", coordinate(x), coordinate(y),
                     anchor, more, escaped(text));
}

std::string line(double x1, double y1, double x2, double y2, const std::string& colour) {
  return fmt::format("<path d=\"M{} {}L{} {}\" stroke=\"{}\"/>\n", coordinate(x1), coordinate(y1),
                     coordinate(x2), coordinate(y2), colour);
}

std::string path(const std::vector<Place>& places) {
  std::string text;
  for (const auto& place : places)
    text += fmt::format("{}{} {}", text.empty() ? "M" : "L", coordinate(place.x), coordinate(place.y));
  return text;
}

/// One of five shapes, filled in the curve's colour or white.
std::string marker(const Style& style, Place at) {
  constexpr std::array shapes = {"M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z", "M-3.2-3.2h6.4v6.4h-6.4z",
                                 "M0-4.2L4 3L-4 3z", "M0-4.6L4.6 0L0 4.6L-4.6 0z", "M0 4.2L4-3L-4-3z"};
  const bool filled = style.marker < shapes.size();
  return fmt::format(
      "<path transform=\"translate({} {})\" d=\"{}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.5\"/>\n",
      coordinate(at.x), coordinate(at.y), shapes[style.marker % shapes.size()],
      filled ? style.colour : "#fff", style.colour);
}

std::string stroke(const Style& style) {
  const std::string dashes = style.dashes;
  return fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-linejoin=\"round\"{}",
                     style.colour, dashes.empty() ? "" : " stroke-dasharray=\"" + dashes + "\"");
}

/// The part of a figure where curves are.
struct Area {
  double left, top, width, height;
};

/// Everything that one chart adds to the document.
class ChartWriter {
 public:
  ChartWriter(const Chart& chart, const std::vector<std::string>& names, Area whole, bool markers)
      : chart_(chart), names_(names), whole_(whole), markers_(markers), scales_(chart) {
    long widest_label = 0;
    y_ticks_ = scales_.y.ticks(6);
    for (const auto& tick : y_ticks_) widest_label = std::max(widest_label, display_width(tick.label));
    const double left =
        padding + letter * static_cast<double>(widest_label) + (chart.y.label.empty() ? 0 : 20);
    const double top = chart.title.empty() ? padding : 32, bottom = chart.x.label.empty() ? 28 : 46;
    area_ = {whole.left + left, whole.top + top, whole.width - left - padding, whole.height - top - bottom};
  }

  std::string write() const {
    std::string curves;
    for (const auto& series : chart_.series) curves += curve(series);
    return labels() + axes() +
           // A nested document cuts off what lies outside, without an id that other pictures might share.
           fmt::format("<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\">\n{}</svg>\n",
                       coordinate(area_.left), coordinate(area_.top), coordinate(area_.width),
                       coordinate(area_.height), curves) +
           fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{}\"/>\n",
                       coordinate(area_.left), coordinate(area_.top), coordinate(area_.width),
                       coordinate(area_.height), frame);
  }

 private:
  std::string labels() const {
    const double middle = area_.left + area_.width / 2, centre = area_.top + area_.height / 2;
    std::string text;
    if (!chart_.title.empty())
      text += text_at(middle, whole_.top + 20, "middle", chart_.title, " font-weight=\"bold\"");
    if (!chart_.x.label.empty())
      text += text_at(middle, whole_.top + whole_.height - 10, "middle", chart_.x.label);
    if (!chart_.y.label.empty()) {
      const double x = whole_.left + padding + 4;
      text += text_at(x, centre, "middle", chart_.y.label,
                      fmt::format(" transform=\"rotate(-90 {} {})\"", coordinate(x), coordinate(centre)));
    }
    return text;
  }

  std::string axes() const {
    std::string text;
    const double bottom = area_.top + area_.height, right = area_.left + area_.width;
    for (const auto& tick : scales_.x.ticks(std::lround(area_.width / 60))) {
      const double x = area_.left + scales_.x.place(tick.value) * area_.width;
      text += line(x, area_.top, x, bottom, colour_of(tick, chart_.x)) +
              text_at(x, bottom + 17, "middle", tick.label, fmt::format(" fill=\"{}\"", faint));
    }
    for (const auto& tick : y_ticks_) {
      const double y = bottom - scales_.y.place(tick.value) * area_.height;
      text += line(area_.left, y, right, y, colour_of(tick, chart_.y)) +
              text_at(area_.left - 6, y + 4.5, "end", tick.label, fmt::format(" fill=\"{}\"", faint));
    }
    return text;
  }

  static const char* colour_of(const Tick& tick, const Axis& axis) {
    return tick.value == 0 && !axis.logarithmic ? frame : grid;
  }

  Place place(double x, double y) const {
    // Far outside, where the curve is cut off anyway, coordinates stay small enough for every viewer.
    const double height = std::clamp(scales_.y.place(y), -4.0, 5.0);
    return {scales_.x.place(x) * area_.width, (1 - height) * area_.height};
  }

  std::string curve(const Series& series) const {
    const auto index =
        static_cast<size_t>(std::find(names_.begin(), names_.end(), series.name) - names_.begin());
    const auto look = style(index);
    std::string text = band(series, look);
    std::vector<Place> piece;
    const auto finish = [&] {
      if (!piece.empty())
        text += fmt::format("<path d=\"{}\" {}/>\n", path(simplified(piece, 0.05)), stroke(look));
      piece.clear();
    };
    for (const auto& point : series.points) {
      const auto here = place(point.x, point.y);
      if (std::isfinite(here.x) && std::isfinite(here.y)) {
        piece.push_back(here);
      } else {
        finish();
      }
    }
    finish();
    return markers_ ? text + markers(series, look, index) : text;
  }

  /// Up to seven markers a curve, at places that differ from curve to curve.
  std::string markers(const Series& series, const Style& look, size_t index) const {
    std::string text;
    const size_t step = std::max<size_t>(1, series.points.size() / 7);
    for (size_t i = step > 1 ? step * (2 * index % 7 + 1) / 8 : 0; i < series.points.size(); i += step) {
      const auto here = place(series.points[i].x, series.points[i].y);
      if (std::isfinite(here.x) && std::isfinite(here.y)) text += marker(look, here);
    }
    return text;
  }

  std::string band(const Series& series, const Style& look) const {
    std::vector<Place> upper, lower;
    for (const auto& point : series.points) {
      const auto high = place(point.x, point.high), low = place(point.x, point.low);
      if (!std::isfinite(high.y) || !std::isfinite(low.y) || !std::isfinite(high.x)) continue;
      upper.push_back(high);
      lower.push_back(low);
    }
    upper.insert(upper.end(), lower.rbegin(), lower.rend());
    if (upper.empty()) return "";
    return fmt::format("<path d=\"{}z\" fill=\"{}\" fill-opacity=\"0.16\"/>\n", path(upper), look.colour);
  }

  const Chart& chart_;
  const std::vector<std::string>& names_;
  Area whole_, area_{};
  bool markers_;
  Scales scales_;
  std::vector<Tick> y_ticks_;
};

/// Names of all curves in order of appearance.
std::vector<std::string> names_of(const Figure& figure) {
  std::vector<std::string> names;
  for (const auto& chart : figure.charts) {
    for (const auto& series : chart.series) {
      if (std::find(names.begin(), names.end(), series.name) == names.end()) names.push_back(series.name);
    }
  }
  return names;
}

/// Entries side by side, as many a line as fit; `y` is moved below them.
std::string legend(const std::vector<std::string>& names, bool markers, double width, double& y) {
  std::string text;
  double x = padding;
  for (size_t i = 0; i < names.size(); ++i) {
    const double entry = sample + 8 + letter * static_cast<double>(display_width(names[i])) + 18;
    if (x > padding && x + entry > width) x = padding, y += legend_line;
    const auto look = style(i);
    text += fmt::format("<path d=\"M{0} {1}H{2}\" {3}/>\n", coordinate(x), coordinate(y),
                        coordinate(x + sample), stroke(look));
    if (markers) text += marker(look, {x + sample / 2, y});
    text += text_at(x + sample + 8, y + 4.5, "start", names[i]);
    x += entry;
  }
  if (!names.empty()) y += legend_line;
  return text;
}

}  // namespace

std::string to_svg(const Figure& figure) {
  const auto names = names_of(figure);
  const bool markers = names.size() > 4;
  const double top = figure.title.empty() ? 4 : 36;
  const double width = figure.chart_width * static_cast<double>(figure.columns) + padding / 2;
  std::string body;
  if (!figure.title.empty())
    body += text_at(width / 2, 24, "middle", figure.title, " font-size=\"16\" font-weight=\"bold\"");
  double y = top;
  for (size_t i = 0; i < figure.charts.size(); ++i) {
    const auto column = static_cast<double>(i % static_cast<size_t>(figure.columns));
    const auto row = static_cast<double>(i / static_cast<size_t>(figure.columns));
    const Area whole{column * figure.chart_width, top + row * figure.chart_height, figure.chart_width,
                     figure.chart_height};
    body += ChartWriter(figure.charts[i], names, whole, markers).write();
    y = whole.top + whole.height;
  }
  if (figure.legend) {
    y += 12;
    body += legend(names, markers, width, y);
  }
  const auto height = coordinate(y + 4);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "role=\"img\" "
      "font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\" font-size=\"{2}\" fill=\"{3}\">\n"
      "<title>{4}</title>\n<rect x=\"0.5\" y=\"0.5\" width=\"{5}\" height=\"{6}\" rx=\"6\" fill=\"#fff\" "
      "stroke=\"#d0d7de\"/>\n"
      "{7}</svg>\n",
      coordinate(width), height, font, ink,
      escaped(figure.title.empty() && !figure.charts.empty() ? figure.charts.front().title : figure.title),
      coordinate(width - 1), coordinate(y + 3), body);
}

}  // namespace actlab

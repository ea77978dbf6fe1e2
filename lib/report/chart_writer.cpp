#include "lib/report/chart_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "lib/report/scale.h"
#include "lib/report/text.h"
#include "lib/report/writers.h"

namespace actlab::svg {
namespace {

class ChartWriter {
 public:
  ChartWriter(const Chart& chart, Area whole, const Looks& looks)
      : chart_(chart), looks_(looks), whole_(whole), scales_(chart), y_ticks_(scales_.y.ticks(6)) {
    long widest_label = 0;
    for (const auto& tick : y_ticks_) widest_label = std::max(widest_label, display_width(tick.label));
    const double left =
        padding + letter * static_cast<double>(widest_label) + (chart.y.label.empty() ? 0 : 20);
    const double top = chart.title.empty() ? padding : 32, bottom = chart.x.label.empty() ? 28 : 46;
    area_ = {whole.left + left, whole.top + top, whole.width - left - padding, whole.height - top - bottom};
  }

  std::string write() const {
    // Bands lie below all curves, and places that answer to the pointer above them.
    std::string bands, curves;
    for (const auto& series : chart_.series) {
      bands += band(series);
      curves += curve(series);
    }
    curves = bands + curves;
    if (const auto notes = this->notes(); !notes.empty())
      curves += "<g fill=\"none\" pointer-events=\"all\">\n" + notes + "</g>\n";
    return labels() + axes() +
           // A nested document cuts off what lies outside, without an id that other pictures might share.
           fmt::format("<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\">\n{}</svg>\n",
                       coordinate(area_.left), coordinate(area_.top), coordinate(area_.width),
                       coordinate(area_.height), curves) +
           fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{}\"/>\n",
                       coordinate(area_.left), coordinate(area_.top), coordinate(area_.width),
                       coordinate(area_.height), looks_.inks.frame);
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
    const double bottom = area_.top + area_.height, right = area_.left + area_.width;
    std::map<std::string, std::string> lines;  // by colour
    std::string below, beside;
    for (const auto& tick : scales_.x.ticks(std::lround(area_.width / 60))) {
      const double x = area_.left + scales_.x.place(tick.value) * area_.width;
      lines[colour_of(tick, chart_.x)] += path({{x, area_.top}, {x, bottom}});
      below += text_at(inside(x, tick.label), bottom + 17, "", tick.label);
    }
    for (const auto& tick : y_ticks_) {
      const double y = bottom - scales_.y.place(tick.value) * area_.height;
      lines[colour_of(tick, chart_.y)] += path({{area_.left, y}, {right, y}});
      beside += text_at(area_.left - 6, y + 4.5, "", tick.label);
    }
    std::string text;
    for (const auto& [colour, outline] : lines)
      text += fmt::format("<path d=\"{}\" stroke=\"{}\"/>\n", outline, colour);
    for (const auto& [anchor, labels] : {std::pair("middle", below), std::pair("end", beside)})
      text += fmt::format("<g text-anchor=\"{}\" fill=\"{}\">\n{}</g>\n", anchor, looks_.inks.faint, labels);
    return text;
  }

  /// Where a label that should stand at `x` is not cut off by the edge of the drawing.
  double inside(double x, const std::string& label) const {
    const double half = letter * static_cast<double>(display_width(label)) / 2 + 1;
    return std::clamp(x, whole_.left + half, whole_.left + whole_.width - half);
  }

  const char* colour_of(const Tick& tick, const Axis& axis) const {
    return tick.value == 0 && !axis.logarithmic && !axis.whole ? looks_.inks.frame : looks_.inks.grid;
  }

  Place place(double x, double y) const {
    // Far outside, where the curve is cut off anyway, coordinates stay small enough for every viewer.
    const double height = std::clamp(scales_.y.place(y), -4.0, 5.0);
    return {scales_.x.place(x) * area_.width, (1 - height) * area_.height};
  }
  Place place(const ChartPoint& point) const { return place(point.x, point.y); }

  static bool exists(Place here) { return std::isfinite(here.x) && std::isfinite(here.y); }

  std::string curve(const Series& series) const {
    if (series.shape == SeriesShape::guide) {
      return lines(series,
                   fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\"",
                               looks_.inks.faint));
    }
    const size_t index = index_of(series);
    const auto look = style(index, looks_.inks);
    if (series.shape == SeriesShape::points) return bars(series, look) + every_marker(series, look);
    const auto drawn = lines(series, stroke(look));
    if (series.shape == SeriesShape::marked) return drawn + every_marker(series, look);
    return looks_.markers ? drawn + some_markers(series, look, index) : drawn;
  }

  /// The curve in as many pieces as its points that have no place leave.
  std::string lines(const Series& series, const std::string& attributes) const {
    std::string text;
    std::vector<Place> piece;
    const auto finish = [&] {
      if (!piece.empty())
        text += fmt::format("<path d=\"{}\" {}/>\n", path(simplified(piece, 0.05)), attributes);
      piece.clear();
    };
    for (const auto& point : series.points) {
      const auto here = place(point);
      if (exists(here)) {
        piece.push_back(here);
      } else {
        finish();
      }
    }
    finish();
    return text;
  }

  std::string every_marker(const Series& series, const Style& look) const {
    return markers(look, places(series.points), looks_.inks);
  }

  /// Up to seven markers a curve, at places that differ from curve to curve.
  std::string some_markers(const Series& series, const Style& look, size_t index) const {
    std::vector<ChartPoint> chosen;
    const size_t step = std::max<size_t>(1, series.points.size() / 7);
    for (size_t i = step > 1 ? step * (2 * index % 7 + 1) / 8 : 0; i < series.points.size(); i += step)
      chosen.push_back(series.points[i]);
    return markers(look, places(chosen), looks_.inks);
  }

  /// Of the points that have one.
  std::vector<Place> places(const std::vector<ChartPoint>& points) const {
    std::vector<Place> result;
    for (const auto& point : points) {
      if (const auto here = place(point); exists(here)) result.push_back(here);
    }
    return result;
  }

  size_t index_of(const Series& series) const {
    const auto& names = looks_.names;
    return static_cast<size_t>(std::find(names.begin(), names.end(), series.name) - names.begin());
  }

  /// The more of them, the fainter: many bands over each other hide everything.
  std::string band(const Series& series) const {
    if (series.shape == SeriesShape::points) return "";
    std::vector<Place> upper, lower;
    for (const auto& point : series.points) {
      const auto high = place(point.x, point.high), low = place(point.x, point.low);
      if (!exists(high) || !exists(low)) continue;
      upper.push_back(high);
      lower.push_back(low);
    }
    upper.insert(upper.end(), lower.rbegin(), lower.rend());
    if (upper.empty()) return "";
    return fmt::format("<path d=\"{}z\" fill=\"{}\" fill-opacity=\"{}\"/>\n", path(upper),
                       style(index_of(series), looks_.inks).colour,
                       looks_.names.size() > few_names ? 0.07 : 0.16);
  }

  std::string bars(const Series& series, const Style& look) const {
    std::string text;
    for (const auto& point : series.points) {
      const auto high = place(point.x, point.high), low = place(point.x, point.low);
      if (exists(high) && exists(low))
        text += line(low.x, low.y, high.x, high.y, look.colour, " stroke-width=\"1.5\"");
    }
    return text;
  }

  struct Note {
    Place here;
    std::string text;
  };

  /// Where the pointer finds the notes. Curves that have a point at the same place along the axis answer
  /// together, in a stripe around it; other points each in a disc.
  std::string notes() const {
    std::map<double, std::vector<Note>> stripes;
    std::string text, discs;
    for (const auto& series : chart_.series) {
      for (const auto& point : series.points) {
        const auto here = place(point);
        if (point.note.empty() || !exists(here)) continue;
        const Note note{here, markup_escaped(point.note)};
        if (series.shape == SeriesShape::points)
          discs += disc(note);
        else
          stripes[std::round(here.x)].push_back(note);
      }
    }
    for (auto stripe = stripes.begin(); stripe != stripes.end(); ++stripe) {
      const auto& [x, notes] = *stripe;
      const bool first = stripe == stripes.begin(), last = std::next(stripe) == stripes.end();
      const double left = first ? 0 : (std::prev(stripe)->first + x) / 2;
      const double right = last ? area_.width : (x + std::next(stripe)->first) / 2;
      if (notes.size() == 1)
        discs += disc(notes.front());
      else
        text += stripe_of(left, right, notes);
    }
    return text + discs;
  }

  static std::string disc(const Note& note) {
    return fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"7\"><title>{}</title></circle>\n",
                       coordinate(note.here.x), coordinate(note.here.y), note.text);
  }

  std::string stripe_of(double left, double right, const std::vector<Note>& notes) const {
    std::string lines;
    for (const auto& note : notes) lines += (lines.empty() ? "" : "\n") + note.text;
    return fmt::format("<rect x=\"{}\" width=\"{}\" height=\"{}\"><title>{}</title></rect>\n",
                       coordinate(left), coordinate(right - left), coordinate(area_.height), lines);
  }

  const Chart& chart_;
  const Looks& looks_;
  Area whole_, area_{};
  Scales scales_;
  std::vector<Tick> y_ticks_;
};

}  // namespace

std::string write_chart(const Chart& chart, Area whole, const Looks& looks) {
  return ChartWriter(chart, whole, looks).write();
}

}  // namespace actlab::svg

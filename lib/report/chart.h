#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace actlab {

/// A point of a curve. One that is not finite, or not above 0 on a logarithmic axis, interrupts the curve.
/// `low` and `high` bound the band around the curve there (an interval, a spread); NaN: no band.
struct ChartPoint {
  double x = 0, y = 0;
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  std::string note = {};  // shown while the pointer is over the point; empty: nothing is
};

enum class SeriesShape {
  curve,
  marked,  // a curve with a marker at every point
  points,  // markers alone, with a bar from low to high
  guide    // a thin line that belongs to no name and stands in no legend
};

struct Series {
  std::string name;  // in the legend; one name looks the same in every chart of a figure
  std::vector<ChartPoint> points;
  SeriesShape shape = SeriesShape::curve;
};

struct Axis {
  std::string label;
  bool logarithmic = false;
  std::optional<double> low = {}, high = {};  // without them the data decide; what lies outside is cut off
  bool whole = false;                         // only whole numbers are labelled
  double room = 0;  // beside the data, as a share of their extent; above and below there always is some
};

/// A pair of axes with curves.
struct Chart {
  std::string title;
  Axis x, y;
  std::vector<Series> series;
};

/// Charts side by side, in rows of `columns`, with one legend for all of them.
struct Figure {
  std::string title;
  std::vector<Chart> charts;
  long columns = 1;
  double chart_width = 420, chart_height = 300;  // pixels, labels included
  bool legend = true;
  std::vector<std::string> names =
      {};  // whose curves look alike in several figures; the others come after them
};

/// How many curves can be told apart by colour, dashes and markers together.
constexpr size_t most_series = 10;

/// A self-contained SVG document: a white card, so that it reads on any background. Curves differ in colour
/// (the palette of Okabe & Ito 2008, Color universal design) and in dashes, many also in markers, so that
/// they differ in grey too. The same figure gives the same text.
std::string to_svg(const Figure& figure);

/// The plot of a chart, without title and legend, as an element of an HTML page: as wide as its place, in the
/// colours --text, --faint, --grid, --frame, --page and --curve-0 to --curve-6 of the page's style sheet,
/// with the notes of its points. `names` gives every curve its look: the first, the second, …
std::string to_element(const Chart& chart, const std::vector<std::string>& names);

/// A sample of the look of the index-th name, for the legend of such elements.
std::string sample_element(size_t index);

/// An SVG document as a PNG file. Throws a usage error in a build without librsvg.
std::string png_of(const std::string& svg);
bool can_write_png();

/// Writes `file` as its ending says, .svg or .png, and makes its folder. Throws a usage error for another
/// ending or a folder that cannot be written.
void save_figure(const Figure& figure, const std::string& file);

/// The chart for a terminal, in dots of Braille characters: a box of `width` columns with the labels,
/// `height` lines inside. The first curve is drawn through, the next ones dotted, and each has its colour
/// where `colour` is set. Ends in a legend line.
std::string to_terminal(const Chart& chart, long width, long height, bool colour);

}  // namespace actlab

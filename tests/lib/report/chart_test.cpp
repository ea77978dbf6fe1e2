#include "lib/report/chart.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <set>
#include <sstream>

#include "lib/core/files.h"
#include "lib/report/scale.h"
#include "lib/report/simplify.h"
#include "lib/report/writers.h"
#include "tests/errors.h"
#include "tests/lib/report/xml.h"

namespace actlab::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> labels(const Axis& axis, const std::vector<double>& values, long count) {
  std::vector<std::string> texts;
  for (const auto& tick : Scale(axis, values, 0).ticks(count)) texts.push_back(tick.label);
  return texts;
}

Figure figure() {
  const double nan = std::nan("");
  Figure figure;
  figure.title = "a < b & \"c\"";
  figure.charts = {
      {"left", {"x"}, {"y"}, {{"one <1>", {{0, 1}, {1, 2, 1.5, 2.5}, {2, 1, 0.5, 1.5}}}}},
      {"right", {"x"}, {"y", true}, {{"two", {{0, 1e-3}, {1, 0}, {2, nan}, {3, INFINITY}, {4, 10}}}}}};
  figure.columns = 2;
  return figure;
}

TEST(Chart, TicksAreRoundNumbersInsideTheLimits) {
  EXPECT_THAT(labels({}, {-5, 5}, 5), ElementsAre("−4", "−2", "0", "2", "4"));
  EXPECT_THAT(labels({}, {0, 1}, 5), ElementsAre("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"));
  EXPECT_THAT(labels({"", true}, {1e-6, 100}, 4), ElementsAre("10⁻⁶", "10⁻⁴", "10⁻²", "10⁰", "10²"));
  EXPECT_THAT(labels({"", true}, {1, 6}, 4), ElementsAre("1", "2", "5"));
  EXPECT_GE(labels({}, {3, 3}, 4).size(), 2u) << "one value alone";
  EXPECT_GE(labels({}, {}, 4).size(), 2u) << "no value at all";
  EXPECT_GE(labels({}, {std::nan(""), INFINITY}, 4).size(), 2u);
}

TEST(Chart, ScalesMapLimitsToZeroAndOne) {
  const Scale scale({"", true}, {1, 100}, 0);
  EXPECT_DOUBLE_EQ(scale.place(1), 0);
  EXPECT_DOUBLE_EQ(scale.place(10), 0.5);
  EXPECT_DOUBLE_EQ(scale.place(100), 1);
  EXPECT_TRUE(std::isnan(scale.place(0)));
  EXPECT_TRUE(std::isnan(scale.place(-1)));
  Axis fixed;
  fixed.low = 0, fixed.high = 4;
  EXPECT_DOUBLE_EQ(Scale(fixed, {100}, 0.1).place(1), 0.25);
}

TEST(Chart, SimplifyingKeepsTheCornersAlone) {
  const auto line = simplified({{0, 0}, {1, 0.001}, {2, 0}, {3, 5}, {4, 0}}, 0.05);
  ASSERT_EQ(line.size(), 4u);
  EXPECT_EQ(line[1].x, 2);
  EXPECT_EQ(line[2].y, 5);
}

TEST(Chart, SvgIsWellFormedAndHoldsNoNumberThatIsNone) {
  const auto svg = to_svg(figure());
  EXPECT_EQ(xml_problem(svg), "");
  EXPECT_THAT(
      svg, AllOf(HasSubstr("a &lt; b &amp; &quot;c&quot;"), HasSubstr("one &lt;1&gt;"), HasSubstr("10⁻²")));
  EXPECT_THAT(svg, AllOf(Not(HasSubstr("nan")), Not(HasSubstr("inf"))));
  EXPECT_EQ(svg, to_svg(figure())) << "the same figure, the same text";
  EXPECT_NE(xml_problem("<svg><g></svg>"), "") << "the check itself must be able to fail";
}

TEST(Chart, CurvesDifferWithoutColourToo) {
  Figure many;
  many.charts.resize(1);
  for (size_t i = 0; i < most_series; ++i)
    many.charts[0].series.push_back({"curve " + std::to_string(i), {{0, 0}, {1, static_cast<double>(i)}}});
  std::set<std::string> looks;
  const auto svg = to_svg(many);
  for (size_t place = 0; (place = svg.find("stroke-dasharray=\"", place)) != std::string::npos; ++place)
    looks.insert(svg.substr(place, svg.find('"', place + 18) - place));
  EXPECT_EQ(looks.size(), most_series - 1) << "one is drawn through";
}

TEST(Chart, OneNameLooksTheSameInEveryChart) {
  Figure two;
  two.charts = {{"", {}, {}, {{"a", {{0, 0}, {1, 1}}}, {"b", {{0, 1}, {1, 0}}}}},
                {"", {}, {}, {{"b", {{0, 1}, {1, 0}}}}}};
  const auto svg = to_svg(two);
  const std::string colour_of_b = "#D55E00";
  size_t count = 0;
  for (size_t place = 0; (place = svg.find(colour_of_b, place)) != std::string::npos; ++place) ++count;
  EXPECT_EQ(count, 3u) << "both charts and the legend";
}

TEST(Chart, ElementsHaveThePagesColoursAndNotesAndNoSizeOfTheirOwn) {
  Chart chart{"a < b", {"x", false, {}, {}, true}, {}, {}};
  chart.series = {{"one", {{1, 1}, {2, 2}}, SeriesShape::marked}, {"", {{1, 1}, {2, 1}}, SeriesShape::guide}};
  chart.series[0].points[1].note = "one: 2 & more";
  const auto svg = to_element(chart, {"another", "one"});
  EXPECT_EQ(xml_problem(svg), "");
  EXPECT_THAT(svg, AllOf(HasSubstr("<title>one: 2 &amp; more</title>"), HasSubstr("aria-label=\"a &lt; b\""),
                         HasSubstr("var(--curve-1)"), Not(HasSubstr("#")), Not(HasSubstr("var(--curve-0)"))));
  EXPECT_EQ(svg.find(" width="), svg.find(" width=", svg.find("<svg x="))) << "only the plot inside has one";
  EXPECT_THAT(svg, Not(HasSubstr("1.5</text>"))) << "whole numbers alone";
  EXPECT_EQ(xml_problem(sample_element(7)), "");
}

TEST(Chart, CurvesAnswerTogetherWhereTheyShareAPlace) {
  Chart chart{"", {"x"}, {}, {{"one", {{1, 1}, {2, 2}, {3, 1}}}, {"two", {{1, 2}, {2, 1}}}}};
  for (auto& series : chart.series) {
    for (auto& point : series.points) point.note = series.name + fmt::format(" at {}", point.x);
  }
  const auto svg = to_element(chart, {"one", "two"});
  EXPECT_THAT(svg, AllOf(HasSubstr("<title>one at 1\ntwo at 1</title></rect>"),
                         HasSubstr("<title>one at 2\ntwo at 2</title></rect>"),
                         HasSubstr("<title>one at 3</title></circle>")));
  EXPECT_EQ(xml_problem(svg), "");
}

TEST(Chart, LabelsAtTheEdgeStayInside) {
  Chart chart{"", {"x"}, {}, {{"one", {{0.0175, 0}, {0.02, 1}}, SeriesShape::marked}}};
  const auto svg = to_element(chart, {"one"});
  const auto label = svg.find(">0.0200</text>");
  ASSERT_NE(label, std::string::npos);
  const auto place = svg.rfind("x=\"", label) + 3;
  EXPECT_LE(std::stod(svg.substr(place)) + 23, 420);
}

TEST(Chart, PicturesAreSavedAsTheEndingSays) {
  const auto folder = std::filesystem::temp_directory_path() / ("actlab_chart_" + std::to_string(getpid()));
  save_figure(figure(), folder / "new" / "a.svg");
  EXPECT_EQ(read_file(folder / "new" / "a.svg"), to_svg(figure()));
  EXPECT_THAT(message_of(ExitCode::usage, [&] { save_figure(figure(), folder / "a.jpg"); }),
              HasSubstr(".png"));
  EXPECT_THAT(message_of(ExitCode::usage, [&] { save_figure(figure(), folder / "new" / "a.svg" / "b.svg"); }),
              HasSubstr("cannot be written"));
  std::filesystem::remove_all(folder);
}

TEST(Chart, PngIsDrawnOrTheRemedyIsNamed) {
  std::string png;
  try {
    png = png_of(to_svg(figure()));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("librsvg2-dev"), HasSubstr(".svg")));
    return;
  }
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_GT(png.size(), 5000u);
}

TEST(Chart, TheTerminalChartFillsItsWidthAndObeysColour) {
  Chart chart;
  chart.series = {{"value", {{-1, -1}, {1, 1}}}, {"derivative", {{-1, 1}, {1, 1}}}};
  const auto text = to_terminal(chart, 40, 8, false);
  EXPECT_THAT(text,
              AllOf(HasSubstr("value"), HasSubstr("derivative"), HasSubstr("−1 ┤"), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(to_terminal(chart, 40, 8, true), HasSubstr("\x1b[0m"));
  std::istringstream lines(text);
  long count = 0;
  for (std::string line; std::getline(lines, line) && count < 10; ++count) EXPECT_EQ(display_width(line), 40);
  EXPECT_EQ(count, 10);
  EXPECT_THAT(to_terminal({}, 40, 8, false), HasSubstr("┌")) << "an empty chart";
}

}  // namespace
}  // namespace actlab::test

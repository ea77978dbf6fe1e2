#include "lib/report/svg_elements.h"

#include <fmt/format.h>

#include "lib/report/chart.h"
#include "lib/report/text.h"

namespace actlab::svg {

Style style(size_t index, const Inks& inks) {
  constexpr std::array dashes = {"",        "8 4",          "2 3", "10 3 2 3", "16 4",
                                 "5 2 1 2", "10 3 2 3 2 3", "4 6", "1 4",      "14 3 6 3"};
  static_assert(dashes.size() == most_series);
  return {inks.curves[index % inks.curves.size()], dashes[index % dashes.size()], index % most_series};
}

std::string coordinate(double value) {
  auto text = fmt::format("{:.1f}", value + 0.0);
  if (text.size() > 2 && text.compare(text.size() - 2, 2, ".0") == 0) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string text_at(double x, double y, const std::string& anchor, const std::string& text,
                    const std::string& more) {
  const auto anchored = anchor.empty() ? "" : fmt::format(" text-anchor=\"{}\"", anchor);
  return fmt::format("<text x=\"{}\" y=\"{}\"{}{}>{}</text>\n", coordinate(x), coordinate(y), anchored, more,
                     markup_escaped(text));
}

std::string line(double x1, double y1, double x2, double y2, const std::string& colour,
                 const std::string& more) {
  return fmt::format("<path d=\"M{} {}L{} {}\" stroke=\"{}\"{}/>\n", coordinate(x1), coordinate(y1),
                     coordinate(x2), coordinate(y2), colour, more);
}

std::string path(const std::vector<Place>& places) {
  std::string text;
  for (const auto& place : places)
    text += fmt::format("{}{} {}", text.empty() ? "M" : "L", coordinate(place.x), coordinate(place.y));
  return text;
}

std::string markers(const Style& style, const std::vector<Place>& places, const Inks& inks) {
  // Circle, square, triangle, diamond, triangle on its tip; drawn from its middle.
  constexpr std::array shapes = {"m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z", "m-3.2-3.2h6.4v6.4h-6.4z",
                                 "m0-4.2l4 7.2h-8z", "m0-4.6l4.6 4.6l-4.6 4.6l-4.6-4.6z", "m0 4.2l4-7.2h-8z"};
  if (places.empty()) return "";
  std::string outlines;
  for (const auto& place : places) {
    outlines += fmt::format("M{} {}{}", coordinate(place.x), coordinate(place.y),
                            shapes[style.marker % shapes.size()]);
  }
  const bool filled = style.marker < shapes.size();
  return fmt::format("<path d=\"{}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.5\"/>\n", outlines,
                     filled ? style.colour : inks.paper, style.colour);
}

std::string stroke(const Style& style) {
  const std::string dashes = style.dashes;
  return fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-linejoin=\"round\"{}",
                     style.colour, dashes.empty() ? "" : " stroke-dasharray=\"" + dashes + "\"");
}

std::string element(double width, double height, const std::string& label, const std::string& content) {
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" style=\"max-width:{}px\" role=\"img\" aria-label=\"{}\" font-size=\"{}\" "
      "fill=\"{}\">\n{}</svg>\n",
      coordinate(width), coordinate(height), coordinate(1.4 * width), markup_escaped(label), font,
      page_inks.text, content);
}

std::string document(double width, double height, const std::string& title, const std::string& content) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "role=\"img\" "
      "font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\" font-size=\"{2}\" fill=\"{3}\">\n"
      "<title>{4}</title>\n<rect x=\"0.5\" y=\"0.5\" width=\"{5}\" height=\"{6}\" rx=\"6\" fill=\"#fff\" "
      "stroke=\"#d0d7de\"/>\n"
      "{7}</svg>\n",
      coordinate(width), coordinate(height), font, card_inks.text, markup_escaped(title),
      coordinate(width - 1), coordinate(height - 1), content);
}

}  // namespace actlab::svg

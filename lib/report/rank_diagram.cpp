#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "lib/report/ranking.h"
#include "lib/report/svg_elements.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab {
namespace {

/// Everything that has a place on the diagram.
struct RankDiagram {
  static constexpr double axis_width = 220, margin = 16, line_height = 20, lane = 9;
  static constexpr double ruler = 22, axis = 58;  // heights: of the critical difference, of the axis of ranks

  const Ranking& ranking;
  const svg::Inks& inks;
  std::vector<size_t> order;  // best first
  double names;               // where the names begin
  double first_name;          // height

  RankDiagram(const Ranking& given, const svg::Inks& colours)
      : ranking(given),
        inks(colours),
        order(given.activations.size()),
        names(margin + axis_width + 12),
        first_name(axis + 24 + lane * static_cast<double>(given.groups.size())) {
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return rank_of(a) < rank_of(b); });
  }

  double rank_of(size_t activation) const { return ranking.friedman.mean_ranks[activation]; }

  /// The best rank is at the right, where the names are, so that no line crosses another.
  double x(double rank) const {
    const auto worst = static_cast<double>(order.size());
    return margin + axis_width * (worst - rank) / (worst - 1);
  }

  std::string axis_of_ranks() const {
    auto text = svg::line(x(static_cast<double>(order.size())), axis, x(1), axis, inks.frame);
    const size_t step = order.size() <= 12 ? 1 : 10;
    for (size_t rank = 1; rank <= order.size(); rank += step == 1 || rank > 1 ? step : step - 1) {
      const double here = x(static_cast<double>(rank));
      text += svg::line(here, axis - 5, here, axis, inks.frame) +
              svg::text_at(here, axis - 9, "middle", std::to_string(rank),
                           fmt::format(" fill=\"{}\"", inks.faint));
    }
    return text;
  }

  /// The critical difference, to be held against the distances of ranks.
  std::string ruler_of_difference() const {
    const double length = axis_width * ranking.critical_difference / static_cast<double>(order.size() - 1);
    const double left = margin, right = margin + length;
    return svg::line(left, ruler, right, ruler, inks.text, " stroke-width=\"1.5\"") +
           svg::line(left, ruler - 4, left, ruler + 4, inks.text) +
           svg::line(right, ruler - 4, right, ruler + 4, inks.text) +
           svg::text_at(left, ruler - 8, "start",
                        phrase("critical difference {}", fixed(ranking.critical_difference, 2)));
  }

  std::string method(size_t place) const {
    const size_t activation = order[place];
    const double from = x(rank_of(activation));
    const double height = first_name + line_height * static_cast<double>(place);
    const auto text = fmt::format("{} · {}", fixed(rank_of(activation), 2), ranking.activations[activation]);
    return fmt::format("<path d=\"M{0} {1}V{2}H{3}\" fill=\"none\" stroke=\"{4}\"/>\n", svg::coordinate(from),
                       svg::coordinate(axis), svg::coordinate(height), svg::coordinate(names - 6),
                       inks.faint) +
           svg::text_at(names, height + 4.5, "start", text);
  }

  std::string group(size_t place) const {
    const auto& members = ranking.groups[place];
    const double height = axis + 10 + lane * static_cast<double>(place);
    return svg::line(x(rank_of(members.back())) - 3, height, x(rank_of(members.front())) + 3, height,
                     inks.text, " stroke-width=\"4\"");
  }

  std::string content() const {
    auto text = axis_of_ranks() + ruler_of_difference();
    for (size_t i = 0; i < order.size(); ++i) text += method(i);
    for (size_t i = 0; i < ranking.groups.size(); ++i) text += group(i);
    return text;
  }
  double width() const { return names + svg::letter * static_cast<double>(widest(ranking.activations) + 7); }
  double height() const { return first_name + line_height * static_cast<double>(order.size()); }
};

constexpr auto title = "Critical difference diagram: mean ranks";

}  // namespace

std::string rank_diagram(const Ranking& ranking) {
  const RankDiagram diagram(ranking, svg::page_inks);
  return svg::element(diagram.width(), diagram.height(), said(title), diagram.content());
}

std::string rank_document(const Ranking& ranking) {
  const RankDiagram diagram(ranking, svg::card_inks);
  return svg::document(diagram.width(), diagram.height(), title, diagram.content());
}

}  // namespace actlab

#include "lib/report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lib/core/error.h"
#include "lib/core/text.h"
#include "lib/report/exhibit_parts.h"
#include "lib/report/formats.h"
#include "lib/report/html_comparison.h"
#include "lib/report/html_elements.h"
#include "lib/report/ranking.h"
#include "lib/report/text.h"
#include "lib/report/words.h"

namespace actlab {
namespace {

using Names = std::vector<std::string>;

std::string id_of(size_t comparison) { return fmt::format("comparison-{}", comparison + 1); }

std::string section(const std::string& id, const std::string& title, const std::string& content) {
  return fmt::format("<section id=\"{}\">\n{}{}</section>\n", id, html::element("h2", title), content);
}

std::string paragraph(const std::string& text) { return html::element("p", text); }

/// "0.001"; a rate that was tuned is no hyperparameter.
std::string setting_text(const Comparison& comparison, const std::string& key) {
  if (comparison.hyperparameters.contains(key)) return plain(comparison.hyperparameters[key]);
  if (key != "lr" || comparison.tuning.empty()) return absent;
  return phrase(
      comparison.tuning.contains("rungs") ? "tuned over {} rates by halving" : "tuned over {} rates",
      comparison.tuning.at("rates").size());
}

/// What tells a comparison from others of the same task, data and model.
std::string difference_text(const Comparison& comparison, const std::vector<const Comparison*>& others) {
  std::set<std::string> keys = {"lr"};
  bool same_data = true;
  for (const auto* other : others) {
    for (const auto& [key, value] : other->hyperparameters.items()) keys.insert(key);
    same_data = same_data && other->fingerprint == comparison.fingerprint;
  }
  std::string text = same_data ? "" : phrase(" · data {}", comparison.fingerprint);
  for (const auto& key : keys) {
    const auto own = setting_text(comparison, key);
    const bool differs = std::any_of(others.begin(), others.end(),
                                     [&](const auto* other) { return setting_text(*other, key) != own; });
    if (differs) text += fmt::format(" · {} {}", key, own);
  }
  return text;
}

Names titles_of(const std::vector<Comparison>& comparisons) {
  std::map<std::string, std::vector<const Comparison*>> alike;
  const auto title_of = [](const Comparison& comparison) {
    return fmt::format("{} · {} · {}", comparison.task, comparison.dataset, comparison.model);
  };
  for (const auto& comparison : comparisons) alike[title_of(comparison)].push_back(&comparison);
  Names titles;
  for (const auto& comparison : comparisons) {
    const auto title = title_of(comparison);
    titles.push_back(title + difference_text(comparison, alike[title]));
  }
  return titles;
}

/// Where to find which verdict.
std::string overview(const std::vector<Comparison>& comparisons, const Names& titles) {
  if (comparisons.size() < 2) return "";
  auto table =
      empty_table("Verdicts of all comparisons",
                  {"comparison", "best mean", "baseline", "better", "worse", "same", "more runs"}, 6);
  html::RowLooks looks;
  for (size_t i = 0; i < comparisons.size(); ++i) {
    std::map<std::string, Names> by_verdict;
    for (const auto& row : comparisons[i].rows) {
      by_verdict[verdict_class(row)].push_back(row.activation);
      if (row.best) by_verdict["best"].push_back(row.activation);
    }
    std::vector<std::string> cells = {titles[i]};
    for (const auto* list : {"best", "baseline", "better", "worse", "same"})
      cells.push_back(by_verdict[list].empty() ? absent : join(by_verdict[list], said(", ")));
    cells.push_back(std::to_string(by_verdict["more"].size()));
    add_row(table, cells);
    looks.links.push_back(id_of(i));
  }
  return "<nav aria-label=\"" + said("Comparisons") + "\">\n" + html::wide(html::table(table, looks)) +
         "</nav>\n";
}

std::string rank_text(const Ranking& ranking) {
  auto text = phrase(
      "Mean ranks over the {} comparisons of this page, 1 being best. Activations under one bar cannot be "
      "told apart by Nemenyi's test at 5 %. Friedman's test (Iman and Davenport's F) of no difference at "
      "all: "
      "F = {}, p = {}. Each comparison counts once, by its means over seeds that trained; comparisons on the "
      "same data are not independent, so that the test promises more than it holds there.",
      ranking.scores.size(), magnitude(ranking.friedman.f), magnitude(ranking.friedman.p_f));
  if (ranking.has_diverged)
    text += " " + said("An activation of which no seed trained has the last rank there.");
  return text;
}

Layout rank_table(const Ranking& ranking) {
  auto table = empty_table("Mean ranks", {"activation", "mean rank"}, 1);
  for (size_t i = 0; i < ranking.activations.size(); ++i)
    add_row(table, {ranking.activations[i], fixed(ranking.friedman.mean_ranks[i], 2)});
  return table;
}

std::string rank_section(const std::vector<Comparison>& comparisons) {
  if (comparisons.size() < 2) return "";
  const auto ranking = rank(comparisons);
  std::string left_out;
  if (!ranking.left_out.empty())
    left_out = html::caption(
        phrase("Not in every comparison, and therefore left out: {}.", join(ranking.left_out, said(", "))));
  std::string content;
  if (ranking.activations.size() < 2) {
    content = paragraph("Fewer than two activations are in all comparisons, so there is nothing to rank.");
  } else if (!ranking.is_enough()) {
    content = paragraph(phrase(
        "A critical difference diagram of {} activations needs {} comparisons; with {}, no outcome whatever "
        "could tell two of them apart.",
        ranking.activations.size(), ranking.blocks_needed, ranking.scores.size()));
  } else {
    content = html::caption(rank_text(ranking)) +
              fmt::format("<figure class=\"single\"><figcaption>{}</figcaption>\n{}</figure>\n",
                          said("Critical difference diagram"), rank_diagram(ranking)) +
              html::details("Mean ranks in numbers", html::table(rank_table(ranking)));
  }
  return section("ranks", "Over all comparisons", content + left_out);
}

std::string environment_section(const std::vector<Comparison>& comparisons) {
  std::set<nlohmann::json> environments;
  std::set<std::string> keys;
  for (const auto& comparison : comparisons) {
    for (const auto& environment : comparison.environments) {
      environments.insert(environment);
      for (const auto& [key, value] : environment.items()) keys.insert(key);
    }
  }
  Layout layout;
  layout.title = "Versions and machines of the runs";
  layout.columns.push_back({"what", "", false, {keys.begin(), keys.end()}});
  layout.best.assign(keys.size(), false);
  for (const auto& environment : environments) {
    Column column{environments.size() == 1 ? "value" : std::to_string(layout.columns.size()), "", false, {}};
    for (const auto& key : keys)
      column.cells.push_back(environment.contains(key) ? plain(environment[key]) : absent);
    layout.columns.push_back(std::move(column));
  }
  return section("environment", "Environment", html::wide(html::table(layout)));
}

std::string command_section(const std::vector<Origin>& origins) {
  if (origins.empty()) return "";
  std::string content;
  for (const auto& [directory, command] : origins) {
    content += command.empty()
                   ? paragraph(phrase("{}: the command was not kept with these records.", directory))
                   : paragraph(directory) + html::element("pre", command);
  }
  return section("commands", "Commands", content);
}

std::string summary(const std::vector<Comparison>& comparisons) {
  long runs = 0;
  double seconds = 0;
  for (const auto& comparison : comparisons) {
    runs += comparison.runs;
    seconds += comparison.train_seconds;
  }
  return paragraph(
      phrase(comparisons.size() == 1
                 ? "{} comparison, {} runs, {} of training. Made from the records of the runs alone."
                 : "{} comparisons, {} runs, {} of training. Made from the records of the runs alone.",
             comparisons.size(), thousands(runs), duration(seconds)));
}

}  // namespace

std::string html_page(const std::string& title, const std::vector<Comparison>& comparisons,
                      const std::vector<Origin>& origins, const std::string& introduction,
                      Language language) {
  const Speaking speaking(language);
  const auto titles = titles_of(comparisons);
  std::string body = fmt::format("<header>\n{}{}</header>\n<main>\n{}{}", html::element("h1", title),
                                 summary(comparisons), introduction, overview(comparisons, titles));
  std::vector<Layout> layouts;
  for (size_t i = 0; i < comparisons.size(); ++i) {
    body += section(id_of(i), titles[i],
                    comparison_content(comparisons[i], looks_of(comparisons[i], comparisons)));
    for (auto& layout : layouts_of(comparisons[i])) layouts.push_back(std::move(layout));
  }
  if (!comparisons.empty()) {
    body += rank_section(comparisons) + environment_section(comparisons);
    body += section("legend", "Legend", html::definitions(legend(layouts)));
  }
  body += command_section(origins) + "</main>\n";
  // The policy keeps every promise of the page: nothing is loaded from anywhere.
  return fmt::format(
      "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'; img-src data:\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<link rel=\"icon\" href=\"data:,\"/>\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}"
      "<script>{}</script>\n</body>\n</html>\n",
      code_of(language), markup_escaped(said(title)), html::style, body, html::script);
}

std::string write_html(const std::vector<Comparison>& comparisons) {
  return html_page("Activations compared", comparisons);
}

}  // namespace actlab

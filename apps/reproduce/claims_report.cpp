#include "apps/reproduce/claims_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/report/formats.h"
#include "lib/report/html.h"
#include "lib/report/html_elements.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

/// Phrases of the report.
const Words claim_word("claim", "主張"), verdict_word_("verdict", "結論"), says_word("says", "結果"),
    tested_word("tested", "檢驗"), figure_word("figure", "數值"),
    deciding_word("deciding tests", "決定性檢驗"), conditions_word("Under other conditions", "其他條件下"),
    how_word("How it was tested", "如何檢驗"), turns_word("Where the verdict turns", "結論何時改變"),
    nowhere_word("In none of these tests.", "上列檢驗中皆未改變。"), commands_word("Commands", "命令"),
    overview_word("All claims", "所有主張"), colon(": ", "："), above(":", "："), comma(", ", "、"),
    rule_word(
        "The suite grew out of an article on the road from Sigmoid to ReLU. Every claim that it makes is put "
        "to tests that were settled before the runs. A claim is supported, refuted or without practical "
        "difference when all deciding tests that can tell say so; it depends when they contradict each "
        "other; where none can tell, there are not enough runs. Differences of metrics are judged by the "
        "rule of docs/verdicts.md: paired by seed, corrected for the number of rows, against the threshold "
        "that matters in practice. This page is generated from records and measurements; do not edit it.",
        "本專案源自一篇談論從 Sigmoid 到 ReLU "
        "的文章。文中每項主張都經過事先訂定的檢驗。若所有能夠判斷的決定性檢驗一致，則主張為「支持」、「不成立"
        "」或「無實際差異」；若互相矛盾，則為「視條件而定」；若皆無法判斷，則為「執行次數不足」。指標差異依 "
        "docs/verdicts.md "
        "的規則判定：依種子配對、就列數校正，並與實務上有意義的門檻比較。本頁由紀錄與測量產生，請勿手動修改"
        "。");

struct Examined {
  const Claim* claim;
  Findings findings;
};

std::vector<Examined> examine_all(const Evidence& evidence) {
  std::vector<Examined> all;
  for (const auto& claim : claims()) all.push_back({&claim, claim.examine(evidence)});
  return all;
}

long count(const Findings& findings, Standing standing, bool deciding) {
  return std::count_if(findings.tests.begin(), findings.tests.end(), [=](const Test& test) {
    return test.deciding == deciding && test.standing == standing;
  });
}

const std::vector<Standing> standings = {Standing::supported, Standing::refuted,
                                         Standing::no_practical_difference, Standing::not_enough_runs};

/// "3 supported, 1 refuted"
std::string counts_text(const Findings& findings, Language language) {
  std::vector<std::string> parts;
  for (const auto standing : standings) {
    if (const long found = count(findings, standing, true); found > 0)
      parts.push_back(fmt::format("{} {}", found, to_words(standing).in(language)));
  }
  return join(parts, comma.in(language));
}

Layout overview(const std::vector<Examined>& all, Language language) {
  Layout layout;
  layout.title = overview_word.in(language);
  layout.columns = {{"", "", false, {}},
                    {claim_word.in(language), "", false, {}},
                    {verdict_word_.in(language), "", false, {}},
                    {deciding_word.in(language), "", false, {}}};
  for (const auto& [claim, findings] : all) {
    layout.columns[0].cells.push_back(claim->id);
    layout.columns[1].cells.push_back(claim->claim.in(language));
    layout.columns[2].cells.push_back(to_words(findings.standing()).in(language));
    layout.columns[3].cells.push_back(counts_text(findings, language));
    layout.best.push_back(false);
  }
  return layout;
}

Layout test_table(const Findings& findings, bool deciding, Language language) {
  Layout layout;
  layout.title = (deciding ? deciding_word : conditions_word).in(language);
  layout.columns = {{tested_word.in(language), "", false, {}},
                    {figure_word.in(language), "", false, {}},
                    {says_word.in(language), "", false, {}}};
  for (const auto& test : findings.tests) {
    if (test.deciding != deciding) continue;
    layout.columns[0].cells.push_back(test.what.in(language));
    layout.columns[1].cells.push_back(test.figure.in(language));
    layout.columns[2].cells.push_back(to_words(test.standing).in(language));
    layout.best.push_back(false);
  }
  return layout;
}

/// The tests that say something else than the claim's verdict, and can tell.
std::vector<std::string> turning_points(const Findings& findings, Language language) {
  std::vector<std::string> points;
  const auto verdict = findings.standing();
  for (const auto& test : findings.tests) {
    const bool other = test.standing != verdict && test.standing != Standing::not_enough_runs;
    if (other && verdict != Standing::depends)
      points.push_back(fmt::format("{}{}{} ({})", test.what.in(language), colon.in(language),
                                   to_words(test.standing).in(language), test.figure.in(language)));
  }
  return points;
}

std::string markdown_of(const Examined& examined, Language language, const std::string& pictures) {
  const auto& [claim, findings] = examined;
  auto text = fmt::format("\n### {}. {}\n\n**{}** ({})\n\n{}{}{}\n", claim->id, claim->claim.in(language),
                          to_words(findings.standing()).in(language), counts_text(findings, language),
                          how_word.in(language), colon.in(language), claim->method.in(language));
  text += "\n" + markdown_table(test_table(findings, true, language));
  const auto others = test_table(findings, false, language);
  if (!others.best.empty())
    text += fmt::format("\n{}{}\n\n{}", others.title, above.in(language), markdown_table(others));
  if (findings.standing() != Standing::depends) {
    const auto points = turning_points(findings, language);
    text += "\n" + turns_word.in(language) +
            (points.empty() ? colon.in(language) + nowhere_word.in(language) : above.in(language)) + "\n";
    if (!points.empty()) text += "\n";
    for (const auto& point : points) text += "- " + point + "\n";
  }
  for (const auto& remark : findings.remarks) text += "\n" + remark.in(language) + "\n";
  return text + pictures;
}

std::string picture_links(const Examined& examined, Language language, const std::filesystem::path& folder,
                          const std::string& link, const std::string& ending) {
  std::string links;
  for (size_t i = 0; i < examined.findings.figures.size(); ++i) {
    const auto& figure = examined.findings.figures[i];
    const auto drawn = figure.draw(language);
    if (drawn.charts.empty()) continue;
    const auto name = fmt::format("{}-{}.{}", examined.claim->id, i + 1, ending);
    save_figure(drawn, (folder / name).string());
    links += fmt::format("\n![{0}]({1}/{2})\n\n*{0}*\n", figure.caption.in(language), link, name);
  }
  return links;
}

std::string html_of(const Examined& examined, Language language) {
  const auto& [claim, findings] = examined;
  auto text = html::element("h3", claim->id + ". " + claim->claim.in(language)) +
              html::element("p", fmt::format("{} ({})", to_words(findings.standing()).in(language),
                                             counts_text(findings, language))) +
              html::caption(claim->method.in(language)) +
              html::wide(html::table(test_table(findings, true, language)));
  const auto others = test_table(findings, false, language);
  if (!others.best.empty()) text += html::details(others.title, html::wide(html::table(others)));
  for (const auto& remark : findings.remarks) text += html::element("p", remark.in(language));
  for (const auto& figure : findings.figures) {
    const auto drawn = figure.draw(language);
    text += "<div class=\"charts\">\n";
    for (const auto& chart : drawn.charts) {
      std::vector<std::string> names;
      for (const auto& series : chart.series) names.push_back(series.name);
      std::string entries;
      for (size_t i = 0; i < names.size(); ++i)
        entries += fmt::format("<li>{}{}</li>\n", sample_element(i), markup_escaped(names[i]));
      text += fmt::format("<figure><figcaption>{}</figcaption>\n<ul class=\"legend\">{}</ul>{}</figure>\n",
                          markup_escaped(chart.title), entries, to_element(chart, names));
    }
    text += "</div>\n" + html::caption(figure.caption.in(language));
  }
  return text;
}

}  // namespace

Language language_named(const std::string& name) {
  if (name == "en") return Language::english;
  if (name == "zh-Hant") return Language::chinese;
  throw unknown_name("language", name, {"en", "zh-Hant"});
}

std::string claims_table(const Evidence& evidence, Language language) {
  return terminal_table(overview(examine_all(evidence), language), false, line_width);
}

std::string claims_markdown(const ClaimsPage& page, const Evidence& evidence, Language language,
                            const std::filesystem::path& pictures, const std::string& link,
                            const std::string& ending) {
  const auto all = examine_all(evidence);
  auto text = fmt::format("# {}\n\n{}\n\n{}", page.title.in(language), rule_word.in(language),
                          markdown_table(overview(all, language)));
  std::string group;
  for (const auto& examined : all) {
    if (examined.claim->group.english != group) {
      group = examined.claim->group.english;
      text += fmt::format("\n## {}\n", examined.claim->group.in(language));
    }
    const auto links = pictures.empty() ? "" : picture_links(examined, language, pictures, link, ending);
    text += markdown_of(examined, language, links);
  }
  text += fmt::format("\n## {}\n\n```\n{}\n", commands_word.in(language), page.command);
  for (const auto& batch : page.batches) {
    text += (batch.records.empty() ? "# " + batch.missing + ": " : "") + batch.command + "\n";
  }
  return text + "```\n";
}

std::string claims_html(const ClaimsPage& page, const Evidence& evidence, Language language) {
  const Speaking speaking(language);
  const auto all = examine_all(evidence);
  auto text = html::element("p", rule_word.in(language)) + html::wide(html::table(overview(all, language)));
  for (const auto& examined : all) text += html_of(examined, language);
  return html_page(page.title.in(language), compare_tasks(all_records(page.batches)),
                   origins_of(page.batches), text, language);
}

std::string claims_json(const Evidence& evidence, Language language) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& [claim, findings] : examine_all(evidence)) {
    nlohmann::ordered_json entry = {{"id", claim->id},
                                    {"claim", claim->claim.in(language)},
                                    {"verdict", to_words(findings.standing()).in(language)},
                                    {"tests", nlohmann::ordered_json::array()}};
    for (const auto& test : findings.tests)
      entry["tests"].push_back({{"what", test.what.in(language)},
                                {"figure", test.figure.in(language)},
                                {"says", to_words(test.standing).in(language)},
                                {"deciding", test.deciding}});
    list.push_back(entry);
  }
  return list.dump(1) + "\n";
}

}  // namespace actlab

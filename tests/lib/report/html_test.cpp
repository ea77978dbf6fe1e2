#include "lib/report/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <regex>
#include <set>

#include "lib/core/files.h"
#include "lib/report/words.h"
#include "lib/report/writers.h"
#include "tests/lib/report/records.h"
#include "tests/lib/report/xml.h"

namespace actlab {
namespace {

using test::xml_problem;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string html_of(const std::vector<RunRecord>& records, const std::string& title = "Images") {
  return html_page(title, compare(records, "relu", by_accuracy),
                   {{"results/images", "image_classification compare --seeds 0..4"}, {"copied", ""}});
}

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t place = 0; (place = text.find(part, place)) != std::string::npos; ++place) ++count;
  return count;
}

/// Without the parts that are no markup.
std::string markup_of(const std::string& page) {
  auto text = page.substr(page.find('\n'));
  for (const std::string tag : {"style", "script"}) {
    const auto start = text.find("<" + tag + ">") + tag.size() + 2;
    text.erase(start, text.find("</" + tag + ">") - start);
  }
  return text;
}

/// The page as it is read, from a heading to the next of its level.
std::string part_of(const std::string& page, const std::string& heading) {
  const auto start = page.find(">" + heading);
  return start == std::string::npos ? "" : page.substr(start, page.find("<h", start) - start);
}

TEST(HtmlPage, IsWellFormedAndNeedsNoNetwork) {
  const auto page = html_of(make_records());
  EXPECT_EQ(page.rfind("<!doctype html>\n<html lang=\"en\">", 0), 0u);
  EXPECT_EQ(xml_problem(markup_of(page)), "");
  EXPECT_THAT(page, AllOf(Not(HasSubstr("http:")), Not(HasSubstr("https:")), Not(HasSubstr("src=")),
                          Not(HasSubstr("url(")), Not(HasSubstr("@import"))));
  EXPECT_THAT(page, AllOf(HasSubstr("default-src 'none'"), HasSubstr("prefers-color-scheme: dark"),
                          HasSubstr("@media print"), HasSubstr("width=device-width")));
}

TEST(HtmlPage, HasOneHeadingAndTablesThatSpeak) {
  const auto page = html_of(make_records());
  EXPECT_EQ(count_of(page, "<h1>"), 1u);
  EXPECT_THAT(page, HasSubstr("<h2>image_classification · glyphs · mlp:depth=3</h2>"));
  EXPECT_EQ(count_of(page, "<table>"), count_of(page, "<caption>"));
  EXPECT_EQ(count_of(page, "<td"), count_of(page, "</td>"));
  EXPECT_THAT(page, AllOf(HasSubstr("<th scope=\"col\""), HasSubstr("<th scope=\"row\">gelu</th>")));
  EXPECT_THAT(page, HasSubstr("1 comparison, 30 runs, 5 min of training."));
}

TEST(HtmlPage, TheTableHasVerdicts) {
  const auto page = html_of(make_records());
  EXPECT_THAT(page, HasSubstr("<tr class=\"better best\"><th scope=\"row\">gelu</th>"));
  EXPECT_THAT(page, HasSubstr("<span>better</span>"));
  EXPECT_THAT(page, ContainsRegex("<tr class=\"more\">.*<span>more runs \\([0-9]+\\)</span>"));
  EXPECT_THAT(page, HasSubstr("<tr class=\"baseline\"><th scope=\"row\">relu</th>"));
  EXPECT_THAT(page, HasSubstr("89.42 ± 0.42 *"));
  EXPECT_THAT(page, HasSubstr("Holm"));
}

TEST(HtmlPage, EveryExhibitHasChartsAndTheirNumbers) {
  const auto page = html_of(make_records());
  for (const auto* title :
       {"Learning curves", "Cost against quality", "Gradient flow", "Dead units", "Saturated outputs"}) {
    const auto part = part_of(page, title);
    EXPECT_THAT(part, AllOf(HasSubstr("<figure>"), HasSubstr("<svg"), HasSubstr("role=\"img\""),
                            HasSubstr("<title>"), HasSubstr("<ul class=\"legend\">")))
        << title;
    EXPECT_THAT(part, HasSubstr("<summary>" + std::string(title) + " in numbers</summary>"));
  }
  EXPECT_THAT(page, Not(HasSubstr("Learning-rate sensitivity"))) << "one rate";
  EXPECT_THAT(part_of(page, "Gradient flow"),
              ContainsRegex("<rect[^>]*><title>[^<]*\nsigmoid, first, before training: 1.6e-09[\n<]"));
}

TEST(HtmlPage, SaysWhereAndHow) {
  const auto page = html_of(make_records());
  EXPECT_THAT(part_of(page, "Environment"), AllOf(HasSubstr("libtorch"), HasSubstr("1.13.0"),
                                                  HasSubstr("a processor"), Not(HasSubstr("started_at"))));
  EXPECT_THAT(page, HasSubstr("<pre>image_classification compare --seeds 0..4</pre>"));
  EXPECT_THAT(page, HasSubstr("copied: the command was not kept"));
}

TEST(HtmlPage, EscapesWhateverUsersWrite) {
  auto records = make_records();
  const std::string formula = "expr:x<0 & \"a\" > 'b'";
  for (auto& run : records) {
    run.dataset["note"] = "</dl><script>alert(1)</script>";
    run.dataset["name"] = "<b>data</b>";
    if (run.activation["name"] == "gelu") run.activation["text"] = formula;
    if (run.status != RunStatus::ok) run.error = "a <i>loss</i> & more";
    for (auto& probe : run.probes) probe.site = probe.site.text() + "\"><img>";
    run.environment["cpu"] = "<cpu & \"friends\">";
  }
  const auto page = html_of(records, "A & B <title>");
  EXPECT_EQ(xml_problem(markup_of(page)), "");
  EXPECT_THAT(page, HasSubstr("expr:x&lt;0 &amp; &quot;a&quot; &gt; &#39;b&#39;"));
  EXPECT_THAT(page, HasSubstr("<title>A &amp; B &lt;title&gt;</title>"));
  for (const auto* raw : {"<script>alert", "<b>data", "<i>loss", "<img>", "<cpu", formula.c_str()})
    EXPECT_THAT(page, Not(HasSubstr(raw)));
}

TEST(HtmlPage, BrokenRunsAreNamedWithTheirReasons) {
  auto records = make_records();
  for (auto& run : records) {
    if (run.status == RunStatus::failed) run.error = "the worker died";
  }
  const auto page = html_of(records);
  EXPECT_THAT(page, HasSubstr("<summary>7 of 30 runs diverged or failed</summary>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"text\">failed</td><td class=\"text\">the worker died</td>"));
  EXPECT_THAT(page, HasSubstr("3 +2 diverged"));
}

TEST(HtmlPage, OddInputsAreShownPlainly) {
  const auto with = [](auto change) {
    auto records = make_records();
    for (auto& run : records) change(run);
    return records;
  };
  const std::vector<std::vector<RunRecord>> odd = {
      {},
      {make_record("relu", 0, 0.5)},
      {make_record("relu", 0, 0.5), make_record("gelu", 0, 0.5)},
      {make_broken_record("relu", 0, RunStatus::failed), make_broken_record("gelu", 0, RunStatus::diverged)},
      with([](auto& run) { run.probes.clear(); }),
      with([](auto& run) { run.history = {}; }),
      with([](auto& run) { run.environment = nlohmann::json::object(); }),
      with([](auto& run) { run.probes.resize(std::min<size_t>(run.probes.size(), 1)); }),
      with([](auto& run) {
        for (auto& probe : run.probes) probe.gradient_norm = 0;
      }),
      with([](auto& run) {
        for (auto& probe : run.probes) probe.gradient_norm = std::nan("");
      }),
      with([](auto& run) { run.test["accuracy"] = std::nan(""); }),
      with([](auto& run) { run.train_seconds = run.samples_per_second = std::nan(""); }),
      with([](auto& run) {
        run.history = {};
        run.history.add({{"epoch", 1}, {"validation_accuracy", 0.5}, {"train_loss", std::nan("")}});
        run.history.add({{"epoch", 2}, {"seconds", std::nan("")}});
      }),
  };
  for (size_t i = 0; i < odd.size(); ++i) {
    const auto page = html_of(odd[i]);
    EXPECT_EQ(xml_problem(markup_of(page)), "") << i;
    EXPECT_FALSE(std::regex_search(markup_of(page), std::regex("[^a-z](nan|inf)[^a-z]"))) << i;
    EXPECT_THAT(page, HasSubstr("</html>")) << i;
  }
  EXPECT_THAT(html_of({}), HasSubstr("0 comparisons"));
  EXPECT_THAT(html_of(odd[1]), HasSubstr("One seed"));
  EXPECT_THAT(html_of(odd[4]), HasSubstr("no probes"));
}

TEST(HtmlPage, BestPossibleIsTheFootOfItsTable) {
  auto records = make_records();
  for (auto& run : records) run.dataset["ceiling"] = {{"accuracy", 0.925}};
  EXPECT_THAT(html_of(records), ContainsRegex("<tfoot>\n<tr><th scope=\"row\">best possible</th>.*92.50"));
  EXPECT_THAT(html_of(make_records()), Not(HasSubstr("<tfoot>")));
}

std::vector<RunRecord> of_domains(const std::vector<std::string>& tasks) {
  std::vector<RunRecord> records;
  for (const auto& task : tasks) {
    for (auto run : make_records()) {
      run.task = task;
      records.push_back(run);
    }
  }
  return records;
}

TEST(HtmlPage, HoldsComparisonsOfAnyTasks) {
  const auto page = html_of(of_domains({"image_classification", "text_sentiment", "speech_recognition"}));
  EXPECT_EQ(count_of(page, "<section id=\"comparison-"), 3u);
  EXPECT_THAT(page, HasSubstr("<a href=\"#comparison-2\">text_sentiment · glyphs · mlp:depth=3</a>"));
  EXPECT_THAT(part_of(page, "Over all comparisons"),
              AllOf(HasSubstr("Critical difference diagram"), HasSubstr("· gelu")));
  EXPECT_THAT(part_of(html_of(of_domains({"a", "b"})), "Over all comparisons"),
              HasSubstr("needs 3 comparisons; with 2"));
  EXPECT_THAT(html_of(make_records()), Not(HasSubstr("Over all comparisons"))) << "one comparison has none";
}

TEST(HtmlPage, TitlesSayWhatDiffers) {
  auto records = make_records();
  for (auto run : make_records()) {
    run.hyperparameters["lr"] = 0.01;
    records.push_back(run);
  }
  for (auto run : make_records()) {
    run.tuning = {{"rates", {0.001, 0.01}}, {"seeds", {0}}};
    records.push_back(run);
  }
  const auto page = html_of(records);
  EXPECT_THAT(page, AllOf(HasSubstr("mlp:depth=3 · lr 0.001</h2>"), HasSubstr("mlp:depth=3 · lr 0.01</h2>"),
                          HasSubstr("mlp:depth=3 · lr tuned over 2 rates</h2>")));
  for (auto& run : records) {
    if (run.tuning->empty()) run.hyperparameters["lr"] = 0.001;
    if (run.tuning->empty() && run.seed > 2) run.dataset["fingerprint"] = "another";
  }
  EXPECT_THAT(html_of(records), HasSubstr("mlp:depth=3 · data another"));
  EXPECT_THAT(page, HasSubstr("Learning-rate sensitivity"));
}

TEST(HtmlPage, AnActivationLooksTheSameInAllComparisons) {
  auto records = of_domains({"a", "b"});
  for (auto& run : records) {  // other ranks in the second
    if (run.task == "b" && run.activation["name"] == "relu" && run.status == RunStatus::ok)
      run.test["accuracy"] = 0.99;
  }
  const auto page = html_of(records);
  std::set<std::string> looks;
  const std::string entry = "relu</li>";
  for (size_t end = 0; (end = page.find(entry, end)) != std::string::npos; ++end) {
    const auto start = page.rfind("<li>", end);
    looks.insert(page.substr(start, end - start));
  }
  EXPECT_EQ(looks.size(), 1u);
}

TEST(HtmlPage, DependsOnTheRecordsAlone) {
  auto records = make_records();
  const auto page = html_of(records);
  EXPECT_EQ(html_of(records), page);
  for (auto& run : records) run.started_at = "another time";
  EXPECT_EQ(html_of(records), page);
  const auto written = write(compare(records, "relu", by_accuracy), "html");
  EXPECT_THAT(written, HasSubstr("<h1>Activations compared</h1>"));
  EXPECT_EQ(written.back(), '\n');
}

/// Seven activations, five seeds, four domains; 16 sites and 20 epochs are more than most have.
std::vector<RunRecord> a_whole_study() {
  std::vector<RunRecord> records;
  for (const auto* task : {"images", "text", "clicks", "speech"}) {
    for (const auto* name :
         {"relu", "gelu", "tanh", "sigmoid", "elu:alpha=1", "swish:beta=1", "prelu:init=0.25"}) {
      for (long seed = 0; seed < 5; ++seed) {
        auto run = make_record(name, seed, 0.8 + 0.01 * static_cast<double>(seed));
        run.task = task;
        run.history = {};
        run.probes.clear();
        for (long epoch = 0; epoch <= 20; ++epoch) {
          const double value = 1 / (1.0 + static_cast<double>(epoch + seed));
          for (long site = 0; site < 16; ++site) {
            const auto path = "hidden." + std::to_string(site) + ".activation";
            run.probes.push_back({path, epoch, value / static_cast<double>(site + 1), value, value, 0, 0, 1});
          }
          if (epoch > 0)
            run.history.add({{"epoch", static_cast<double>(epoch)},
                             {"validation_accuracy", 1 - value},
                             {"train_loss", value},
                             {"seconds", 1.5}});
        }
        records.push_back(run);
      }
    }
  }
  return records;
}

/// 7 activations × 5 seeds × 4 domains.
TEST(HtmlPage, AWholeStudyIsLightAndQuick) {
  const auto records = a_whole_study();
  const auto start = std::chrono::steady_clock::now();
  const auto page = html_of(records);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  EXPECT_LT(page.size(), 2'000'000u);
  EXPECT_LT(seconds.count(), 1) << "a debug build, and other work beside it";
  RecordProperty("bytes", static_cast<int>(page.size()));
  RecordProperty("milliseconds", static_cast<int>(1000 * seconds.count()));
}

TEST(HtmlPage, IsWrittenForABrowser) {
  const char* file = std::getenv("ACTLAB_TEST_PAGE");
  if (file == nullptr) GTEST_SKIP() << "browser.py asks for it";
  auto records = of_domains({"images", "text", "speech"});
  for (auto run : make_records()) {  // another rate
    run.task = "images";
    run.hyperparameters["lr"] = 0.01;
    records.push_back(run);
  }
  for (auto& run : a_whole_study()) records.push_back(run);
  write_atomically(file, html_of(records));
}

/// Latin words of a page as it is read: texts, titles and labels.
std::set<std::string> latin_words(const std::string& page) {
  std::string text;
  for (size_t place = 0; place < page.size();) {
    const size_t open = page.find('<', place), close = page.find('>', open);
    text += page.substr(place, open - place) + " ";
    if (open == std::string::npos) break;
    const auto tag = page.substr(open, close - open);
    static const std::regex attribute("(?:title|aria-label)=\"([^\"]*)\"");
    for (std::sregex_iterator found(tag.begin(), tag.end(), attribute), end; found != end; ++found)
      text += (*found)[1].str() + " ";
    place = close + 1;
  }
  static const std::regex word("[A-Za-z_][A-Za-z_]+");
  std::set<std::string> words;
  for (std::sregex_iterator found(text.begin(), text.end(), word), end; found != end; ++found)
    words.insert(found->str());
  return words;
}

/// What runs, data and people are called is the same in every language.
std::set<std::string> names_in(const std::vector<Comparison>& comparisons) {
  std::string text =
      "Student Nemenyi Friedman Iman Davenport Holm Pareto quot amp lt gt title failed diverged results "
      "images "
      "image_classification compare seeds copied accuracy log_loss first middle last";
  for (const auto& comparison : comparisons) {
    text += " " + comparison.task + " " + comparison.dataset + " " + comparison.model + " " +
            comparison.environments.dump();
    for (const auto& row : comparison.rows) text += " " + row.activation;
    for (const auto& [key, value] : comparison.hyperparameters.items())
      text += " " + key + " " + value.dump();
  }
  auto names = latin_words(text);
  for (const auto& name : latin_words(std::regex_replace(text, std::regex("_"), " "))) names.insert(name);
  return names;
}

TEST(HtmlPage, SpeaksChineseAllOver) {
  auto records = make_records();
  for (auto& run : records) run.dataset["ceiling"] = {{"accuracy", 0.925}};
  records.back().environment["threads"] = 2;
  std::vector<RunRecord> tuned = make_records();
  for (auto& run : tuned) {
    run.dataset["name"] = "glyphs2";
    run.tuning = {{"rates", {0.001, 0.01}}, {"seeds", {0}}};
    records.push_back(run);
    run.hyperparameters["lr"] = 0.01;
    run.seed += 10;
    records.push_back(run);
  }
  const auto comparisons = compare(records, "relu", by_accuracy);
  const auto page = html_page(
      "title", comparisons, {{"results/images", "image_classification compare --seeds 0..4"}, {"copied", ""}},
      "", Language::chinese);
  EXPECT_THAT(page, AllOf(HasSubstr("<html lang=\"zh-Hant\">"), HasSubstr("較佳"), HasSubstr("學習曲線")));
  EXPECT_EQ(xml_problem(markup_of(page)), "");
  const auto names = names_in(comparisons);
  for (const auto& word : latin_words(markup_of(page))) EXPECT_TRUE(names.count(word)) << word;
  EXPECT_EQ(html_page("title", comparisons), html_page("title", comparisons)) << "and English again after it";
}

TEST(PageWords, FillTheSameBlanksInBothLanguages) {
  std::set<std::string> seen;
  const auto blanks = [](const std::string& text) { return std::count(text.begin(), text.end(), '{'); };
  for (const auto& [english, chinese] : page_words()) {
    EXPECT_TRUE(seen.insert(english).second) << english << " stands there twice";
    EXPECT_EQ(blanks(english), blanks(chinese)) << english;
    const Speaking speaking(Language::chinese);
    EXPECT_NO_THROW(phrase(english, 1, 2, 3, 4, 5, 6, 7)) << english;
    EXPECT_EQ(phrase(english, 1, 2, 3, 4, 5, 6, 7).find('{'), std::string::npos);
  }
  EXPECT_EQ(said("verdict"), "verdict");
}

}  // namespace
}  // namespace actlab

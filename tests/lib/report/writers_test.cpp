#include "lib/report/writers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "lib/core/error.h"
#include "tests/lib/report/records.h"

namespace actlab {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string trimmed_end(const std::string& line) { return line.substr(0, line.find_last_not_of(' ') + 1); }

std::string line_with(const std::string& text, const std::string& start) {
  for (const auto& line : lines_of(text)) {
    if (line.rfind(start, 0) == 0) return line;
  }
  return "no line starts with " + start;
}

std::string written(const std::string& format, const std::vector<RunRecord>& records = make_records()) {
  return write(compare(records, "relu", by_accuracy), format);
}

/// A reader of RFC 4180 written for this test, so that the writer is not checked against itself.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> lines(1, {""});
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '"' && text.compare(i, 2, "\"\"") == 0) {
      lines.back().back() += text[++i];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == ',') {
      lines.back().emplace_back();
    } else if (!quoted && text.compare(i, 2, "\r\n") == 0) {
      lines.push_back({""});
      ++i;
    } else {
      lines.back().back() += text[i];
    }
  }
  lines.pop_back();
  return lines;
}

TEST(DisplayWidth, OfWideCombiningAndBrokenText) {
  EXPECT_EQ(display_width(""), 0);
  EXPECT_EQ(display_width("relu"), 4);
  EXPECT_EQ(display_width("α ± β"), 5);
  EXPECT_EQ(display_width("活性化"), 6);
  EXPECT_EQ(display_width("e\u0301"), 1);
  EXPECT_EQ(display_width("a\xff\xfe"), 3);
}

TEST(Table, SaysWhatHappened) {
  const auto table = written("table");
  EXPECT_EQ(lines_of(table)[0], "image_classification · glyphs · mlp:depth=3");
  EXPECT_THAT(table, HasSubstr("5,400 train, 600 validation, 1,000 test examples"));
  EXPECT_THAT(table, HasSubstr("epochs 10, batch size 128, lr 0.001, optimizer adam, schedule constant"));
  EXPECT_THAT(table, HasSubstr("0, 1, 2, 3, 4"));
  EXPECT_THAT(table, HasSubstr("235,146"));
  const auto best = line_with(table, "gelu");
  EXPECT_THAT(best, HasSubstr("89.42 ± 0.42 *"));
  EXPECT_THAT(best, HasSubstr(" +1.02 [ +0.88,  +1.16]  better  "));
  EXPECT_THAT(line_with(table, "relu"), HasSubstr("baseline"));
  EXPECT_THAT(line_with(table, "elu:alpha=1"), HasSubstr("  3 +2  "));
  EXPECT_THAT(line_with(table, "tanh"), HasSubstr("  0 +4  "));
  EXPECT_THAT(table, HasSubstr("      diverged  "));
  EXPECT_THAT(table, HasSubstr("      +1 failed"));
  EXPECT_THAT(line_with(table, "sigmoid"), HasSubstr("3.2e-09"));
  EXPECT_THAT(line_with(table, "relu"), HasSubstr("12.3k"));
  EXPECT_EQ(table.back(), '\n');
}

TEST(Table, VerdictsStandBesideTheDifferenceWithALegend) {
  const auto table = written("table");
  EXPECT_THAT(line_with(table, "sigmoid"), HasSubstr("]  worse"));
  EXPECT_THAT(line_with(table, "leaky_relu"), ContainsRegex("\\]  more runs \\([0-9]+\\)"));
  EXPECT_THAT(line_with(table, "tanh"), Not(HasSubstr("more runs (")))
      << "diverged: no number of pairs helps";
  EXPECT_THAT(line_with(table, "relu"), Not(ContainsRegex("better|worse|same|more")));
  EXPECT_THAT(table, HasSubstr("threshold   0.5 percentage points of accuracy"));
  EXPECT_THAT(table, HasSubstr("Holm"));
  EXPECT_THAT(line_with(table, "  better"), HasSubstr("paired t test"));
  EXPECT_THAT(table, Not(HasSubstr("  same  "))) << "a word that does not occur needs no legend";
  EXPECT_THAT(write(compare(make_records(), "relu", {"accuracy", true, 0.05}), "table"), HasSubstr("same  "));
}

TEST(Table, LinesAreEquallyWideAlsoWithWideCharacters) {
  auto records = make_records();
  for (auto& run : records) {
    if (run.activation["name"] == "gelu") run.activation["text"] = "活性化:é=1";
    if (run.activation["name"] == "elu") run.activation["text"] = "elu:alpha=0.333333,learned=false";
  }
  const auto lines = lines_of(written("table", records));
  const auto rule =
      std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line.rfind("─", 0) == 0; });
  ASSERT_NE(rule, lines.end());
  EXPECT_LE(display_width(*rule), 124) << "with all that can widen it";
  const auto end = std::find(rule, lines.end(), "");
  EXPECT_EQ(end - rule, 1 + 6 + 3);  // the rule, a line a row, and three more for cells that are too wide
  for (auto line = rule - 2; line != end; ++line)
    EXPECT_EQ(display_width(*line), display_width(*rule)) << *line;
  for (const auto& line : lines) EXPECT_LE(display_width(trimmed_end(line)), 124) << line;
}

TEST(Table, ColourIsOneBoldRowAndNothingElse) {
  const auto comparisons = compare(make_records(), "relu", by_accuracy);
  auto coloured = write(comparisons, "table", true);
  EXPECT_THAT(line_with(coloured, "\x1b[1m"), HasSubstr("gelu"));
  for (const std::string code : {"\x1b[1m", "\x1b[0m"}) {
    const auto place = coloured.find(code);
    ASSERT_NE(place, std::string::npos);
    coloured.erase(place, code.size());
  }
  EXPECT_EQ(coloured, write(comparisons, "table", false));
  EXPECT_THAT(write(comparisons, "table"), Not(HasSubstr("\x1b")));
}

TEST(Table, OneSeedHasADashForItsInterval) {
  const auto table = written("table", {make_record("relu", 0, 0.5), make_record("gelu", 0, 0.6123)});
  EXPECT_THAT(line_with(table, "gelu"), HasSubstr("61.23 ± – *"));
  EXPECT_THAT(line_with(table, "gelu"), HasSubstr("+11.23 "));
  EXPECT_THAT(line_with(table, "gelu"), Not(HasSubstr("[")));
  EXPECT_THAT(table, HasSubstr("one run alone"));
}

TEST(Table, LossesAreNoPercentAndLowIsGood) {
  const auto table = write(compare(make_records(), "relu", by_log_loss), "table");
  EXPECT_THAT(line_with(table, "gelu"), HasSubstr("0.1058 ± 0.0042 *"));
  EXPECT_THAT(line_with(table, "activation"), HasSubstr("log_loss  "));
  EXPECT_THAT(table, HasSubstr("best (lowest)"));
}

TEST(Table, ParametersAreARangeWhereTheyDiffer) {
  auto records = make_records();
  EXPECT_THAT(line_with(written("table", records), "  parameters"), HasSubstr("  235,146"));
  for (auto& run : records) {
    if (run.activation["name"] == "gelu") run.model["parameters"] = 235658;
  }
  EXPECT_THAT(line_with(written("table", records), "  parameters"), HasSubstr("235,146 to 235,658"));
}

TEST(Table, ATunedRateIsAColumn) {
  auto records = make_records();
  for (auto& run : records) {
    run.hyperparameters["lr"] = run.activation["name"] == "gelu" ? 0.1 : 0.018;
    run.tuning = {{"rates", {0.0001, 0.018, 0.1}}, {"seeds", {0}}};
  }
  const auto table = written("table", records);
  EXPECT_THAT(table, HasSubstr("lr tuned over 0.0001, 0.018, 0.1, each tried with seed 0"));
  EXPECT_THAT(line_with(table, "gelu"), HasSubstr("  0.1 (end)  "));
  EXPECT_THAT(line_with(table, "relu"), HasSubstr("  0.018  "));
  EXPECT_THAT(line_with(table, "  lr"), HasSubstr("validation"));
  EXPECT_THAT(written("csv", records), AllOf(HasSubstr(",lr,lr_at_end,"), HasSubstr(",0.1,true,")));
  EXPECT_THAT(line_with(written("table"), "activation"), Not(HasSubstr(" lr ")));
}

TEST(Table, NamesTheBaselineThatWasAskedForInVain) {
  const auto table = write(compare(make_records(), "mish", by_accuracy), "table");
  EXPECT_THAT(table, HasSubstr("relu (mish is not among these runs)"));
}

TEST(Table, ANegligibleDifferenceHasNoNegativeZero) {
  auto comparisons = compare(make_records(), "relu", by_accuracy);
  comparisons[0].rows[0].difference.mean = -1e-9;
  EXPECT_THAT(line_with(write(comparisons, "table"), "gelu"), HasSubstr(" +0.00 ["));
}

TEST(Table, NoiseFloorIsPrinted) {
  auto comparisons = compare(make_records(), "relu", by_accuracy);
  comparisons[0].noise_floors = {{"swish", "silu", {0.001, -0.002, 0.004, 5}, {}}};
  EXPECT_THAT(write(comparisons, "table"),
              AllOf(HasSubstr("swish and silu are one function: +0.10 [-0.20, +0.40]"),
                    HasSubstr("not enough runs")));
}

TEST(Markdown, IsAPipeTableWithEscapes) {
  const auto lines = lines_of(written("markdown"));
  const auto rule =
      std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line.rfind("| :---", 0) == 0; });
  ASSERT_NE(rule, lines.end());
  const auto pipes = [](const std::string& line) { return std::count(line.begin(), line.end(), '|'); };
  for (auto line = rule - 1; line != rule + 7; ++line) EXPECT_EQ(pipes(*line), pipes(*rule)) << *line;
  EXPECT_THAT(*(rule + 1), HasSubstr("**gelu**"));
  EXPECT_THAT(*(rule + 1), HasSubstr("+1.02 \\[+0.88, +1.16\\]** | **better** |"));
  EXPECT_THAT(*(rule + 2), HasSubstr("leaky\\_relu:slope=0.01"));
  EXPECT_THAT(written("markdown"), HasSubstr("- **runs**: "));
}

TEST(Csv, ReadsBackAtFullPrecision) {
  auto records = make_records();
  for (auto& run : records) run.dataset["note"] = "a \"part\",\r\nof it";
  const auto comparison = compare(records, "relu", by_accuracy).at(0);
  const auto lines = parse_csv(write({comparison, comparison}, "csv"));
  ASSERT_EQ(lines.size(), 1 + 2 * comparison.rows.size());
  const auto& header = lines[0];
  for (const auto& line : lines) ASSERT_EQ(line.size(), header.size());
  const auto value = [&](size_t line, const std::string& name) {
    const auto place = std::find(header.begin(), header.end(), name);
    return place == header.end() ? "no column " + name
                                 : lines[line][static_cast<size_t>(place - header.begin())];
  };
  for (size_t i = 0; i < comparison.rows.size(); ++i) {
    const auto& row = comparison.rows[i];
    EXPECT_EQ(value(i + 1, "activation"), row.activation);
    EXPECT_EQ(value(i + 1, "note"), "a \"part\",\r\nof it");
    EXPECT_EQ(value(i + 1, "diverged"), std::to_string(row.diverged));
    EXPECT_EQ(value(i + 1, "lr"), "0.001");
    EXPECT_EQ(value(i + 1, "threshold"), "0.005");
    EXPECT_EQ(value(i + 1, "verdict"), row.is_baseline ? "" : to_string(row.finding.judgement.verdict));
    EXPECT_EQ(value(i + 1, "pairs_needed"),
              row.finding.pairs_needed ? std::to_string(*row.finding.pairs_needed) : "");
    if (row.ok == 0) {
      EXPECT_EQ(value(i + 1, "metric_mean"), "");
    } else {
      EXPECT_EQ(std::stod(value(i + 1, "metric_mean")), row.metric.mean);
      EXPECT_EQ(std::stod(value(i + 1, "metric_low")), row.metric.low);
    }
  }
}

TEST(Json, ReadsBackWithNumbersAsNumbersAndNaNAsNull) {
  const auto comparison = compare(make_records(), "relu", by_accuracy).at(0);
  const auto list = nlohmann::json::parse(write({comparison}, "json"));
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0]["dataset"], "glyphs");
  EXPECT_EQ(list[0]["hyperparameters"]["epochs"], 10);
  const auto& rows = list[0]["rows"];
  ASSERT_EQ(rows.size(), comparison.rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i]["activation"], comparison.rows[i].activation);
    if (comparison.rows[i].ok > 0) {
      EXPECT_EQ(rows[i]["metric"]["mean"].get<double>(), comparison.rows[i].metric.mean);
    }
  }
  EXPECT_TRUE(rows.back()["metric"]["mean"].is_null());
  EXPECT_EQ(list[0]["threshold"], 0.005);
  EXPECT_EQ(rows[0]["verdict"], "better");
  EXPECT_LT(rows[0]["p_difference"], 0.05);
  EXPECT_EQ(rows[1]["verdict"], "not enough runs");
  EXPECT_GT(rows[1]["pairs_needed"], 5);
  EXPECT_TRUE(rows[2]["is_baseline"] && rows[2]["verdict"].is_null());
  EXPECT_EQ(write({}, "json"), "[]\n");
}

TEST(BestPossible, StandsBelowTheRowsOfEveryFormatWhereItIsKnown) {
  auto records = make_records();
  for (const auto* format : {"table", "markdown", "latex"})
    EXPECT_THAT(written(format, records), Not(HasSubstr("best possible"))) << format;
  EXPECT_THAT(parse_csv(written("csv", records))[1], Not(testing::Contains("0.925")));
  EXPECT_TRUE(nlohmann::json::parse(written("json", records))[0]["best_possible"].is_null());

  for (auto& run : records) run.dataset["ceiling"] = {{"accuracy", 0.925}};
  EXPECT_EQ(
      trimmed_end(line_with(written("table", records), "best possible")).substr(13).find_first_not_of(' '),
      trimmed_end(line_with(written("table", records), "gelu")).substr(13).find_first_not_of(' '));
  EXPECT_THAT(line_with(written("table", records), "best possible"), HasSubstr(" 92.50 "));
  EXPECT_THAT(written("table", records), HasSubstr("knows the truth behind these generated data"));
  EXPECT_THAT(line_with(written("markdown", records), "| best possible | 92.50 |"),
              testing::EndsWith("|  |"));
  EXPECT_THAT(written("latex", records), HasSubstr("best possible & 92.50 & "));
  const auto lines = parse_csv(written("csv", records));
  const auto place = std::find(lines[0].begin(), lines[0].end(), "best_possible") - lines[0].begin();
  for (size_t i = 1; i < lines.size(); ++i) EXPECT_EQ(lines[i][static_cast<size_t>(place)], "0.925");
  const auto list = nlohmann::json::parse(written("json", records));
  EXPECT_EQ(list[0]["best_possible"], 0.925);
  EXPECT_EQ(list[0]["rows"].size(), compare(records, "relu", by_accuracy)[0].rows.size());
  const auto by_loss = write(compare(records, "relu", by_log_loss), "table");
  EXPECT_THAT(by_loss, Not(HasSubstr("best possible"))) << "of that metric nothing is known";
}

TEST(Latex, EscapesWhatLatexReads) {
  auto records = make_records();
  for (auto& run : records) run.dataset["note"] = "50 % of a_b & #1 $x$ {y} \\z ~ ^";
  const auto latex = written("latex", records);
  EXPECT_THAT(latex,
              HasSubstr("50 \\% of a\\_b \\& \\#1 \\$x\\$ \\{y\\} \\textbackslash{}z \\textasciitilde{} "
                        "\\textasciicircum{}"));
  EXPECT_THAT(latex, HasSubstr("leaky\\_relu:slope=0.01"));
  EXPECT_THAT(latex, HasSubstr("accuracy \\%"));
  EXPECT_THAT(latex, HasSubstr("\\toprule"));
  EXPECT_THAT(latex, HasSubstr("\\textbf{gelu}"));
  EXPECT_THAT(latex, HasSubstr("$\\pm$"));
}

TEST(Write, AnUnknownFormatIsAnErrorWithTheNearest) {
  try {
    write({}, "markdwn");
    FAIL() << "no error";
  } catch (const Error& problem) {
    EXPECT_EQ(problem.code(), ExitCode::usage);
    EXPECT_THAT(problem.what(), HasSubstr("did you mean 'markdown'"));
  }
}

TEST(Write, EveryFormatTakesRunsThatAllBroke) {
  const std::vector<RunRecord> records = {make_broken_record("relu", 0, RunStatus::failed),
                                          make_broken_record("gelu", 0, RunStatus::diverged)};
  for (const auto& format : format_names()) {
    const auto text = written(format, records);
    EXPECT_THAT(text, HasSubstr("relu")) << format;
    EXPECT_EQ(text.back(), '\n') << format;
    EXPECT_THAT(text, Not(HasSubstr("nan"))) << format;
  }
}

}  // namespace
}  // namespace actlab

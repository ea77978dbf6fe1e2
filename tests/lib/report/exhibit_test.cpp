// Every figure of a chart, and of the table below it, is that of the records.

#include "lib/report/exhibit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "lib/report/exhibit_parts.h"
#include "tests/lib/report/records.h"

namespace actlab {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr long seeds = 3, epochs = 4;

double accuracy_at(double base, long seed, long epoch) {
  return base + 0.02 * static_cast<double>(epoch) + 0.01 * static_cast<double>(seed);
}
double loss_at(long seed, long epoch) {
  return 1 / static_cast<double>(epoch) + 0.1 * static_cast<double>(seed);
}
double seconds_of(long seed) { return 2 + static_cast<double>(seed); }

/// `spoil`: what else becomes of the figures of an epoch.
RunRecord with_history(
    RunRecord run, double base, long count = epochs,
    const std::function<void(long epoch, History::Row&)>& spoil = [](long, auto&) {}) {
  run.history = {};
  for (long epoch = 1; epoch <= count; ++epoch) {
    History::Row row = {{"epoch", static_cast<double>(epoch)},
                        {"validation_accuracy", accuracy_at(base, run.seed, epoch)},
                        {"train_loss", loss_at(run.seed, epoch)},
                        {"seconds", seconds_of(run.seed)}};
    spoil(epoch, row);
    run.history.add(row);
  }
  return run;
}

Comparison trained() {
  std::vector<RunRecord> records;
  for (long seed = 0; seed < seeds; ++seed) {
    records.push_back(with_history(make_record("relu", seed, accuracy_at(0.8, seed, 0)), 0.6));
    records.push_back(with_history(make_record("gelu", seed, accuracy_at(0.9, seed, 0)), 0.7));
  }
  return compare_one(records);
}

const Series& series_of(const Chart& chart, const std::string& name) {
  for (const auto& series : chart.series) {
    if (series.name == name) return series;
  }
  throw std::out_of_range(name);
}

std::vector<double> values_of(const Series& series, double ChartPoint::*field) {
  std::vector<double> values;
  for (const auto& point : series.points) values.push_back(point.*field);
  return values;
}

/// The cells of the row whose first cells are these.
std::vector<std::string> cells_of(const Layout& table, const std::vector<std::string>& first) {
  for (size_t row = 0; row < table.best.size(); ++row) {
    std::vector<std::string> cells;
    for (const auto& column : table.columns) cells.push_back(column.cells.at(row));
    if (std::equal(first.begin(), first.end(), cells.begin())) return cells;
  }
  return {};
}

TEST(LearningExhibit, DrawsMeansAndRangesOverSeeds) {
  const auto exhibit = learning_exhibit(trained());
  ASSERT_EQ(exhibit.charts.size(), 3u);
  const auto& accuracy = series_of(exhibit.charts[0], "gelu");
  const auto& loss = series_of(exhibit.charts[1], "gelu");
  ASSERT_EQ(accuracy.points.size(), static_cast<size_t>(epochs));
  for (long epoch = 1; epoch <= epochs; ++epoch) {
    const auto& point = accuracy.points[static_cast<size_t>(epoch - 1)];
    EXPECT_EQ(point.x, epoch);
    EXPECT_NEAR(point.y, 100 * accuracy_at(0.7, 1, epoch), 1e-9)
        << "seeds 0, 1, 2: the middle one is the mean";
    EXPECT_NEAR(point.low, 100 * accuracy_at(0.7, 0, epoch), 1e-9);
    EXPECT_NEAR(point.high, 100 * accuracy_at(0.7, 2, epoch), 1e-9);
    EXPECT_NEAR(loss.points[static_cast<size_t>(epoch - 1)].y, loss_at(1, epoch), 1e-9);
  }
  EXPECT_EQ(accuracy.points[1].note, "gelu, epoch 2: 75.0 (74.0 to 76.0), 3 runs");
}

TEST(LearningExhibit, TimeIsThatOfTrainingUntilThen) {
  const auto exhibit = learning_exhibit(trained());
  const auto& series = series_of(exhibit.charts[2], "relu");
  EXPECT_THAT(values_of(series, &ChartPoint::x), ElementsAre(3, 6, 9, 12));
  EXPECT_THAT(series.points[1].note, HasSubstr("6.00 s, "));
}

TEST(LearningExhibit, TheTableHasTheFiguresOfTheCharts) {
  const auto exhibit = learning_exhibit(trained());
  EXPECT_EQ(exhibit.numbers.best.size(), static_cast<size_t>(2 * epochs));
  EXPECT_THAT(cells_of(exhibit.numbers, {"gelu", "2"}),
              ElementsAre("gelu", "2", "75.0", "74.0 to 76.0", "0.6", "0.5 to 0.7", "6.00", "3"));
}

TEST(LearningExhibit, RunsThatStopEarlyAreCounted) {
  const auto shorter = with_history(make_record("relu", 1, 0.8), 0.6, 2);
  const auto exhibit =
      learning_exhibit(compare_one({with_history(make_record("relu", 0, 0.8), 0.6), shorter}));
  EXPECT_EQ(cells_of(exhibit.numbers, {"relu", "2"}).at(7), "2");
  EXPECT_THAT(cells_of(exhibit.numbers, {"relu", "3"}),
              ElementsAre("relu", "3", "66.00", "–", "0.3333", "–", "6.00", "1"));
}

TEST(LearningExhibit, LacksWhatNoRecordHas) {
  const auto without_loss = learning_exhibit(compare_one(make_records()));
  ASSERT_EQ(without_loss.charts.size(), 1u) << "the validation metric alone: neither losses nor seconds";
  EXPECT_THAT(without_loss.caption,
              AllOf(HasSubstr("no loss on training data"), Not(HasSubstr("no accuracy"))));
  const auto without_metric = learning_exhibit(compare(make_records(), "relu", by_log_loss).at(0));
  EXPECT_THAT(without_metric.caption, HasSubstr("no log_loss on validation data"));
  auto records = make_records();
  for (auto& run : records) run.history = {};
  const auto nothing = learning_exhibit(compare_one(records));
  EXPECT_TRUE(nothing.charts.empty());
  EXPECT_THAT(nothing.caption, HasSubstr("No run"));
}

TEST(LearningExhibit, SaysWhereOneSeedIsAll) {
  const auto exhibit = learning_exhibit(compare_one({with_history(make_record("relu", 0, 0.8), 0.6)}));
  EXPECT_THAT(exhibit.caption, HasSubstr("One seed"));
  EXPECT_TRUE(std::isnan(exhibit.charts[0].series[0].points[0].low)) << "no band";
  EXPECT_THAT(exhibit.charts[0].series[0].points[0].note, HasSubstr("1 run"));
  EXPECT_EQ(exhibit.charts[0].series[0].shape, SeriesShape::marked) << "or one epoch alone would not be seen";
}

TEST(LearningExhibit, AValueThatIsNotFiniteInterruptsTheCurve) {
  const auto run = with_history(make_record("relu", 0, 0.8), 0.6, epochs, [](long epoch, auto& row) {
    if (epoch == 2) row[2].second = std::nan("");
  });
  const auto exhibit = learning_exhibit(compare_one({run}));
  EXPECT_TRUE(std::isnan(exhibit.charts[1].series[0].points[1].y));
  EXPECT_EQ(cells_of(exhibit.numbers, {"relu", "2"}).at(4), "–");
}

TEST(LearningExhibit, AThousandEpochsStayReadable) {
  auto run = make_record("relu", 0, 0.8);
  run.history = {};
  for (int epoch = 1; epoch <= 1000; ++epoch)
    run.history.add({{"epoch", epoch}, {"validation_accuracy", 0.5}, {"seconds", 1.0}});
  const auto exhibit = learning_exhibit(compare_one({run}));
  const auto& points = exhibit.charts[0].series[0].points;
  ASSERT_EQ(points.size(), 100u);
  EXPECT_EQ(points.front().x, 1);
  EXPECT_EQ(points.back().x, 1000);
  EXPECT_EQ(exhibit.numbers.best.size(), 100u);
  EXPECT_EQ(
      std::count_if(points.begin(), points.end(), [](const auto& point) { return !point.note.empty(); }), 25);
  EXPECT_THAT(exhibit.caption, HasSubstr("100 epochs"));
}

std::vector<RunRecord> priced() {
  std::vector<RunRecord> records;
  const std::tuple<const char*, double, double> prices[] = {
      {"relu", 10, 0.8}, {"gelu", 20, 0.9}, {"tanh", 30, 0.7}, {"elu:alpha=1", 10, 0.75}};
  for (const auto& [name, seconds, accuracy] : prices) {
    records.push_back(make_record(name, 0, accuracy));
    records.back().train_seconds = seconds;
  }
  return records;
}

TEST(CostExhibit, MarksTheParetoFront) {
  const auto exhibit = cost_exhibit(compare_one(priced()));
  const auto& front = exhibit.charts.at(0).series.at(0);
  EXPECT_EQ(front.shape, SeriesShape::guide);
  EXPECT_THAT(values_of(front, &ChartPoint::x), ElementsAre(10, 20));
  EXPECT_THAT(values_of(front, &ChartPoint::y), ElementsAre(80, 90));
  EXPECT_THAT(cells_of(exhibit.numbers, {"gelu"}),
              ElementsAre("gelu", "20.0", "90.00 ± –", "235,146", "12.3k", "yes"));
  EXPECT_EQ(cells_of(exhibit.numbers, {"elu:alpha=1"}).back(), "no") << "as fast as relu, but worse";
  EXPECT_EQ(cells_of(exhibit.numbers, {"tanh"}).back(), "no");
}

TEST(CostExhibit, KnowsWhereLowIsGood) {
  const auto exhibit = cost_exhibit(compare(priced(), "relu", by_log_loss).at(0));
  EXPECT_THAT(values_of(exhibit.charts.at(0).series.at(0), &ChartPoint::x), ElementsAre(10, 20));
}

TEST(CostExhibit, LeavesOutWhatHasNoTimeOrNoMetric) {
  auto records = priced();
  records[1].train_seconds = 0;
  records[2] = make_broken_record("tanh", 0, RunStatus::failed);
  const auto exhibit = cost_exhibit(compare_one(records));
  EXPECT_EQ(exhibit.charts.at(0).series.size(), 3u) << "the front and two activations";
  EXPECT_EQ(cells_of(exhibit.numbers, {"gelu"}).at(1), "–");
  EXPECT_EQ(cells_of(exhibit.numbers, {"tanh"}).at(2), "–");
}

RunRecord at_rate(double lr, long seed, double validation) {
  auto run = make_record("relu", seed, 0.8);
  run.hyperparameters["lr"] = lr;
  run.validation["accuracy"] = validation;
  return run;
}

std::vector<RunRecord> tuned() {
  std::vector<RunRecord> records;
  for (const double lr : {0.001, 0.01, 0.1}) {
    records.push_back(at_rate(lr, 0, lr == 0.01 ? 0.8 : 0.6));
    records.back().tuning = {{"trial", true}};
  }
  records.back().status = RunStatus::diverged;
  for (long seed = 0; seed < 3; ++seed) {
    records.push_back(at_rate(0.01, seed, seed == 0 ? 0.8 : 0.9));
    records.back().tuning = {{"rates", {0.001, 0.01, 0.1}}, {"seeds", {0}}};
  }
  return records;
}

TEST(RateExhibit, ComparesRatesOverCommonSeedsWithTrials) {
  const auto comparison = compare_one(tuned());
  ASSERT_EQ(comparison.rows.at(0).rates.size(), 3u);
  const auto exhibit = rate_exhibit(comparison);
  const auto& points = exhibit.charts.at(0).series.at(0).points;
  EXPECT_EQ(points[0].x, 0.001);
  EXPECT_NEAR(points[0].y, 60, 1e-9);
  EXPECT_NEAR(points[1].y, 80, 1e-9) << "of seed 0 alone: the other rates have no other";
  EXPECT_TRUE(std::isnan(points[2].y)) << "diverged";
  EXPECT_TRUE(exhibit.charts[0].x.logarithmic);
  EXPECT_THAT(cells_of(exhibit.numbers, {"relu", "0.1"}), ElementsAre("relu", "0.1", "–", "–", "0", "1"));
}

TEST(RateExhibit, SettingsThatDifferInTheRateAloneAreRates) {
  std::vector<RunRecord> records;
  for (long seed = 0; seed < 2; ++seed) {
    records.push_back(at_rate(0.001, seed, 0.6 + 0.1 * static_cast<double>(seed)));
    records.push_back(at_rate(0.01, seed, 0.8));
  }
  auto other = at_rate(0.1, 0, 0.9);
  other.hyperparameters["epochs"] = 99;
  records.push_back(other);
  const auto comparisons = compare(records, "", by_accuracy);
  ASSERT_EQ(comparisons.size(), 3u);
  const auto& rates = comparisons[0].rows.at(0).rates;
  ASSERT_EQ(rates.size(), 2u);
  EXPECT_NEAR(rates[0].metric.mean, 0.65, 1e-12);
  EXPECT_EQ(rates[0].metric.count, 2);
  EXPECT_TRUE(comparisons[2].rows.at(0).rates.empty());
}

TEST(RateExhibit, IsAbsentWithOneRate) {
  EXPECT_TRUE(rate_exhibit(compare_one(make_records())).charts.empty());
  for (const auto& exhibit : exhibits(compare_one(make_records())))
    EXPECT_THAT(exhibit.title, Not(HasSubstr("sensitivity")));
}

TEST(SiteExhibits, OfAFewSitesEachHasAChartOverEpochs) {
  const auto result = site_exhibits(compare_one(make_records()));
  ASSERT_EQ(result.size(), 3u);
  const auto& gradients = result[0];
  ASSERT_EQ(gradients.charts.size(), 3u);
  EXPECT_EQ(gradients.charts[0].title, "first");
  const auto& relu = series_of(gradients.charts[0], "relu");
  EXPECT_THAT(values_of(relu, &ChartPoint::x), ElementsAre(0, 3));
  EXPECT_THAT(values_of(relu, &ChartPoint::y), ElementsAre(0.002, 0.3));
  EXPECT_EQ(relu.points[0].note, "relu, first, before training: 2.0e-03");
  const auto& sigmoid = series_of(gradients.charts[0], "sigmoid");
  EXPECT_THAT(values_of(sigmoid, &ChartPoint::y), ElementsAre(1.6e-9, 0.3));
  EXPECT_THAT(
      cells_of(gradients.numbers, {"1 · first", "0"}),
      ElementsAre("1 · first", "0", "2.0e-03", "2.0e-03", "2.0e-03", "2.0e-03", "1.6e-09", "2.0e-03"));
  EXPECT_NEAR(series_of(result[1].charts[2], "relu").points[1].y, 60, 1e-9) << "dead units of the last site";
  EXPECT_NEAR(series_of(result[2].charts[1], "relu").points[1].y, 40, 1e-9)
      << "saturated outputs of the middle";
  EXPECT_THAT(cells_of(result[2].numbers, {"2 · middle", "3"}).at(2), "40.0");
}

TEST(SiteExhibits, OfManySitesThreeEpochsAreShown) {
  auto records = make_records();
  for (auto& run : records) {
    run.probes.clear();
    for (long epoch = 0; epoch <= 9; ++epoch) {
      for (long site = 0; site < 6; ++site) {
        const double gradient = static_cast<double>(epoch + 1) * std::pow(10, -static_cast<double>(site));
        run.probes.push_back({std::to_string(site) + ".activation", epoch, gradient, 0, 0, 0, 0, 1});
      }
    }
  }
  const auto gradients = site_exhibits(compare_one(records)).at(0);
  ASSERT_EQ(gradients.charts.size(), 3u);
  EXPECT_EQ(gradients.charts[0].title, "before training");
  EXPECT_EQ(gradients.charts[2].title, "after epoch 9");
  const auto& relu = series_of(gradients.charts[2], "relu");
  EXPECT_THAT(values_of(relu, &ChartPoint::x), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_NEAR(relu.points[2].y, 0.1, 1e-12);
  EXPECT_EQ(gradients.charts[0].y.low, gradients.charts[2].y.low) << "charts of one measure are comparable";
  EXPECT_EQ(gradients.numbers.best.size(), 60u) << "every site after every epoch";
  EXPECT_EQ(cells_of(gradients.numbers, {"3 · 2", "9"}).at(2), "0.10");
}

TEST(SiteExhibits, NoUnitsAtAllNeedNoCharts) {
  auto records = make_records();
  for (auto& run : records) {
    for (auto& probe : run.probes) probe.dead_fraction = 0;
  }
  const auto result = site_exhibits(compare_one(records));
  EXPECT_TRUE(result[1].charts.empty());
  EXPECT_THAT(result[1].caption, HasSubstr("none"));
  EXPECT_EQ(cells_of(result[1].numbers, {"1 · first", "3"}).at(2), "0.0");
  EXPECT_FALSE(result[2].charts.empty());
}

TEST(SiteExhibits, SayWhereNothingWasProbed) {
  auto records = make_records();
  for (auto& run : records) run.probes.clear();
  const auto result = site_exhibits(compare_one(records));
  ASSERT_EQ(result.size(), 1u);
  EXPECT_TRUE(result[0].charts.empty());
  EXPECT_THAT(result[0].caption, HasSubstr("no probes"));
}

TEST(SiteExhibits, AnActivationWithoutProbesHasNoCurveButADash) {
  auto records = make_records();
  for (auto& run : records) {
    if (run.activation["name"] == "gelu") run.probes.clear();
  }
  const auto gradients = site_exhibits(compare_one(records)).at(0);
  EXPECT_THROW(series_of(gradients.charts[0], "gelu"), std::out_of_range);
  EXPECT_EQ(cells_of(gradients.numbers, {"1 · first", "0"}).at(2), "–") << "gelu is the best row";
}

TEST(Exhibits, ShowAsManyActivationsAsCanBeToldApartWithTheBaseline) {
  std::vector<RunRecord> records;
  for (long i = 0; i < 15; ++i)
    records.push_back(
        make_record(i == 0 ? "relu" : "f" + std::to_string(i), 0, 0.5 + 0.01 * static_cast<double>(i)));
  const auto comparison = compare_one(records);
  const auto names = charted(comparison);
  ASSERT_EQ(names.size(), most_series);
  EXPECT_EQ(names.front(), "f14");
  EXPECT_EQ(names.back(), "relu") << "the last row, but the baseline";
  for (const auto& exhibit : exhibits(comparison)) EXPECT_THAT(exhibit.caption, HasSubstr("the best others"));
  EXPECT_EQ(learning_exhibit(comparison).numbers.best.size(), 45u) << "the numbers are of all";
}

TEST(Exhibits, LossesOverManyDecadesHaveALogarithmicAxis) {
  auto run = with_history(make_record("relu", 0, 0.8), 0.6);
  const auto even = learning_exhibit(compare({run}, "relu", by_log_loss).at(0));
  run = with_history(run, 0.6, epochs, [](long epoch, auto& row) {
    if (epoch == 1) row[2].second = 500;
  });
  const auto steep = learning_exhibit(compare({run}, "relu", by_log_loss).at(0));
  ASSERT_FALSE(even.charts.empty());
  EXPECT_FALSE(even.charts[0].y.logarithmic);
  EXPECT_TRUE(steep.charts[0].y.logarithmic);
}

}  // namespace
}  // namespace actlab

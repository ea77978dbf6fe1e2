#include "lib/report/pictures.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "lib/core/files.h"
#include "lib/report/chart.h"
#include "lib/report/exhibit.h"
#include "tests/errors.h"
#include "tests/lib/report/records.h"

namespace actlab {
namespace {

using test::message_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

/// The same runs on so many data sets.
std::vector<Comparison> on_data_sets(long count) {
  std::vector<RunRecord> records;
  for (long i = 0; i < count; ++i) {
    for (auto run : make_records()) {
      run.dataset["fingerprint"] = run.dataset["name"] = "data" + std::to_string(i);
      records.push_back(std::move(run));
    }
  }
  return compare(records, "relu", by_accuracy);
}

TEST(Pictures, AreAllChartsUnderNamesThatSayWhatTheyShow) {
  const auto comparisons = on_data_sets(1);
  size_t charts = 0;
  for (const auto& exhibit : exhibits(comparisons.front())) charts += exhibit.charts.size();
  const auto all = pictures(comparisons);
  EXPECT_EQ(all.size(), charts);
  std::set<std::string> names;
  for (const auto& picture : all) {
    names.insert(picture.name);
    EXPECT_THAT(picture.name, AllOf(StartsWith("data0-mlp-depth-3-"), MatchesRegex("[a-z0-9-]+")));
    EXPECT_THAT(picture.svg,
                AllOf(StartsWith("<svg xmlns="), Not(HasSubstr("var(--")), HasSubstr("data0 · mlp")));
  }
  EXPECT_EQ(names.size(), all.size());
  EXPECT_THAT(names, testing::Contains("data0-mlp-depth-3-learning-curves-accuracy-on-validation-data"));
}

TEST(Pictures, OfSettingsOfTheSameNameAreNumbered) {
  auto records = make_records();
  for (auto run : make_records()) {
    run.hyperparameters["epochs"] = 99;
    records.push_back(std::move(run));
  }
  std::set<std::string> names;
  const auto all = pictures(compare(records, "relu", by_accuracy));
  for (const auto& picture : all) names.insert(picture.name);
  EXPECT_EQ(names.size(), all.size());
  EXPECT_THAT(names, testing::Contains("glyphs-mlp-depth-3-learning-curves-accuracy-on-validation-data-2"));
}

TEST(Pictures, HoldTheRanksWhereThereAreEnoughComparisons) {
  const auto last = [](long count) { return pictures(on_data_sets(count)).back(); };
  EXPECT_EQ(last(20).name, "critical-difference");
  EXPECT_THAT(last(20).svg,
              AllOf(StartsWith("<svg xmlns="), Not(HasSubstr("var(--")), HasSubstr("critical difference")));
  EXPECT_NE(last(2).name, "critical-difference");
}

TEST(Pictures, AreSavedAsSvgAndWherePossibleAsPng) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("actlab_pictures_" + std::to_string(getpid()));
  const auto comparisons = on_data_sets(1);
  const auto files = save_pictures(comparisons, folder);
  const auto all = pictures(comparisons);
  EXPECT_EQ(files.size(), all.size() * (can_write_png() ? 2 : 1));
  EXPECT_EQ(read_file(folder / files.front()), all.front().svg);
  if (can_write_png()) {
    EXPECT_EQ(read_file(folder / files[1]).substr(1, 3), "PNG");
  }
  EXPECT_THAT(
      message_of(ExitCode::usage, [&] { save_pictures(comparisons, folder / files.front() / "below"); }),
      HasSubstr("cannot be written"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace actlab

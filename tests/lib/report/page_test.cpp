#include "lib/report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lib/report/records.h"

namespace actlab {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_of(const std::vector<RunRecord>& records) {
  return results_page("Images", {{"Three layers", "image_classification compare --seeds 0..4",
                                  compare(records, "relu", by_accuracy)}});
}

TEST(ResultsPage, SaysWhereItComesFrom) {
  const auto page = page_of(make_records());
  EXPECT_EQ(page.rfind("# Images\n", 0), 0u);
  EXPECT_THAT(page, HasSubstr("generated from the records"));
  EXPECT_THAT(page,
              HasSubstr("30 runs, 5 min of training in all"));  // one of the 30 failed before it trained
  EXPECT_THAT(page, HasSubstr("## Three layers\n\n```\nimage_classification compare --seeds 0..4\n```"));
  EXPECT_THAT(page, HasSubstr("- cpu a processor, libtorch 1.13.0, threads 1\n"));
  EXPECT_THAT(page, Not(HasSubstr("started_at")));
}

TEST(ResultsPage, HasTheTableTheDetailsAndOneLegend) {
  const auto page = page_of(make_records());
  EXPECT_THAT(page, HasSubstr("89.42 ± 0.42 \\*"));
  EXPECT_THAT(
      page,
      HasSubstr("| relu | 235,146 | 2.0e-03 | 0.50 | 4.0e-03 | 0.30 | 0.10 | 3.00 | 30.0 | 20.0 | 2 |"));
  const auto legend = page.find("## Legend");
  ASSERT_NE(legend, std::string::npos);
  EXPECT_EQ(page.find("- **dead %**"), page.rfind("- **dead %**"));
  EXPECT_GT(page.find("- **dead %**"), legend);
}

TEST(ResultsPage, LeavesEmptyCellsOfTheBestRowEmpty) {
  auto records = make_records();
  for (auto& run : records) {
    if (run.activation["name"] == "relu") run.test["accuracy"] = 0.99;  // the baseline has no verdict
  }
  EXPECT_THAT(page_of(records), HasSubstr("| **relu** | **99.00 ± 0.00 \\*** | **baseline** |  |"));
}

TEST(ResultsPage, ShowsEverySiteOfADeepNetwork) {
  const auto page = page_of(make_records());
  EXPECT_THAT(page, HasSubstr("| activation | first | middle | last |"));
  EXPECT_THAT(page, HasSubstr("before training:\n\n"));
  EXPECT_THAT(page, HasSubstr("| sigmoid | 1.6e-09 | 0.10 | 0.50 |"));
  EXPECT_THAT(page, HasSubstr("| relu | 20.0 | 40.0 | 0.0 |"));
}

TEST(ResultsPage, ChoosesAmongManySitesAndLeavesShallowNetworksAlone) {
  auto records = make_records();
  for (auto& run : records) {
    run.probes.clear();
    for (long i = 0; i < 20; ++i)
      run.probes.push_back({std::to_string(i) + ".activation", 0, 1, 0, 0, 0, 0, 1});
  }
  EXPECT_THAT(page_of(records), HasSubstr("| activation | 0 | 3 | 5 | 8 | 11 | 14 | 16 | 19 |"));
  for (auto& run : records) run.probes.resize(2);
  EXPECT_THAT(page_of(records), Not(HasSubstr("Saturated outputs")));
}

TEST(ResultsPage, DependsOnTheRecordsAlone) {
  auto records = make_records();
  const auto page = page_of(records);
  EXPECT_EQ(page_of(records), page);
  for (auto& run : records) run.started_at = "another time";
  EXPECT_EQ(page_of(records), page);
}

}  // namespace
}  // namespace actlab

#include "lib/cli/domain.h"

#include <filesystem>
#include <fstream>

#include "lib/experiment/run_one.h"
#include "tests/lib/experiment/tiny_task.h"

namespace actlab::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// `report` on a folder of records of a tiny task.
class ReportOfRecords : public testing::Test {
 protected:
  ReportOfRecords() { store_.prepare(); }
  ~ReportOfRecords() override { fs::remove_all(folder_); }

  void add(const std::string& activation, long seed, const std::function<void(RunRecord&)>& change = {}) {
    auto record = start_record(tiny_spec(activation, seed));
    record.validation = record.test = {{"accuracy", 0.5 + 0.01 * static_cast<double>(seed)}};
    if (change) change(record);
    store_.save(record);
  }

  /// Runs the command; what it printed is in out_ and error_.
  int report(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"tiny", "report", folder_.string()};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    Domain domain(task_, "a test", {});
    domain.add_commands(nullptr);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = domain.program().run(static_cast<int>(arguments.size()), arguments.data());
    out_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return code;
  }

  fs::path folder_ = fs::temp_directory_path() / ("actlab_domain_" + std::to_string(getpid()));
  Store store_{folder_};
  TinyTask task_;
  std::string out_, error_;
};

TEST_F(ReportOfRecords, OneSeedHasNeitherIntervalNorVerdict) {
  add("relu", 0);
  add("tanh", 0);
  EXPECT_EQ(report({"--format", "csv"}), 0);
  EXPECT_THAT(out_, AllOf(HasSubstr("not enough runs"), Not(HasSubstr("better"))));
}

TEST_F(ReportOfRecords, AnotherSchemaIsNamedAndLeftOut) {
  add("relu", 0);
  add("tanh", 0);
  const auto file = folder_ / "runs" / (tiny_spec("tanh", 0).run_id() + ".json");
  auto json = nlohmann::json::parse(std::ifstream(file));
  json["schema"] = 2;
  std::ofstream(file) << json;
  EXPECT_EQ(report(), 0);
  EXPECT_THAT(out_, AllOf(HasSubstr("relu"), Not(HasSubstr("tanh"))));
  EXPECT_THAT(error_, AllOf(HasSubstr(file.string()), HasSubstr("schema"), HasSubstr("left out")));
}

TEST_F(ReportOfRecords, AnotherDataSetIsAnotherTable) {
  add("relu", 0);
  add("tanh", 0, [](RunRecord& record) { record.dataset["fingerprint"] = "another"; });
  EXPECT_EQ(report({"--format", "json"}), 0);
  const auto tables = nlohmann::json::parse(out_);
  ASSERT_EQ(tables.size(), 2U);
  for (const auto& table : tables) EXPECT_EQ(table.at("rows").size(), 1U);
}

TEST_F(ReportOfRecords, RunsOfAnotherProgramAreRefused) {
  add("relu", 0);
  add("tanh", 0, [](RunRecord& record) { record.task = "text_sentiment"; });
  EXPECT_EQ(report(), static_cast<int>(ExitCode::data));
  EXPECT_THAT(error_, AllOf(HasSubstr("text_sentiment"), HasSubstr(tiny_spec("tanh", 0).run_id()),
                            HasSubstr("reproduce report")));
  EXPECT_EQ(out_, "");
}

TEST_F(ReportOfRecords, AMetricThatOneRunLacksIsRefusedWithTheRun) {
  add("relu", 0);
  add("tanh", 0, [](RunRecord& record) { record.test = {{"log_loss", 0.5}}; });
  EXPECT_EQ(report(), static_cast<int>(ExitCode::data));
  EXPECT_THAT(error_, AllOf(HasSubstr(tiny_spec("tanh", 0).run_id()), HasSubstr("accuracy")));
  EXPECT_EQ(report({"--metric", "auc"}), static_cast<int>(ExitCode::usage)) << "which no run has";
  EXPECT_THAT(error_, HasSubstr("auc"));
}

TEST_F(ReportOfRecords, WhereAllRunsDivergedThereAreCountsAndNoMeans) {
  for (long seed = 0; seed < 3; ++seed) {
    for (const auto* activation : {"relu", "tanh"}) {
      add(activation, seed, [](RunRecord& record) {
        record.status = RunStatus::diverged;
        record.validation.clear();
        record.test.clear();
      });
    }
  }
  EXPECT_EQ(report({"--format", "json"}), 0);
  const auto table = nlohmann::json::parse(out_).at(0);
  for (const auto& row : table.at("rows")) {
    EXPECT_EQ(row.at("diverged"), 3);
    EXPECT_TRUE(row.at("metric").at("mean").is_null()) << row;
  }
  EXPECT_EQ(report(), 0);
  EXPECT_THAT(out_, AllOf(HasSubstr("diverged"), HasSubstr("more runs"), Not(HasSubstr("nan"))));
}

}  // namespace
}  // namespace actlab::test

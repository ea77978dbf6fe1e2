#include <nlohmann/json.hpp>

#include "tests/apps/image_classification/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class Interruption : public ImageProgram {
 protected:
  /// Runs that take long enough to be caught in the middle.
  std::vector<std::string> long_grid() const {
    auto arguments = small_grid();
    for (const auto* more : {"--epochs", "40", "--seeds", "0..3", "--jobs", "2", "--no-probes"})
      arguments.emplace_back(more);
    return arguments;
  }

  static std::vector<pid_t> children_of(pid_t parent) {
    std::istringstream list(
        slurp("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children"));
    std::vector<pid_t> children;
    for (pid_t child = 0; list >> child;) children.push_back(child);
    return children;
  }

  static bool alive(pid_t process) {
    const auto status = slurp("/proc/" + std::to_string(process) + "/stat");
    return !status.empty() && status.find(") Z") == std::string::npos;
  }

  void expect_all_runs_done_by_a_second_call(const std::vector<fs::path>& finished) {
    std::vector<fs::file_time_type> times;
    for (const auto& file : finished) times.push_back(fs::last_write_time(file));
    const auto result = run(long_grid());
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(records().size(), 8U);
    for (size_t i = 0; i < finished.size(); ++i) {
      EXPECT_EQ(fs::last_write_time(finished[i]), times[i]) << "a finished run was repeated";
    }
  }
};

TEST_F(Interruption, KillNineLosesNothingFinishedAndRepeatsNothing) {
  const pid_t program = start(long_grid());
  ASSERT_TRUE(eventually([&] { return records().size() >= 2; }));
  const auto workers = children_of(program);
  kill(program, SIGKILL);
  EXPECT_EQ(wait(program).code, 128 + SIGKILL);
  eventually([&] { return std::none_of(workers.begin(), workers.end(), alive); });
  const auto finished = records();
  ASSERT_LT(finished.size(), 8U) << "too fast to be caught";
  expect_all_runs_done_by_a_second_call(finished);
}

TEST_F(Interruption, ControlCKeepsWhatIsFinishedAndExits130) {
  const pid_t program = start(long_grid());
  ASSERT_TRUE(eventually([&] { return !records().empty(); }));
  const auto workers = children_of(program);
  kill(program, SIGINT);
  const auto result = wait(program);
  EXPECT_EQ(result.code, 130);
  EXPECT_THAT(result.err, HasSubstr("interrupted"));
  EXPECT_THAT(result.out, HasSubstr("accuracy")) << "the table of what is finished";
  EXPECT_TRUE(std::none_of(workers.begin(), workers.end(), alive));
  expect_all_runs_done_by_a_second_call(records());
}

TEST_F(Interruption, AKilledWorkerIsAFailedRecordAndTheOthersGoOn) {
  const pid_t program = start(long_grid());
  std::vector<pid_t> workers;
  ASSERT_TRUE(eventually([&] { return !(workers = children_of(program)).empty() && !records().empty(); }));
  kill(workers.front(), SIGKILL);
  const auto result = wait(program);
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(records().size(), 8U);
  int failed = 0;
  for (const auto& file : records()) {
    const auto record = json::parse(slurp(file));
    if (record["status"] != "failed") continue;
    ++failed;
    EXPECT_THAT(record["error"].get<std::string>(), HasSubstr("signal 9"));
  }
  EXPECT_EQ(failed, 1);
  EXPECT_THAT(result.out, HasSubstr("failed"));
  const auto again = run(long_grid());
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.err, HasSubstr("1 of them new")) << "a failure is tried again";
}

}  // namespace
}  // namespace actlab::test

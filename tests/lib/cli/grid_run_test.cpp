#include "lib/cli/grid_run.h"

#include <filesystem>

#include "lib/experiment/run_one.h"
#include "tests/lib/experiment/tiny_task.h"

namespace actlab::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// What --dry-run says on standard error where the run of seed 0 has a record of `environment` and that of
/// seed 1 none.
class ResumedGrid : public testing::Test {
 protected:
  ResumedGrid() { flags_.output = folder_.string(); }
  ~ResumedGrid() override { fs::remove_all(folder_); }

  std::string warning(const std::function<void(SharedJson& environment)>& change, long seeds = 2) {
    auto record = start_record(tiny_spec("relu", 0));
    change(record.environment);
    Store(folder_).prepare();
    Store(folder_).save(record);
    GridPlan plan{task_, flags_, {}, {}};
    for (long seed = 0; seed < seeds; ++seed) plan.grid.push_back(tiny_spec("relu", seed));
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    list_grid(plan, task_.load({}));
    testing::internal::GetCapturedStdout();
    return testing::internal::GetCapturedStderr();
  }

  fs::path folder_ = fs::temp_directory_path() / ("actlab_resumed_" + std::to_string(getpid()));
  TinyTask task_;
  Flags flags_;
};

TEST_F(ResumedGrid, RecordsOfThisEnvironmentAreContinuedSilently) {
  EXPECT_EQ(warning([](auto&) {}), "");
}

TEST_F(ResumedGrid, AnotherEnvironmentIsNotMixedInSilently) {
  EXPECT_THAT(warning([](auto& environment) { environment["kernels"] = "torch"; }),
              AllOf(HasSubstr("warning"), HasSubstr("kernels: fused, torch"), HasSubstr("--output")));
  EXPECT_THAT(warning([](auto& environment) {
                auto before_kernels = *environment;
                before_kernels.erase("kernels");
                before_kernels["libtorch"] = "0.4.1";
                environment = before_kernels;
              }),
              AllOf(HasSubstr("kernels: fused, not stated"), HasSubstr("0.4.1"), Not(HasSubstr("threads"))));
}

TEST_F(ResumedGrid, AFinishedGridMixesNothing) {
  EXPECT_EQ(warning([](auto& environment) { environment["threads"] = 99; }, 1), "");
}

TEST_F(ResumedGrid, AnotherBuildOfActLabIsNoMatter) {
  EXPECT_EQ(warning([](auto& environment) { environment["commit"] = "0123456789ab"; }), "");
}

}  // namespace
}  // namespace actlab::test

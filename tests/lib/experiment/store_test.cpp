#include "lib/experiment/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "tests/lib/experiment/tiny_task.h"

namespace actlab::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StoreTest : public testing::Test {
 protected:
  void SetUp() override { store_.prepare(); }
  void TearDown() override { fs::remove_all(folder_); }

  void save(const std::string& id) {
    RunRecord record;
    record.run_id = id;
    store_.save(record);
  }

  fs::path folder_ = fs::temp_directory_path() / ("actlab_store_" + std::to_string(getpid()));
  Store store_{folder_};
  std::vector<std::string> complaints_;
  Complaint complain_ = [this](const std::string& text) { complaints_.push_back(text); };
};

TEST_F(StoreTest, KeepsOneFileARun) {
  save("aaaa");
  save("bbbb");
  EXPECT_TRUE(fs::exists(folder_ / "runs" / "aaaa.json"));
  EXPECT_EQ(store_.find("bbbb", complain_)->run_id, "bbbb");
  EXPECT_FALSE(store_.find("cccc", complain_));
  EXPECT_EQ(store_.load_all(complain_).size(), 2U);
  EXPECT_TRUE(complaints_.empty());
}

TEST_F(StoreTest, ADamagedRecordIsMissingAndSaidSo) {
  save("aaaa");
  const auto file = folder_ / "runs" / "aaaa.json";
  const auto whole = fs::file_size(file);
  for (const auto size : {whole / 2, whole - 3, uintmax_t{0}}) {
    fs::resize_file(file, size);
    complaints_.clear();
    EXPECT_FALSE(store_.find("aaaa", complain_)) << size;
    ASSERT_EQ(complaints_.size(), 1U);
    EXPECT_THAT(complaints_[0], HasSubstr("aaaa.json"));
  }
  std::ofstream(file) << "[1, 2]";
  EXPECT_FALSE(store_.find("aaaa", complain_));
}

TEST_F(StoreTest, ARecordUnderAnotherNameIsNotTaken) {
  save("aaaa");
  fs::copy_file(folder_ / "runs" / "aaaa.json", folder_ / "runs" / "bbbb.json");
  EXPECT_FALSE(store_.find("bbbb", complain_));
  EXPECT_EQ(complaints_.size(), 1U);
}

TEST_F(StoreTest, HalfWrittenTemporariesAreNoRecords) {
  save("aaaa");
  std::ofstream(folder_ / "runs" / "bbbb.json.123.tmp") << "{";
  EXPECT_EQ(store_.load_all(complain_).size(), 1U);
  EXPECT_TRUE(complaints_.empty());
}

/// Enough of them for several threads.
TEST_F(StoreTest, TwoThousandRecordsComeInTheOrderOfTheirStart) {
  constexpr int count = 2000;
  const auto text = to_json(RunRecord{});
  for (int i = 0; i < count; ++i) {
    auto record = text;
    record["run_id"] = fmt::format("{:04x}", i);
    record["seed"] = i;
    record["environment"]["started_at"] = fmt::format("{:04}", count - i);
    std::ofstream(folder_ / "runs" / fmt::format("{:04x}.json", i)) << record.dump(1);
  }
  std::ofstream(folder_ / "runs" / "0001.json") << "{";
  std::ofstream(folder_ / "runs" / fmt::format("{:04x}.json", count - 1)) << "{";
  const auto records = store_.load_all(complain_);
  ASSERT_EQ(records.size(), count - 2U);
  EXPECT_EQ(complaints_.size(), 2U);
  EXPECT_TRUE(std::is_sorted(records.begin(), records.end(),
                             [](const auto& a, const auto& b) { return a.seed > b.seed; }));
  EXPECT_EQ(records.front().seed, count - 2);
  EXPECT_EQ(records.back().seed, 0);
}

TEST_F(StoreTest, NoFolderNoRecords) {
  EXPECT_THAT(message_of(ExitCode::data, [&] { Store("/no/such/place").load_all(complain_); }),
              HasSubstr("/no/such/place"));
}

}  // namespace
}  // namespace actlab::test

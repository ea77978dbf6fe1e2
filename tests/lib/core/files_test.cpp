#include "lib/core/files.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>

#include "lib/core/atomic_file.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("actlab_files_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(Files, WhatIsWrittenIsReadAndNothingElseIsLeft) {
  const std::string content("a\0b\n", 4);
  write_atomically(folder_ / "x", content);
  write_atomically(folder_ / "x", content + content);
  EXPECT_EQ(read_file(folder_ / "x"), content + content);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "no temporary file stays";
  write_atomically(folder_ / "empty", "");
  EXPECT_EQ(read_file(folder_ / "empty"), "");
}

TEST_F(Files, PiecesMakeAFileOnlyWhenItIsFinished) {
  write_atomically(folder_ / "x", "old");
  {
    AtomicFile broken_off(folder_ / "x");
    broken_off.write("a piece");
  }
  EXPECT_EQ(read_file(folder_ / "x"), "old");
  AtomicFile whole(folder_ / "x");
  whole.write("two ");
  whole.write("pieces");
  EXPECT_EQ(read_file(folder_ / "x"), "old");
  whole.finish();
  EXPECT_EQ(read_file(folder_ / "x"), "two pieces");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "no temporary file stays";
}

TEST_F(Files, MissingFilesAndFoldersAreDataErrorsWithTheirNames) {
  EXPECT_THROW(read_file(folder_ / "none"), Error);
  try {
    write_atomically(folder_ / "no" / "x", "text");
    FAIL() << "wrote into a missing folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_THAT(error.what(), HasSubstr("No such file"));
    EXPECT_THAT(error.what(), HasSubstr((folder_ / "no" / "x").string()));
  }
}

TEST_F(Files, AFullDiskIsSaidAndTheOldFileStays) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  // The temporary name is a link to the device that is always full.
  write_atomically(folder_ / "x", "old");
  fs::create_symlink("/dev/full", folder_ / ("x." + std::to_string(getpid()) + ".tmp"));
  try {
    write_atomically(folder_ / "x", "new");
    FAIL() << "wrote to a full disk";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("No space left"));
  }
  EXPECT_EQ(read_file(folder_ / "x"), "old");
}

TEST_F(Files, AnUnwritableFolderIsAUsageError) {
  write_atomically(folder_ / "file", "");
  try {
    make_writable_folder(folder_ / "file" / "below");
    FAIL() << "made a folder below a file";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("--output"));
  }
}

TEST_F(Files, DataDirectoryFollowsFlagThenEnvironmentThenCache) {
  setenv("ACTLAB_DATA", "/from/environment", 1);
  EXPECT_EQ(data_directory("/from/flag"), "/from/flag");
  EXPECT_EQ(data_directory(""), "/from/environment");
  unsetenv("ACTLAB_DATA");
  setenv("XDG_CACHE_HOME", "/cache", 1);
  EXPECT_EQ(data_directory(""), "/cache/actlab");
  unsetenv("XDG_CACHE_HOME");
  setenv("HOME", "/home/someone", 1);
  EXPECT_EQ(data_directory(""), "/home/someone/.cache/actlab");
}

}  // namespace
}  // namespace actlab

#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/errors.h"

namespace actlab::test {
namespace fs = std::filesystem;
using Bytes = std::vector<uint8_t>;

/// A folder of its own for every test, removed afterwards.
class Folder : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / (std::string("actlab-") + test->test_suite_name() + "-" +
                                           test->name() + "-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

inline void write(const fs::path& file, const Bytes& bytes) {
  fs::create_directories(file.parent_path());
  fs::remove(file);  // a file system may flush one that is cut to nothing and written anew, and that is slow
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
}

inline void write(const fs::path& file, const std::string& text) {
  write(file, Bytes(text.begin(), text.end()));
}

inline Bytes gzip(const Bytes& plain) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  Bytes packed(plain.size() + 1000);
  z.next_in = const_cast<Bytef*>(plain.data());
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = packed.data();
  z.avail_out = static_cast<uInt>(packed.size());
  deflate(&z, Z_FINISH);
  packed.resize(z.total_out);
  deflateEnd(&z);
  return packed;
}

/// An IDX file: magic, sizes, payload.
inline Bytes idx(uint32_t magic, const std::vector<uint32_t>& sizes, const Bytes& payload) {
  Bytes bytes;
  const auto put = [&](uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<uint8_t>(value >> shift));
  };
  put(magic);
  for (const uint32_t size : sizes) put(size);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

/// A tar file with the given entries; a name that starts with '@' becomes a symbolic link.
inline void write_tar(const fs::path& file, const std::vector<std::pair<std::string, std::string>>& entries) {
  archive* writer = archive_write_new();
  archive_write_add_filter_gzip(writer);
  archive_write_set_format_pax_restricted(writer);
  ASSERT_EQ(archive_write_open_filename(writer, file.c_str()), ARCHIVE_OK);
  for (const auto& [name, content] : entries) {
    archive_entry* entry = archive_entry_new();
    const bool link = name[0] == '@';
    archive_entry_set_pathname(entry, name.c_str() + (link ? 1 : 0));
    archive_entry_set_filetype(entry, link ? AE_IFLNK : AE_IFREG);
    if (link) archive_entry_set_symlink(entry, content.c_str());
    archive_entry_set_size(entry, link ? 0 : static_cast<la_int64_t>(content.size()));
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    if (!link) archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_free(writer);
}

template <typename Action>
std::string data_message(Action action) {
  return message_of(ExitCode::data, action);
}

}  // namespace actlab::test

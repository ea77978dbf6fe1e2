#include <gmock/gmock.h>

#include "datasets/catalogue.h"
#include "datasets/files.h"
#include "tests/datasets/helpers.h"
#include "tests/datasets/http_server.h"

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class Fetch : public Folder {
 protected:
  /// A set of one file, `thing.bin`, that a mirror folder offers.
  void SetUp() override {
    Folder::SetUp();
    for (long i = 0; i < 100'000; ++i) content_ += static_cast<char>(i * i >> 5);
    write(folder_ / "mirror" / "thing.bin", content_);
    set_ = {"things", "images", "",
            "",       "",       {{"thing.bin", "", 100'000, "sha256", digest("mirror/thing.bin")}}};
    set_.files[0].address = "file://" + (folder_ / "mirror" / "thing.bin").string();
    data_ = folder_ / "data";
    target_ = data_ / "things" / "thing.bin";
    part_ = data_ / "things" / "thing.bin.part";
  }
  std::string digest(const std::string& name) { return file_digest(folder_ / name, "sha256"); }
  void fetch_all(const std::string& mirror = "") { fetch(set_, data_, mirror, {}); }
  FileState state() { return check_file(set_, set_.files[0], data_); }

  std::string content_;
  PublicSet set_;
  fs::path data_, target_, part_;
};

TEST_F(Fetch, DownloadsVerifiesAndReportsProgress) {
  EXPECT_EQ(state(), FileState::missing);
  long last = 0, total = 0;
  fetch(set_, data_, "", [&](const std::string& file, long done, long all) {
    EXPECT_EQ(file, "thing.bin");
    last = done;
    total = all;
    return true;
  });
  EXPECT_EQ(read(target_), content_);
  EXPECT_EQ(last, 100'000);
  EXPECT_EQ(total, 100'000);
  EXPECT_EQ(state(), FileState::intact);
  EXPECT_FALSE(fs::exists(part_));
}

TEST_F(Fetch, LeavesWhatIsIntactAlone) {
  write(target_, content_);
  set_.files[0].address = "file:///none";
  fetch_all();
  EXPECT_EQ(read(target_), content_);
}

TEST_F(Fetch, ContinuesABrokenDownload) {
  const HttpServer server(content_, true);
  write(part_, content_.substr(0, 60'000));
  EXPECT_EQ(state(), FileState::part);
  fetch_all(server.address());
  EXPECT_EQ(read(target_), content_);
  EXPECT_EQ(server.bytes_sent(), 40'000U);  // only the rest travelled
}

TEST_F(Fetch, StartsAgainWhereTheServerCannotContinue) {
  const HttpServer server(content_, false);
  write(part_, content_.substr(0, 60'000));
  fetch_all(server.address() + "/");
  EXPECT_EQ(read(target_), content_);
}

TEST_F(Fetch, ThrowsAWrongPartAway) {
  write(part_, std::string(60'000, 'x'));
  fetch_all();
  EXPECT_EQ(read(target_), content_);
  fs::remove(target_);
  write(part_, std::string(200'000, 'x'));  // longer than the file
  fetch_all();
  EXPECT_EQ(read(target_), content_);
}

TEST_F(Fetch, ReplacesADamagedFile) {
  std::string wrong = content_;
  wrong[500] ^= 1;
  write(target_, wrong);
  EXPECT_EQ(state(), FileState::damaged);
  fetch_all("file://" + (folder_ / "mirror").string());
  EXPECT_EQ(read(target_), content_);
}

TEST_F(Fetch, TriesTheSetsOwnMirror) {
  set_.files[0].address = "file:///none/thing.bin";
  set_.mirror = "file://" + (folder_ / "mirror").string() + "/";
  fetch_all();
  EXPECT_EQ(state(), FileState::intact);
}

TEST_F(Fetch, SaysWhatWentWrongAndHowToDoItByHand) {
  std::string wrong = content_;
  wrong[500] ^= 1;
  write(folder_ / "mirror" / "thing.bin", wrong);
  EXPECT_THAT(data_message([&] { fetch_all(); }),
              AllOf(HasSubstr("sha256"), HasSubstr(set_.files[0].digest), HasSubstr("place this file in"),
                    HasSubstr("100,000 bytes")));
  EXPECT_FALSE(fs::exists(target_));
  EXPECT_FALSE(fs::exists(part_));
  write(folder_ / "mirror" / "thing.bin", content_.substr(1));
  EXPECT_THAT(data_message([&] { fetch_all(); }), HasSubstr("99,999 bytes arrived instead of 100,000"));
  EXPECT_THAT(data_message([&] { fetch_all("file://" + (folder_ / "none").string()); }),
              HasSubstr("none/thing.bin: "));
}

TEST_F(Fetch, KeepsThePartWhenStoppedOrOffline) {
  write(part_, content_.substr(0, 60'000));
  message_of(ExitCode::interrupted,
             [&] { fetch(set_, data_, "", [](const auto&, long, long) { return false; }); });
  EXPECT_GE(fs::file_size(part_), 60'000U);
  write(part_, content_.substr(0, 60'000));
  data_message([&] { fetch_all("http://127.0.0.1:1"); });
  EXPECT_EQ(fs::file_size(part_), 60'000U);
}

TEST_F(Fetch, RefusesAFolderThatCannotBeMade) {
  write(folder_ / "data", std::string("a file in the way"));
  EXPECT_THAT(data_message([&] { fetch_all(); }), HasSubstr("--data-dir"));
}

TEST_F(Fetch, KnowsPackedAndPlainVariants) {
  set_.files[0].name = "thing.bin.gz";
  write(target_, content_);
  EXPECT_EQ(state(), FileState::unverified);  // the checksum is of the packed file
  write(data_ / "things" / "thing.bin.gz", content_);
  EXPECT_EQ(state(), FileState::intact);
  set_.files[0].digest = "";
  EXPECT_EQ(state(), FileState::unverified);
}

TEST_F(Fetch, UnpacksArchivesIntoTheCache) {
  write_tar(folder_ / "a.tar.gz", {{"inner/x", "one"}, {"inner/y", content_}});
  const fs::path place = unpacked_folder(folder_ / "a.tar.gz");
  EXPECT_EQ(read(place / "inner" / "x"), "one");
  EXPECT_EQ(read(place / "inner" / "y"), content_);
  EXPECT_EQ(unpacked_folder(folder_ / "a.tar.gz"), place);
  EXPECT_THAT(place.string(), HasSubstr((folder_ / "cache").string()));
}

TEST_F(Fetch, RefusesArchivesThatReachOutside) {
  const auto refused = [&](const std::string& name) {
    write_tar(folder_ / "evil.tar.gz", {{"good", "1"}, {name, "/etc"}});
    const auto message = data_message([&] { unpacked_folder(folder_ / "evil.tar.gz"); });
    EXPECT_TRUE(fs::is_empty(folder_ / "cache" / "actlab" / "unpacked"));
    return message;
  };
  EXPECT_THAT(refused("../out"), HasSubstr("leaves the folder"));
  EXPECT_THAT(refused("a/../../out"), HasSubstr("leaves the folder"));
  EXPECT_THAT(refused("/absolute/out"), HasSubstr("leaves the folder"));
  EXPECT_THAT(refused("@link"), HasSubstr("no plain file"));
  EXPECT_FALSE(fs::exists(folder_ / "cache" / "actlab" / "out"));
}

TEST_F(Fetch, RefusesDamagedArchives) {
  write_tar(folder_ / "a.tar.gz", {{"x", content_}});
  const std::string whole = read(folder_ / "a.tar.gz");
  write(folder_ / "cut.tar.gz", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(data_message([&] { unpacked_folder(folder_ / "cut.tar.gz"); }), HasSubstr("cut.tar.gz"));
  write(folder_ / "text.tar.gz", std::string("this is no archive"));
  data_message([&] { unpacked_folder(folder_ / "text.tar.gz"); });
}

TEST_F(Fetch, VerifiesTheMembersOfAnArchive) {
  PublicFile archive{"thing.tar.gz", "", 0, "md5", "0"};
  write(folder_ / "one", std::string("one"));
  archive.members = {{"one", "", 3, "sha256", digest("one")},
                     {"thing.bin", "", 0, "sha256", digest("mirror/thing.bin")}};
  archive.inner_folder = "inner";
  set_.files = {archive};
  EXPECT_EQ(state(), FileState::missing);
  write(data_ / "things" / "thing.bin.gz", gzip(Bytes(content_.begin(), content_.end())));
  EXPECT_EQ(state(), FileState::part);
  write(data_ / "things" / "one", std::string("one"));
  EXPECT_EQ(state(), FileState::intact);
  write(data_ / "things" / "one", std::string("two"));
  EXPECT_EQ(state(), FileState::damaged);
  fs::rename(data_ / "things" / "thing.bin.gz", data_ / "things" / "old");
  fs::remove(data_ / "things" / "one");
  write(data_ / "things" / "inner" / "one", std::string("one"));
  EXPECT_EQ(state(), FileState::part);
}

TEST(Catalogue, IsComplete) {
  for (const auto& set : public_sets()) {
    EXPECT_EQ(&find_public_set(set.name), &set);
    EXPECT_FALSE(set.licence.empty());
    EXPECT_FALSE(set.page.empty());
    for (const auto& file : set.files) {
      // What a server packs at every call has neither a name of its own nor a checksum.
      const std::string last = file.address.substr(file.address.rfind('/') + 1);
      EXPECT_TRUE(last == fs::path(file.name).filename() || last.find('.') == std::string::npos) << last;
      const size_t digits = file.algorithm == "md5" ? 32 : file.algorithm == "sha1" ? 40 : 64;
      EXPECT_TRUE(file.digest.empty() || file.digest.size() == digits) << set.name;
      EXPECT_THAT(manual_instructions(set, "somewhere"),
                  AllOf(HasSubstr(file.address), HasSubstr(file.digest)));
    }
  }
  EXPECT_THAT(message_of(ExitCode::usage, [] { find_public_set("minst"); }),
              HasSubstr("did you mean 'mnist'?"));
}

}  // namespace
}  // namespace actlab::test

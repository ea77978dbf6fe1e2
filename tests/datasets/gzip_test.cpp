#include <gmock/gmock.h>

#include "datasets/files.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

using ::testing::HasSubstr;

class Gzip : public Folder {
 protected:
  Bytes read(const Bytes& bytes) {
    write(folder_ / "file.gz", bytes);
    return read_maybe_gzip(folder_ / "file.gz");
  }
  static Bytes sample() {
    Bytes bytes(300'000);
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * i >> 7);
    return bytes;
  }
};

TEST_F(Gzip, ReadsPlainAndPackedFiles) {
  const Bytes plain = sample();
  EXPECT_EQ(read(gzip(plain)), plain);
  EXPECT_EQ(read(gzip({})), Bytes{});
  EXPECT_EQ(read(gzip(Bytes(3'000'000, 0))), Bytes(3'000'000, 0));  // grows far beyond the packed size
  write(folder_ / "plain", plain);
  EXPECT_EQ(read_maybe_gzip(folder_ / "plain"), plain);
}

TEST_F(Gzip, JoinsMembers) {
  Bytes two = gzip({1, 2, 3});
  const Bytes second = gzip({4, 5});
  two.insert(two.end(), second.begin(), second.end());
  EXPECT_EQ(read(two), (Bytes{1, 2, 3, 4, 5}));
}

TEST_F(Gzip, RefusesEveryTruncation) {
  const Bytes packed = gzip({1, 2, 3, 4, 5, 6, 7, 8, 9});
  for (size_t length = 0; length < packed.size(); ++length) {
    const Bytes cut(packed.begin(), packed.begin() + static_cast<long>(length));
    const auto message = data_message([&] { read(cut); });
    EXPECT_THAT(message, HasSubstr("in the middle")) << length;
    EXPECT_THAT(message, HasSubstr("file.gz"));
  }
  Bytes half = gzip(sample());
  half.resize(half.size() / 2);
  EXPECT_THAT(data_message([&] { read(half); }), HasSubstr("in the middle"));
}

TEST_F(Gzip, RefusesDamage) {
  Bytes crc = gzip(sample()), length = crc, garbage = crc;
  crc[crc.size() - 8] ^= 1;
  EXPECT_THAT(data_message([&] { read(crc); }), HasSubstr("incorrect data check"));
  length[length.size() - 4] ^= 1;
  EXPECT_THAT(data_message([&] { read(length); }), HasSubstr("incorrect length check"));
  garbage.insert(garbage.end(), {'g', 'a', 'r', 'b', 'a', 'g', 'e'});
  EXPECT_THAT(data_message([&] { read(garbage); }), HasSubstr("incorrect header check"));
  EXPECT_THAT(data_message([&] {
                read({'n', 'o', ' ', 'g', 'z', 'i', 'p'});
              }),
              HasSubstr("incorrect header check"));
}

TEST_F(Gzip, NamesAMissingFileAndAFolder) {
  EXPECT_THAT(data_message([&] { read_maybe_gzip(folder_ / "none"); }), HasSubstr("none"));
  EXPECT_THAT(data_message([&] { read_maybe_gzip(folder_); }), HasSubstr("missing"));
}

}  // namespace
}  // namespace actlab::test

#include "datasets/encoding.h"

#include <gmock/gmock.h>

#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

using namespace std::string_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

DecodedText decode(const std::string& bytes, const std::string& encoding = "") {
  return decode_text(bytes, "reviews.csv", encoding);
}

TEST(Encoding, LeavesUtf8AsItIs) {
  const DecodedText decoded = decode("naïve, 電影, 🎬");
  EXPECT_EQ(decoded.text, "naïve, 電影, 🎬");
  EXPECT_EQ(decoded.encoding, "UTF-8");
  EXPECT_EQ(decode("").text, "");
}

TEST(Encoding, ObeysByteOrderMarks) {
  EXPECT_EQ(decode("\xef\xbb\xbfgood").text, "good");
  EXPECT_EQ(decode("\xff\xfeg\0\x71\x4e"s).text, "g乱");
  EXPECT_EQ(decode("\xfe\xff\0g\x4e\x71"s).text, "g乱");
  const DecodedText wide = decode("\xff\xfe\0\0g\0\0\0"s);
  EXPECT_EQ(wide.text, "g");
  EXPECT_EQ(wide.encoding, "UTF-32LE");
}

TEST(Encoding, ConvertsTheEncodingThatIsNamed) {
  EXPECT_EQ(decode("\x93quite\x94 \x97 na\xefve", "CP1252").text, "“quite” — naïve");
  EXPECT_EQ(decode("\xa4\xa4\xa4\xe5", "BIG5").text, "中文");
  EXPECT_EQ(decode("\xef\xbb\xbfgood", "utf-8").text, "good");
  EXPECT_EQ(decode("g\0d\0"s, "UTF-16LE").text, "gd");
  EXPECT_EQ(decode(std::string(300'000, '\xe9'), "ISO-8859-1").text.size(), 600'000U);
}

TEST(Encoding, RecognisesOtherEncodings) {
  // "这家餐厅的菜非常好吃，服务态度也很好，下次还会再来。" in GB18030.
  const std::string chinese =
      "\xd5\xe2\xbc\xd2\xb2\xcd\xcc\xfc\xb5\xc4\xb2\xcb\xb7\xc7\xb3\xa3\xba\xc3\xb3\xd4\xa3\xac\xb7\xfe\xce"
      "\xf1"
      "\xcc\xac\xb6\xc8\xd2\xb2\xba\xdc\xba\xc3\xa3\xac\xcf\xc2\xb4\xce\xbb\xb9\xbb\xe1\xd4\xd9\xc0\xb4\xa1"
      "\xa3";
  const DecodedText decoded = decode(chinese);
  EXPECT_EQ(decoded.encoding, "GB18030");
  EXPECT_EQ(decoded.text, "这家餐厅的菜非常好吃，服务态度也很好，下次还会再来。");
}

TEST(Encoding, SaysWhereUtf8IsDamaged) {
  EXPECT_THAT(data_message([] { decode("très bien, déjà vu\nsec\xffond"); }),
              AllOf(HasSubstr("byte 25 (line 2) of reviews.csv"), HasSubstr("--encoding NAME")));
  EXPECT_THAT(data_message([] { decode("good\nb\xff\x64", "UTF-8"); }),
              AllOf(HasSubstr("no valid UTF-8"), HasSubstr("byte 6 (line 2) of reviews.csv")));
  EXPECT_THAT(data_message([] { decode("half a letter \xe4\xb8", "UTF-8"); }), HasSubstr("byte 14 (line 1)"));
}

TEST(Encoding, RefusesUnknownNames) {
  for (const std::string name : {"klingon", "UTF-8//IGNORE"}) {
    EXPECT_THAT(message_of(ExitCode::usage, [&] { decode("text", name); }),
                AllOf(HasSubstr("unknown encoding"), HasSubstr(name), HasSubstr("iconv -l")));
  }
}

TEST(Encoding, RefusesNul) {
  EXPECT_THAT(data_message([] { decode("a\0b\0"s); }), AllOf(HasSubstr("NUL"), HasSubstr("UTF-16LE")));
}

class EncodingFile : public Folder {};

TEST_F(EncodingFile, ReadsGzipToo) {
  const std::string text = "good\n";
  write(folder_ / "a.txt.gz", gzip(Bytes(text.begin(), text.end())));
  EXPECT_EQ(read_text(folder_ / "a.txt.gz", "").text, text);
  EXPECT_THAT(data_message([&] { read_text(folder_ / "none", ""); }), HasSubstr("a file is missing"));
}

}  // namespace
}  // namespace actlab::test

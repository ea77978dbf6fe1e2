#include "datasets/clicks/records.h"

#include "datasets/clicks/block_hash.h"
#include "datasets/clicks/times.h"
#include "datasets/clicks/value_map.h"
#include "tests/datasets/helpers.h"

#include <gmock/gmock.h>

#include <unordered_map>

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Rows = std::vector<std::vector<std::string>>;

class Records : public Folder {
 protected:
  static Rows read(RecordReader& reader, std::vector<long>* lines = nullptr) {
    Rows rows;
    for (Record record; reader.next(record);) {
      rows.emplace_back(record.fields.begin(), record.fields.end());
      if (lines != nullptr) lines->push_back(record.line);
    }
    return rows;
  }
  /// From memory, a plain file and a packed one.
  Rows read_everywhere(const std::string& text, const std::string& separator, Quotes quotes,
                       std::vector<long>* lines = nullptr) {
    write(folder_ / "plain", text);
    write(folder_ / "packed.gz", gzip(Bytes(text.begin(), text.end())));
    RecordReader memory(text, separator, quotes, "memory"), plain(folder_ / "plain", separator, quotes),
        packed(folder_ / "packed.gz", separator, quotes);
    const Rows rows = read(memory, lines);
    EXPECT_EQ(read(plain), rows);
    EXPECT_EQ(read(packed), rows);
    EXPECT_EQ(plain.content(), packed.content());
    return rows;
  }
};

TEST_F(Records, AreCutAtSeparatorsAndLineEnds) {
  std::vector<long> lines;
  EXPECT_EQ(read_everywhere("a,b\r\n\n,\nc,d,e", ",", Quotes::rfc4180, &lines),
            (Rows{{"a", "b"}, {"", ""}, {"c", "d", "e"}}));
  EXPECT_EQ(lines, (std::vector<long>{1, 3, 4}));
  EXPECT_EQ(read_everywhere("1::2::x:y\n3::::\n", "::", Quotes::literal),
            (Rows{{"1", "2", "x:y"}, {"3", "", ""}}));
  EXPECT_EQ(read_everywhere("", ",", Quotes::rfc4180), Rows{});
}

TEST_F(Records, HoldSeparatorsAndLineEndsWithinQuotes) {
  std::vector<long> lines;
  EXPECT_EQ(read_everywhere("\"a,\"\"b\"\"\",1\n2,\"x\r\ny\"\r\n3,z\"\n\"\",\"last\"", ",", Quotes::rfc4180,
                            &lines),
            (Rows{{"a,\"b\"", "1"}, {"2", "x\r\ny"}, {"3", "z\""}, {"", "last"}}));
  EXPECT_EQ(lines, (std::vector<long>{1, 2, 4, 5}));
  EXPECT_EQ(read_everywhere("\"a,b\n", ",", Quotes::literal), (Rows{{"\"a", "b"}}));
  RecordReader open("x,1\n\"y,2\n", ",", Quotes::rfc4180, "open.csv");
  EXPECT_THAT(data_message([&] { read(open); }),
              AllOf(HasSubstr("not closed"), HasSubstr("line 2 of open.csv")));
}

TEST_F(Records, MayLieAcrossBlocks) {
  std::string text;
  Rows expected;
  for (int i = 0; i < 40'000; ++i) {
    const std::string long_field(static_cast<size_t>(i % 100), 'x');
    text += std::to_string(i) + "," + (i % 7 == 0 ? "\"" + long_field + "\n\"" : long_field) + "\n";
    expected.push_back({std::to_string(i), long_field + (i % 7 == 0 ? "\n" : "")});
  }
  ASSERT_GT(text.size(), size_t{2} << 20);
  EXPECT_EQ(read_everywhere(text, ",", Quotes::rfc4180), expected);
}

TEST_F(Records, AreReadAgainFromWhereTheyBegan) {
  const std::string text = "a,1\n\"b\",2\nc,3\n";
  RecordReader reader(text, ",", Quotes::rfc4180, "memory");
  Record record;
  std::vector<size_t> offsets;
  while (reader.next(record)) offsets.push_back(reader.offset());
  EXPECT_EQ(offsets, (std::vector<size_t>{0, 4, 10}));
  for (const size_t i : {1U, 0U, 2U, 1U}) {
    reader.seek(offsets[i], 0);
    ASSERT_TRUE(reader.next(record));
    EXPECT_EQ(record.fields[1], std::to_string(i + 1));
  }
}

TEST_F(Records, OfDamagedGzipAreRefused) {
  const std::string text(3 << 20, 'x');
  Bytes packed = gzip(Bytes(text.begin(), text.end()));
  packed.resize(packed.size() / 2);
  write(folder_ / "cut.gz", packed);
  RecordReader reader(folder_ / "cut.gz", ",", Quotes::literal);
  EXPECT_THAT(data_message([&] { read(reader); }), HasSubstr("cut.gz"));
}

TEST(BlockHash, SeesEveryBit) {
  std::string bytes(100, 'a');
  const uint64_t whole = block_hash(bytes.data(), bytes.size());
  for (size_t i = 0; i < bytes.size() * 8; ++i) {
    bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ 1 << i % 8);
    EXPECT_NE(block_hash(bytes.data(), bytes.size()), whole);
    bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ 1 << i % 8);
  }
  EXPECT_NE(block_hash(bytes.data(), 99), whole);
  EXPECT_NE(block_hash(bytes.data(), 100, 1), whole);
  std::swap(bytes[1] = 'b', bytes[9] = 'c');
  EXPECT_NE(block_hash(bytes.data(), bytes.size()), whole);
}

TEST(ValueMaps, NumberTextsInTheOrderOfTheirArrival) {
  ValueMap map;
  std::unordered_map<std::string, long> expected;
  EXPECT_EQ(map.find("x"), -1);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = i % 3 == 0
                                 ? std::to_string(i % 1000)
                                 : std::string(static_cast<size_t>(i % 40), 'v') + std::to_string(i % 500);
    const long number = expected.emplace(text, static_cast<long>(expected.size())).first->second;
    EXPECT_EQ(map.insert(text), number);
  }
  const long size = map.size();
  EXPECT_EQ(map.insert(""), size);
  for (const auto& [text, number] : expected) {
    EXPECT_EQ(map.find(text), number);
    EXPECT_EQ(map.value(number), text);
  }
  EXPECT_EQ(map.find("none"), -1);
}

TEST(Times, AreReadInThreeWays) {
  const auto time = [](const char* text, TimeFormat format) {
    int64_t value = -1;
    return parse_time(text, format, value) ? value : -1;
  };
  // Expected by Python: datetime.fromisoformat("…").timestamp()
  EXPECT_EQ(time("964982703", TimeFormat::unix), 964982703 * microseconds);
  EXPECT_EQ(time("964982703.5", TimeFormat::unix), 964982703500000);
  EXPECT_EQ(time("1574553663979", TimeFormat::unix), 1574553663979000);
  EXPECT_EQ(time("2019-11-24 00:01:03.979311+00:00", TimeFormat::iso), 1574553663979311);
  EXPECT_EQ(time("2019-11-24T01:01:03Z", TimeFormat::iso), 1574557263 * microseconds);
  EXPECT_EQ(time("2019-11-24 01:01+01:00", TimeFormat::iso), 1574553660 * microseconds);
  EXPECT_EQ(time("2020-02-29", TimeFormat::iso), 1582934400 * microseconds);
  EXPECT_EQ(time("14102100", TimeFormat::yymmddhh), 1413849600 * microseconds);
  EXPECT_EQ(time("14102123", TimeFormat::yymmddhh), 1413932400 * microseconds);
  for (const char* wrong :
       {"", "x", "2019-13-01", "2019-1-1", "2019-11-24 25:00", "2019-11-24 00:01:03 UTC", "12x"}) {
    EXPECT_EQ(time(wrong, TimeFormat::iso), -1) << wrong;
    EXPECT_EQ(time(wrong, TimeFormat::unix), -1) << wrong;
    EXPECT_EQ(time(wrong, TimeFormat::yymmddhh), -1) << wrong;
  }
  EXPECT_EQ(time("14102124", TimeFormat::yymmddhh), -1);
}

TEST(Times, HaveHoursAndWeekdays) {
  EXPECT_EQ(hour_of(1574553663979311), "0");
  EXPECT_EQ(weekday_of(1574553663979311), "Sunday");  // 2019-11-24
  EXPECT_EQ(hour_of(964982703 * microseconds), "18");
  EXPECT_EQ(weekday_of(964982703 * microseconds), "Sunday");  // 2000-07-30
  EXPECT_EQ(hour_of(-1), "23");
  EXPECT_EQ(weekday_of(-1), "Wednesday");
  EXPECT_EQ(weekday_of(0), "Thursday");
}

}  // namespace
}  // namespace actlab::test

#include "datasets/delimited.h"

#include <gmock/gmock.h>

#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Fields = std::vector<std::string>;

std::vector<Fields> read(const std::string& text, char separator = ',', Quotes quotes = Quotes::rfc4180) {
  DelimitedReader reader(text, separator, quotes, "table.csv");
  std::vector<Fields> rows;
  for (Record record; reader.next(record);) {
    rows.emplace_back(record.fields.begin(), record.fields.end());
  }
  return rows;
}

TEST(Delimited, ReadsFieldsAndLines) {
  EXPECT_EQ(read("a,b\nc,d\n"), (std::vector<Fields>{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(read("a,b\r\nc,d"), (std::vector<Fields>{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(read(",\n"), (std::vector<Fields>{{"", ""}}));
  EXPECT_EQ(read("a,"), (std::vector<Fields>{{"a", ""}}));
  EXPECT_EQ(read("\n\na\tb\r\n\r\n", '\t'), (std::vector<Fields>{{"a", "b"}}));
  EXPECT_EQ(read(""), std::vector<Fields>{});
}

TEST(Delimited, ReadsQuotedFields) {
  EXPECT_EQ(read("\"a,b\",\"c\nd\"\n"), (std::vector<Fields>{{"a,b", "c\nd"}}));
  EXPECT_EQ(read("\"say \"\"no\"\"\",\"\"\"\",\"\"\r\n"), (std::vector<Fields>{{"say \"no\"", "\"", ""}}));
  EXPECT_EQ(read("six\" tall,\"x\""), (std::vector<Fields>{{"six\" tall", "x"}}));
}

TEST(Delimited, LeavesQuotesAloneWhereTheyMeanNothing) {
  EXPECT_EQ(read("\"open\t1\n", '\t', Quotes::literal), (std::vector<Fields>{{"\"open", "1"}}));
}

TEST(Delimited, CountsTheLinesInsideQuotes) {
  const std::string text = "a,b\n\n\"1\n2\n3\",x\ny,z\n";
  DelimitedReader reader(text, ',', Quotes::rfc4180, "table.csv");
  std::vector<long> lines;
  for (Record record; reader.next(record);) lines.push_back(record.line);
  EXPECT_EQ(lines, (std::vector<long>{1, 3, 6}));
}

TEST(Delimited, CopiesNothingThatStandsInTheText) {
  const std::string text = "plain,\"quoted\"\n";
  DelimitedReader reader(text, ',', Quotes::rfc4180, "table.csv");
  Record record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record.fields[0].data(), text.data());
  EXPECT_EQ(record.fields[1].data(), text.data() + 7);
}

TEST(Delimited, SaysWhereALineHasAnotherNumberOfFields) {
  EXPECT_THAT(data_message([] { read("a,b\nc,d,e\n"); }),
              AllOf(HasSubstr("too many fields"), HasSubstr("3 in line 2 of table.csv"),
                    HasSubstr("2, as in line 1")));
  EXPECT_THAT(data_message([] { read("a,b\nc\n"); }),
              AllOf(HasSubstr("too few fields"), HasSubstr("1 in line 2")));
}

TEST(Delimited, SaysWhichQuoteIsNotClosed) {
  EXPECT_THAT(data_message([] { read("a,b\nc,\"d\ne\nf,g\n"); }),
              AllOf(HasSubstr("a quote is not closed"), HasSubstr("line 2 of table.csv")));
  EXPECT_THAT(data_message([] { read("a,b\n\"c\" or d,e\n"); }),
              AllOf(HasSubstr("goes on behind its closing quote"), HasSubstr("line 2")));
}

TEST(Delimited, RefusesALineOfTenMegabytes) {
  const std::string ten_megabytes(10'000'000, 'x');
  EXPECT_THAT(data_message([&] { read("a,b\n1," + ten_megabytes + "\n"); }),
              AllOf(HasSubstr("10,000,000 bytes in line 2 of table.csv"), HasSubstr("1,048,576")));
  const std::string longest(longest_field, 'x');
  EXPECT_EQ(read(longest + ",b"), (std::vector<Fields>{{longest, "b"}}));
}

}  // namespace
}  // namespace actlab::test

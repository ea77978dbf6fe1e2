// What scoring and recommending take.

#include "datasets/clicks/score.h"

#include "tests/datasets/clicks/helpers.h"

namespace actlab::test {
namespace {

constexpr const char* score_schema = R"(
label = "click"
user = "user"
item = "item"
title = "title"
time = "time"
in_order = true
fields = [
  { name = "user", min_count = 1 },
  { name = "item", min_count = 1, of_item = true },
  { name = "kind", min_count = 1, of_item = true },
  { name = "device", min_count = 1 },
  { name = "hour", column = "time", derive = "hour", min_count = 1 },
  { name = "before", kind = "history", of = "item", longest = 3 },
  { name = "price", kind = "numerical", of_item = true },
]
)";

class Scoring : public ClickTables {
 protected:
  /// Users u0 to u4 in turn, items i0 to i5; the last rows are the test rows.
  static std::string rows(int count) {
    std::string text = "user,item,title,kind,device,price,time,click\n";
    for (int i = 0; i < count; ++i) {
      const int item = i * 5 % 6;
      text += "u" + std::to_string(i % 5) + ",i" + std::to_string(item) + ",Title " + std::to_string(item) +
              ",k" + std::to_string(item % 2) + "," + (i < 110 ? "phone" : "desk") + "," +
              std::to_string(item * 10) + "," + std::to_string(1000 * i) + "," +
              std::to_string(i % 3 == 0 ? 1 : 0) + "\n";
    }
    return text;
  }
};

TEST_F(Scoring, EncodesEventsAsTheSetDid) {
  const ClickSet set = load(rows(100), score_schema);
  ClickValues event{{"user", "u1"},      {"item", "i5"},  {"kind", "k1"},
                    {"device", "phone"}, {"price", "50"}, {"time", "1000"}};
  const ClickRows one = encode_events(set.facts, {event});
  auto expected = row(set.train.tokens, 1);  // row 1: u1, i5, nothing before
  EXPECT_EQ(row(one.tokens, 0), expected);
  EXPECT_TRUE(torch::equal(one.numbers[0], set.train.numbers[1]));
  EXPECT_FALSE(one.targets.defined());

  event["before"] = "i1|i2|i3|unheard|i4";
  const auto tokens = row(encode_events(set.facts, {event}).tokens, 0);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(tokens[5 + i], token(set.facts, 1, "i" + std::to_string(4 - i)));

  const auto missing = row(encode_events(set.facts, {{}}).tokens, 0);
  EXPECT_EQ(missing[0], token(set.facts, 0, "none"));
  event["price"] = "dear";
  EXPECT_THAT(data_message([&] {
                encode_events(set.facts, {{}, event});
              }),
              AllOf(HasSubstr("row 2"), HasSubstr("price")));
  EXPECT_THAT(data_message([&] {
                encode_events(set.facts, {{{"prce", "1"}}});
              }),
              HasSubstr("did you mean 'price'?"));
}

TEST_F(Scoring, ReadsTablesInBatches) {
  const ClickSet set = load(rows(100), score_schema);
  const fs::path file = write_table(
      "price;kind;item;extra;user;device\n10;k1;i1;x;u1;phone\nmuch;k1;i1;x;u1;phone\n;k0;i9;x;u9;\n20;k0;i2;"
      "x;u2\n"
      "20;k0;i2;x;u2;desk\n",
      "score.csv");
  ClickTable table(set.facts, file);
  const auto first = table.next(2);
  EXPECT_EQ(first.lines, (std::vector<long>{2, 4}));
  EXPECT_EQ(row(first.rows.tokens, 0)[1], token(set.facts, 1, "i1"));
  EXPECT_EQ(first.rows.numbers[1][0].item<float>(), 0);  // missing
  EXPECT_EQ(row(first.rows.tokens, 1)[1], token(set.facts, 1, "none"));
  const auto second = table.next(2);
  EXPECT_EQ(second.lines, (std::vector<long>{6}));
  EXPECT_EQ(table.next(2).rows.count(), 0);
  EXPECT_EQ(table.left_out(), 2);
  EXPECT_THAT(table.first_left_out(), AllOf(HasSubstr("score.csv:3:"), HasSubstr("'much'")));

  EXPECT_THAT(
      data_message([&] { ClickTable(set.facts, write_table("item,user,device\ni,u,d\n", "less.csv")); }),
      AllOf(HasSubstr("'kind' in"), HasSubstr("less.csv")));
}

TEST_F(Scoring, KnowsUsersAndItems) {
  const ClickSet set = load(rows(100), score_schema);
  request_.facts = set.facts;
  const ClickCatalogue all(request_, ClickCatalogue::Known::all);
  ASSERT_EQ(all.items().size(), 6U);
  EXPECT_EQ(all.items()[1].id, "i5");
  EXPECT_EQ(all.items()[1].title, "Title 5");
  ASSERT_EQ(all.users().size(), 5U);
  const ClickUser& user = all.user("u1");  // rows 1, 6, 11, …, 96: items 5 0 1 2 3 4 …
  EXPECT_EQ(user.seen.size(), 6U);
  EXPECT_EQ(user.liked.size(), 7U);  // rows 6, 21, …, 96
  EXPECT_TRUE(user.later.empty());
  EXPECT_THAT(message_of(ExitCode::usage, [&] { all.user("u11"); }),
              AllOf(HasSubstr("5 users"), HasSubstr("u1")));
}

TEST_F(Scoring, ShowsItemsInTheLastCircumstances) {
  const ClickSet set = load(rows(150), score_schema);
  request_.facts = set.facts;
  const ClickCatalogue all(request_, ClickCatalogue::Known::all);
  const ClickUser& user = all.user("u1");
  const ClickRows rows = all.rows(user, {2, 0});
  EXPECT_FALSE(rows.targets.defined());
  const auto tokens = row(rows.tokens, 0);
  const std::string item = all.items()[2].id;  // i4
  EXPECT_EQ(item, "i4");
  EXPECT_EQ(tokens[0], token(set.facts, 0, "u1"));
  EXPECT_EQ(tokens[1], token(set.facts, 1, "i4"));
  EXPECT_EQ(tokens[2], token(set.facts, 2, "k0"));
  EXPECT_EQ(tokens[3], token(set.facts, 3, "none"));  // "desk" came after the training rows
  for (size_t i = 0; i < 3; ++i) {
    const auto liked = static_cast<size_t>(user.liked[user.liked.size() - 1 - i]);
    EXPECT_EQ(tokens[5 + i], token(set.facts, 1, all.items()[liked].id));
  }
  const float price = encode_events(set.facts, {{{"price", "40"}}}).numbers[0][0].item<float>();
  EXPECT_EQ(rows.numbers[0][0].item<float>(), price);
  const ClickValues text = all.describe(user, 2);
  EXPECT_EQ(text.at("item"), "i4");
  EXPECT_EQ(text.at("device"), "desk");
  EXPECT_EQ(text.at("price"), "40");
  EXPECT_THAT(text.at("before"), ::testing::StartsWith("Title "));
}

TEST_F(Scoring, HidesTestEventsForRanking) {
  const ClickSet set = load(rows(150), score_schema);
  request_.facts = set.facts;
  const ClickCatalogue before(request_, ClickCatalogue::Known::before_test);
  size_t later = 0;
  for (const auto& user : before.users()) {
    later += user.later.size();
    for (const long item : user.liked) EXPECT_LT(item, 6);
  }
  EXPECT_EQ(static_cast<long>(later), set.test.targets.select(1, 0).sum().item<long>());
  // The history shown is the one before the test rows: as of the first test row, with its own context left
  // aside.
  size_t liked = 0;
  for (const auto& user : before.users()) liked += user.liked.size();
  EXPECT_EQ(static_cast<long>(liked), set.train.targets.select(1, 0).sum().item<long>() +
                                          set.validation.targets.select(1, 0).sum().item<long>());
}

TEST_F(Scoring, NeedsUsersAndItemsToRecommend) {
  const ClickSet set = load(rows(100), "label = 'click'\nfields = [ { name = 'kind', min_count = 1 } ]");
  request_.facts = set.facts;
  EXPECT_THAT(message_of(ExitCode::usage, [&] { ClickCatalogue(request_, ClickCatalogue::Known::all); }),
              HasSubstr("nothing to recommend"));
}

}  // namespace
}  // namespace actlab::test

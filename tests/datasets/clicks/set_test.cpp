// How events are divided and encoded.

#include <random>
#include <set>

#include "tests/datasets/clicks/helpers.h"

namespace actlab::test {
namespace {

constexpr const char* set_schema = R"(
label = "click"
user = "user"
item = "item"
time = "time"
fields = [
  { name = "user", kind = "categorical", min_count = 1 },
  { name = "item", kind = "categorical", min_count = 1, of_item = true },
  { name = "tags", kind = "multi_valued", longest = 2, min_count = 1 },
  { name = "before", kind = "history", of = "item", longest = 3 },
  { name = "price", kind = "numerical" },
]
)";

class ClickSets : public ClickTables {
 protected:
  /// Rows of a random world, in no order of time.
  static std::string random_rows(int count, int users = 7) {
    std::mt19937 random(3);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    std::string text = "user,item,tags,price,time,click\n";
    for (int i = 0; i < count; ++i) {
      text += fmt_row(below(users), below(10), i * 37 % count, below(2));
    }
    return text;
  }
  static std::string fmt_row(int user, int item, int time, int click) {
    return "u" + std::to_string(user) + ",i" + std::to_string(item) + ",a|b," + std::to_string(item) + ".5," +
           std::to_string(1'000'000 + time) + "," + std::to_string(click) + "\n";
  }
};

TEST_F(ClickSets, AreEncodedByTheContract) {
  const ClickSet set = load(random_rows(100), set_schema);
  const auto& input = set.facts.at("input");
  EXPECT_EQ(set.facts.at("class_names").dump(), R"(["no click","click"])");
  EXPECT_EQ(input.at("numbers").dump(), R"(["price"])");
  const auto& fields = input.at("fields");
  ASSERT_EQ(fields.size(), 4U);
  EXPECT_EQ(fields[0].dump(), R"({"count":1,"first":0,"kind":"single","name":"user"})");
  EXPECT_EQ(fields[2].dump(), R"({"count":2,"first":2,"kind":"bag","name":"tags"})");
  EXPECT_EQ(fields[3].dump(), R"({"candidate":1,"count":3,"first":4,"kind":"history","name":"before"})");
  for (const auto* part : {&set.train, &set.validation, &set.test}) {
    EXPECT_EQ(part->tokens.size(1), 7);
    EXPECT_EQ(part->numbers.size(1), 1);
    EXPECT_EQ(part->tokens.scalar_type(), torch::kInt);
    EXPECT_EQ(part->numbers.scalar_type(), torch::kFloat);
    EXPECT_EQ(part->targets.sizes(), (std::vector<int64_t>{part->count(), 2}));
    if (part->count() > 0) {
      EXPECT_LT(part->tokens.max().item<int>(), input.at("tokens").get<int>());
    }
  }
  EXPECT_EQ(set.train.count() + set.validation.count() + set.test.count(), 100);
}

TEST_F(ClickSets, AreSplitByTimeWithMomentsInOnePart) {
  const std::string text = random_rows(1000);
  const ClickSet set = load(text, set_schema);
  EXPECT_EQ(set.train.count(), 700);
  EXPECT_EQ(set.validation.count(), 100);
  EXPECT_EQ(set.test.count(), 200);
  EXPECT_THAT(set.note, HasSubstr("split by time"));

  std::string tied = "user,item,tags,price,time,click\n";
  for (int i = 0; i < 100; ++i)
    tied += fmt_row(i % 5, i % 3, i / 40, i % 2);  // three moments: 40, 40, 20 rows
  const ClickSet moments = load(tied, set_schema);
  EXPECT_EQ(moments.train.count(), 80);
  EXPECT_EQ(moments.validation.count(), 0);
  EXPECT_EQ(moments.test.count(), 20);
}

TEST_F(ClickSets, AreSplitByUserWithoutSharingOne) {
  request_.split = "user";
  const ClickSet set = load(random_rows(3000, 100), set_schema);
  std::set<int> groups;
  size_t sum = 0;
  for (const auto* part : {&set.train, &set.validation, &set.test}) {
    std::set<int> own;
    for (long i = 0; i < part->count(); ++i) own.insert(row(part->targets, i)[1]);
    sum += own.size();
    groups.insert(own.begin(), own.end());
    EXPECT_FALSE(own.empty());
  }
  EXPECT_EQ(groups.size(), 100U);
  EXPECT_EQ(sum, 100U);
}

TEST_F(ClickSets, AreSplitAtRandomWithCopiesOnOneSide) {
  request_.split = "random";
  const std::string rows = random_rows(3000).substr(std::string("user,item,tags,price,time,click\n").size());
  const ClickSet once = load("user,item,tags,price,time,click\n" + rows, set_schema);
  const ClickSet twice = load("user,item,tags,price,time,click\n" + rows + rows, set_schema);
  EXPECT_NEAR(static_cast<double>(once.test.count()), 600, 80);
  EXPECT_NEAR(static_cast<double>(once.validation.count()), 300, 60);
  EXPECT_EQ(twice.test.count(), 2 * once.test.count());
  EXPECT_EQ(twice.train.count(), 2 * once.train.count());
}

TEST_F(ClickSets, AreSplitAsAColumnSays) {
  const std::string given = "label = 'click'\nsplit = 'part'\nfields = [ { name = 'a', min_count = 1 } ]";
  std::string text = "a,click,part\n";
  for (int i = 0; i < 90; ++i) {
    text += std::to_string(i) + "," + std::to_string(i % 2) + "," +
            (i % 9 < 6   ? "train"
             : i % 9 < 7 ? "valid"
                         : "test") +
            "\n";
  }
  const ClickSet set = load(text, given);
  EXPECT_EQ(set.train.count(), 60);
  EXPECT_EQ(set.validation.count(), 10);
  EXPECT_EQ(set.test.count(), 20);
  EXPECT_THAT(refusal(text + "100,1,tset\n", given),
              AllOf(HasSubstr("'tset'"), HasSubstr("none of train, validation and test")));
  request_.split = "time";
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load(text, given); }), HasSubstr("column with the time"));
  request_.split = "tme";
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load(text, given); }), HasSubstr("did you mean 'time'?"));
}

TEST_F(ClickSets, TakeValuesAndScalesFromTrainingRowsOnly) {
  std::string text = "user,item,tags,price,time,click\n";
  for (int i = 0; i < 100; ++i) text += fmt_row(i % 3, i % 4, i, i % 2);
  const ClickSet before = load(text, set_schema);
  // Whatever stands in later rows, what is learned from the training rows stays the same.
  size_t position = 0;
  for (int line = 0; line <= 70; ++line) position = text.find('\n', position) + 1;
  std::string leaky = text.substr(0, position);
  for (int i = 70; i < 100; ++i) {
    leaky += "spy" + std::to_string(i) + ",new,secret,1e9," + std::to_string(1'000'000 + i) + ",1\n";
  }
  const ClickSet after = load(leaky, set_schema);
  EXPECT_EQ(after.facts, before.facts);
  EXPECT_TRUE(torch::equal(after.train.tokens, before.train.tokens));
  EXPECT_TRUE(torch::equal(after.train.numbers, before.train.numbers));
  const auto unknown = row(after.test.tokens, 0);
  EXPECT_EQ(unknown[0], token(before.facts, 0, "none"));
  EXPECT_EQ(unknown[1], token(before.facts, 1, "none"));
  EXPECT_NEAR(before.train.numbers.mean().item<double>(), 0, 1e-6);
  EXPECT_NEAR(before.train.numbers.std(/*unbiased=*/false).item<double>(), 1, 1e-5);
}

TEST_F(ClickSets, ShowClicksBeforeTheMomentAlone) {
  const std::string text =
      "user,item,tags,price,time,click\n"
      "u,a,,,10,1\n"
      "u,b,,,20,0\n"
      "u,c,,,20,1\n"
      "v,d,,,25,1\n"
      "u,d,,,20,1\n"  // with c, one moment
      "u,e,,,30,1\n"
      "u,f,,,40,1\n"
      "u,a,,,50,0\n";
  ClickSet set = load(text + "w,a,,,60,0\nw,a,,,70,0\nw,a,,,80,0\n", set_schema);
  std::vector<std::vector<int32_t>> histories;
  for (long i = 0; i < set.train.count(); ++i) {
    const auto tokens = row(set.train.tokens, i);
    histories.emplace_back(tokens.begin() + 4, tokens.end());
  }
  const auto t = [&](const char* item) { return token(set.facts, 1, item); };
  ASSERT_EQ(histories.size(), 8U);  // in the order of time; u's a c d e f, in part
  EXPECT_EQ(histories[0], (std::vector<int32_t>{0, 0, 0}));
  for (const size_t moment : {1, 2, 3}) EXPECT_EQ(histories[moment], (std::vector<int32_t>{t("a"), 0, 0}));
  EXPECT_EQ(histories[4], (std::vector<int32_t>{0, 0, 0}));  // v
  EXPECT_EQ(histories[5], (std::vector<int32_t>{t("d"), t("c"), t("a")}));
  EXPECT_EQ(histories[6], (std::vector<int32_t>{t("e"), t("d"), t("c")}));
  EXPECT_EQ(histories[7], (std::vector<int32_t>{t("f"), t("e"), t("d")}));
}

/// Labels of test rows are turned around: nothing that training or validation rows show may change.
TEST_F(ClickSets, ShowNoTestLabelToOtherRows) {
  for (const char* split : {"time", "random", "user"}) {
    request_.split = split;
    const std::string text = random_rows(1000, 60);
    const ClickSet before = load(text, set_schema);
    const std::string header = "user,item,tags,price,time,click\n";
    std::vector<std::string> lines;
    size_t position = header.size();
    while (position < text.size()) {
      const size_t end = text.find('\n', position);
      lines.push_back(text.substr(position, end - position));
      position = end + 1;
    }
    const auto flipped = [&](const std::string& line) {
      return line.substr(0, line.size() - 1) + (line.back() == '1' ? "0" : "1");
    };
    // One row at a time: where flipping it changes a test target, training and validation stay as they were.
    long checked = 0;
    for (size_t i = 0; i < lines.size() && checked < 5; i += 19) {
      std::string changed = header;
      for (size_t j = 0; j < lines.size(); ++j) changed += (i == j ? flipped(lines[j]) : lines[j]) + "\n";
      const ClickSet after = load(changed, set_schema);
      const bool test_row = !torch::equal(after.test.targets, before.test.targets);
      if (!test_row) continue;
      ++checked;
      EXPECT_TRUE(torch::equal(after.train.tokens, before.train.tokens)) << split;
      EXPECT_TRUE(torch::equal(after.validation.tokens, before.validation.tokens)) << split;
    }
    EXPECT_EQ(checked, 5) << split;
  }
}

TEST_F(ClickSets, TakeHistoriesFromAColumnWhereThereIsOne) {
  const std::string own = R"(
label = "click"
fields = [ { name = "item", min_count = 1 },
           { name = "seen", kind = "history", of = "item", column = "seen", longest = 2 } ]
)";
  std::string text = "item,seen,click\n";
  for (int i = 0; i < 50; ++i) text += "abc"[i % 3] + std::string(",a|b|zz|c,1\n");
  const ClickSet set = load(text, own);
  const auto tokens = row(set.train.tokens, 0);
  EXPECT_EQ(tokens[1], token(set.facts, 0, "c"));  // the last is the latest; zz was never an item
  EXPECT_EQ(tokens[2], token(set.facts, 0, "b"));
}

TEST_F(ClickSets, GiveRareValuesOneTokenAndHashWhatIsAsked) {
  std::string text = "a,click\n";
  for (int i = 0; i < 300; ++i) text += (i % 3 == 0 ? "often" : "once" + std::to_string(i)) + ",1\n";
  const ClickSet counted =
      load(text, "label = 'click'\nin_order = true\nfields = [ { name = 'a', min_count = 2 } ]");
  EXPECT_EQ(counted.facts.at("input").at("tokens"), 3);
  EXPECT_EQ(row(counted.train.tokens.slice(0, 0, 3).flatten().unsqueeze(0), 0),
            (std::vector<int32_t>{2, 1, 1}));

  request_.hash_buckets = 50;
  const ClickSet hashed =
      load(text, "label = 'click'\nin_order = true\nfields = [ { name = 'a', min_count = 2 } ]");
  EXPECT_EQ(hashed.facts.at("input").at("tokens"), 52);
  EXPECT_GE(hashed.train.tokens.min().item<int>(), 2);
  EXPECT_LE(hashed.train.tokens.max().item<int>(), 51);
  EXPECT_GT(std::get<0>(torch::_unique(hashed.train.tokens)).numel(), 40);
}

TEST_F(ClickSets, CanBeCutToTheRowsNextToTheTest) {
  const std::string text = random_rows(1000);
  const ClickSet whole = load(text, set_schema);
  request_.train_limit = 50;
  request_.test_limit = 30;
  const ClickSet part = load(text, set_schema);
  EXPECT_EQ(part.train.count(), 50);
  EXPECT_EQ(part.validation.count(), 30);
  EXPECT_EQ(part.test.count(), 30);
  EXPECT_TRUE(torch::equal(part.train.targets.select(1, 0), whole.train.targets.slice(0, 650).select(1, 0)));
  EXPECT_TRUE(torch::equal(part.test.targets.select(1, 0), whole.test.targets.slice(0, 0, 30).select(1, 0)));
  EXPECT_NE(part.fingerprint, whole.fingerprint);
  request_.train_limit = -1;
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load(text, set_schema); }), HasSubstr("negative"));
}

TEST_F(ClickSets, AreEncodedAsATrainedModelKnowsThem) {
  const ClickSet trained = load(random_rows(500), set_schema);
  request_.facts = trained.facts;
  request_.unseen = true;
  const ClickSet unseen = load(random_rows(100), set_schema);
  EXPECT_EQ(unseen.train.count(), 0);
  EXPECT_EQ(unseen.test.count(), 100);
  EXPECT_EQ(unseen.facts, trained.facts);
  EXPECT_THAT(unseen.note, ::testing::Not(HasSubstr("split")));
}

TEST_F(ClickSets, OfEqualRowsHaveEqualFingerprints) {
  const std::string text = random_rows(200);
  EXPECT_EQ(load(text, set_schema).fingerprint, load(text, set_schema).fingerprint);
  std::string changed = text;
  changed[changed.size() - 2] = changed[changed.size() - 2] == '1' ? '0' : '1';
  EXPECT_NE(load(changed, set_schema).fingerprint, load(text, set_schema).fingerprint);
}

TEST_F(ClickSets, WithDamagedRowsAreRefusedBeyondOneInAThousand) {
  const std::string few = random_rows(100);
  EXPECT_THAT(refusal(few + "u,i,,1\n", set_schema),
              AllOf(HasSubstr("1 of 101"), HasSubstr("events.csv:102: 4 fields instead of 6")));
  EXPECT_THAT(refusal(few + "u,i,,1,2,3,4\n", set_schema), HasSubstr("7 fields instead of 6"));
  EXPECT_THAT(refusal(few + "u,i,,1,2,2\n", set_schema), HasSubstr("the label '2' is neither 0 nor 1"));
  EXPECT_THAT(refusal(few + "u,i,,1,2,\n", set_schema), HasSubstr("the label '' is no number"));
  EXPECT_THAT(refusal(few + "u,i,,dear,2,1\n", set_schema),
              HasSubstr("'dear' in the column price is no number"));
  EXPECT_THAT(refusal(few + "u,i,,nan,2,1\n", set_schema), HasSubstr("is no number"));
  EXPECT_THAT(refusal(few + "u,i,,1,noon,1\n", set_schema), HasSubstr("the time 'noon' cannot be read"));

  const ClickSet set = load(random_rows(3000) + "u,i,,dear,2,1\nu,i,1\n", set_schema);
  EXPECT_THAT(set.note, AllOf(HasSubstr("damaged rows left out: 2"), HasSubstr("events.csv:3002:")));
  EXPECT_EQ(set.train.count() + set.validation.count() + set.test.count(), 3000);
}

TEST_F(ClickSets, WithOtherColumnsThanTheirSchemaAreRefused) {
  const std::string text = "usr,item,tags,price,time,click\nu,i,,1,2,1\n";
  EXPECT_THAT(refusal(text, set_schema),
              AllOf(HasSubstr("'user' in"), HasSubstr("events.csv"), HasSubstr("'usr'?")));
  EXPECT_THAT(refusal("user,item,tags,price,time,click,item\nu,i,,1,2,1,2\n", set_schema),
              HasSubstr("more than once"));
  EXPECT_THAT(refusal("", set_schema), HasSubstr("empty"));
  EXPECT_THAT(refusal("user,item,tags,price,time,click\n", set_schema),
              HasSubstr("0 training and 0 test rows"));
  const std::string ordered = std::string("in_order = true") + set_schema;
  EXPECT_THAT(refusal("user,item,tags,price,time,click\nu,i,,1,3,1\nu,i,,1,2,1\n", ordered),
              AllOf(HasSubstr("not in the order of time"), HasSubstr("line 3 of")));
}

TEST_F(ClickSets, ThatAreNotThereAreRefusedWithWhatToDo) {
  request_.dataset = "clics";
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load_clicks(request_); }),
              HasSubstr("did you mean 'clicks'?"));
  request_.dataset = "./none.csv";
  EXPECT_THAT(data_message([&] { load_clicks(request_); }), HasSubstr("no such file"));
  request_.dataset = write_table("a,click\nx,1\n").string();
  EXPECT_THAT(data_message([&] { load_clicks(request_); }),
              AllOf(HasSubstr("data inspect"), HasSubstr("events.csv.toml")));
  fs::create_directories(folder_ / "empty");
  request_.dataset = (folder_ / "empty").string();
  EXPECT_THAT(data_message([&] { load_clicks(request_); }), HasSubstr("no events are recognised"));
  request_.dataset = "movielens-1m";
  request_.data_directory = folder_;
  EXPECT_THAT(data_message([&] { load_clicks(request_); }),
              AllOf(HasSubstr("click_recommendation data fetch movielens-1m"), HasSubstr("grouplens.org")));
}

}  // namespace
}  // namespace actlab::test

// Division, folds, limits and the fingerprint.

#include <gmock/gmock.h>

#include <functional>
#include <set>

#include "tests/datasets/text/helpers.h"

namespace actlab::test {
namespace {

using ::testing::HasSubstr;

class Division : public Texts {
 protected:
  void SetUp() override {
    Texts::SetUp();
    write(folder_ / "a.csv", "text,label\n" + rows(1000) + rows(1000));  // each text twice
  }
};

using Set = std::set<std::string>;
Set texts(const TextSplit& split) { return {split.texts.begin(), split.texts.end()}; }

TEST_F(Division, PutsAFifthAsideAndNoCopyOnBothSides) {
  const TextSet set = load("a.csv");
  EXPECT_NEAR(static_cast<double>(set.test.texts.size()), 400, 60);
  EXPECT_EQ(set.train.texts.size() + set.test.texts.size(), 2000U);
  for (const auto& text : texts(set.test)) EXPECT_EQ(texts(set.train).count(text), 0U) << text;
  EXPECT_EQ(set.fingerprint(), load("a.csv").fingerprint());
  // More texts move none of those that are there.
  write(folder_ / "b.csv", "text,label\n" + rows(1100));
  const Set more = texts(load("b.csv").test);
  for (const auto& text : texts(set.test)) EXPECT_EQ(more.count(text), 1U) << text;
}

TEST_F(Division, FoldsAreTenPartsOfTheWhole) {
  const Set fixed = texts(load("a.csv").test);
  Set all, first_two;
  for (long fold = 0; fold < 10; ++fold) {
    request_.fold = fold;
    const TextSet set = load("a.csv");
    EXPECT_NEAR(static_cast<double>(set.test.texts.size()), 200, 60);
    EXPECT_EQ(set.train.texts.size() + set.test.texts.size(), 2000U);
    for (const auto& text : texts(set.test)) {
      EXPECT_TRUE(all.insert(text).second) << text;
      if (fold < 2) first_two.insert(text);
    }
  }
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_EQ(first_two, fixed);
  request_.fold = 10;
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load("a.csv"); }), HasSubstr("0 to 9"));
}

TEST_F(Division, NeedsTestData) {
  EXPECT_THAT(failure("b.csv", std::string("text,label\ntext 0,good\ntext 0,bad\n")), HasSubstr("add texts"));
}

TEST_F(Division, LimitsTakeAMixedPartThatNeverChanges) {
  request_.train_limit = 100;
  request_.test_limit = 50;
  const TextSet set = load("a.csv");
  EXPECT_EQ(set.train.texts.size(), 100U);
  EXPECT_EQ(set.train.labels.size(0), 100);
  EXPECT_EQ(set.test.texts.size(), 50U);
  EXPECT_THAT(set.note, HasSubstr("100 of 1,"));
  EXPECT_THAT(set.note, HasSubstr("training texts; 50 of "));
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(labels(set.train)[i],
              1 - std::stoi(set.train.texts[i].substr(5)) % 2);  // texts keep their labels
  }
  EXPECT_EQ(set.fingerprint(), load("a.csv").fingerprint());
  request_.train_limit = 101;
  const TextSet more = load("a.csv");
  EXPECT_EQ(std::vector<std::string>(more.train.texts.begin(), more.train.texts.end() - 1), set.train.texts);
  EXPECT_NE(set.fingerprint(), more.fingerprint());
  request_.train_limit = 1'000'000;
  EXPECT_GT(load("a.csv").train.texts.size(), 1000U);
  request_.train_limit = -1;
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load("a.csv"); }), HasSubstr("train limit -1"));
}

TEST_F(Division, ReviewsNeedNoFile) {
  request_.train_limit = 100;
  request_.test_limit = 50;
  for (const std::string name : {"reviews", "reviews-zh"}) {
    const TextSet set = load(name);
    EXPECT_EQ(set.train.texts.size(), 100U);
    EXPECT_EQ(set.test.texts.size(), 50U);
  }
  request_.fold = 0;
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load("reviews"); }), HasSubstr("leave the fold out"));
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load("review"); }), HasSubstr("did you mean 'reviews'?"));
}

TEST(TextSetTest, FingerprintSeesEveryPart) {
  const auto make = [](const std::function<void(TextSet&)>& change) {
    TextSet set{"a",       "", {{"one", "two"}, torch::tensor({0, 1})}, {}, {{"three"}, torch::tensor({1})},
                {"x", "y"}};
    change(set);
    return set.fingerprint();
  };
  const std::string before = make([](TextSet&) {});
  EXPECT_EQ(before.size(), 16U);
  EXPECT_EQ(before, make([](TextSet& set) { set.note = "other"; }));
  EXPECT_NE(before, make([](TextSet& set) { set.name = "b"; }));
  EXPECT_NE(before, make([](TextSet& set) { set.class_names = {"xy", ""}; }));
  EXPECT_NE(before, make([](TextSet& set) { set.train.texts = {"onet", "wo"}; }));
  EXPECT_NE(before, make([](TextSet& set) { set.train.labels = torch::tensor({1, 1}); }));
  EXPECT_NE(before, make([](TextSet& set) { std::swap(set.validation, set.test); }));
}

}  // namespace
}  // namespace actlab::test

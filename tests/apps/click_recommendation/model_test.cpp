#include <set>

#include "tests/apps/click_recommendation/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// The items that a user of the shop has not seen, and those that are of the user's kind.
bool unseen(int user, int item) { return (user / 3 + item / 3) % 3 == 0; }
bool likes(int user, int item) { return user % 3 == item % 3; }

int number_of(const json& item) { return std::stoi(item["item"].get<std::string>().substr(1)); }

TEST_F(SavedClickModel, EvaluatesToTheSameFigures) {
  const auto result = run({"evaluate", "--load", model()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, trained_output());
  const auto values = json::parse(run({"evaluate", "--load", model(), "--format", "json"}).out);
  EXPECT_GT(values["auc"].get<double>(), 0.8) << "16 events of 17 follow the kinds";
  EXPECT_THAT(run({"evaluate", "--load", model(), "--format", "csv"}).out, HasSubstr("\ngauc,"));
}

TEST_F(SavedClickModel, EvaluatesEveryRowOfOtherDataAsItKnowsItsOwn) {
  const auto other = write("other.csv",
                           "user,favourite,item,title,kind,price,time,click\nu1,coffee,i1,x,coffee,1,1,1\n"
                           "u1,coffee,i2,x,water,1,2,0\nnobody,beer,i99,x,beer,,3,1\n");
  const auto result = run({"evaluate", "--load", model(), "--dataset", other, "--format", "json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(json::parse(result.out).contains("auc"));
}

TEST_F(SavedClickModel, RecommendsWhatIsUnseenAndLiked) {
  for (const int user : {0, 1, 2, 17}) {
    const auto name = "u" + std::to_string(user);
    const auto result =
        run({"recommend", "--load", model(), "--user", name, "--top", "100", "--format", "json"});
    ASSERT_EQ(result.code, 0) << result.err;
    const auto items = json::parse(result.out);
    std::set<int> shown;
    double last = 1;
    for (const auto& item : items) {
      EXPECT_LE(item["probability"], last);
      last = item["probability"];
      shown.insert(number_of(item));
    }
    for (int item = 0; item < 24; ++item) EXPECT_EQ(shown.count(item), unseen(user, item) ? 1U : 0U) << item;
    EXPECT_TRUE(likes(user, number_of(items[0]))) << items[0];
    EXPECT_TRUE(likes(user, number_of(items[1]))) << items[1];
  }
}

TEST_F(SavedClickModel, ShowsTitlesAndExplainsInEveryFormat) {
  const std::vector<std::string> ask = {"recommend", "--load", model(), "--user", "u4", "--top", "2"};
  const auto table = run(ask, {"--explain"});
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(table.out, AllOf(ContainsRegex("1 +[0-9.]+ %  coffee, number [0-9]+"), HasSubstr("strongest"),
                               ContainsRegex("kind coffee \\+[0-9.]+")));
  EXPECT_THAT(table.err, ContainsRegex("user u4 has seen 1[0-9] of 24 items"));
  EXPECT_THAT(run(ask).out, Not(HasSubstr("strongest")));
  const auto csv = run(ask, {"--format", "csv"}).out;
  EXPECT_THAT(csv, AllOf(StartsWith("place,item,title,probability\r\n1,i"), HasSubstr(",\"coffee, number ")));
  const auto item = json::parse(run(ask, {"--explain", "--format", "json"}).out)[0];
  std::set<std::string> fields;
  double strongest = 1e9;
  for (const auto& field : item["fields"]) {
    fields.insert(field["field"]);
    EXPECT_LE(std::abs(field["contribution"].get<double>()), strongest);
    strongest = std::abs(field["contribution"].get<double>());
  }
  EXPECT_EQ(fields, (std::set<std::string>{"user", "favourite", "item", "kind", "price", "liked"}));
}

TEST_F(SavedClickModel, UnknownUsersAreAnsweredWithTheNearest) {
  const auto result = run({"recommend", "--load", model(), "--user", "u111"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("'u111'"), HasSubstr("30 users"), HasSubstr("did you mean 'u1")));
}

TEST_F(SavedClickModel, ScoresEveryRowOfAFile) {
  const auto result = run({"score", "--load", model(), table(), "--format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto scores = json::parse(result.out);
  std::istringstream lines(slurp(table()));
  std::string line;
  std::getline(lines, line);
  double sum[2] = {}, count[2] = {};
  size_t row = 0;
  for (; std::getline(lines, line); ++row) {
    ASSERT_LT(row, scores.size());
    EXPECT_EQ(scores[row]["line"], row + 2);
    const size_t click = line.back() == '1' ? 1 : 0;
    sum[click] += scores[row]["probability"].get<double>();
    ++count[click];
  }
  EXPECT_EQ(row, scores.size());
  EXPECT_GT(sum[1] / count[1], sum[0] / count[0] + 0.4);
}

TEST_F(SavedClickModel, ScoresRowsWithoutLabelsIntoAFileAndCountsWhatCannotBeRead) {
  const auto rows =
      write("new.csv",
            "price,kind,item,user,favourite,liked\n1.5,tea,i0,u0,tea,i3|i6\n,water,i0,stranger,,\n"
            "dear,tea,i0,u0,tea,\n2.5,water,i2,u2,water,\n");
  const auto answers = (folder_ / "answers.csv").string();
  const auto result = run({"score", "--load", model(), rows, "--output", answers});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, AllOf(HasSubstr("3 rows are in " + answers), HasSubstr("1 row could not be read"),
                                HasSubstr("new.csv:4")));
  EXPECT_THAT(slurp(answers), ContainsRegex("^line,probability\n2,0[.0-9]+\n3,0[.0-9]+\n5,0[.0-9]+\n$"));
  EXPECT_EQ(run({"score", "--load", model(), rows, "--format", "csv"}).out, slurp(answers));
  EXPECT_THAT(run({"score", "--load", model(), rows}).out, ContainsRegex("\n +5 +[0-9.]+ %\n$"));
  EXPECT_EQ(run({"score", "--load", model(), rows, "--output", "/no/such/folder/a.csv"}).code, 3);
}

TEST_F(SavedClickModel, RanksAllItemsForTheTestUsers) {
  const auto result = run({"rank", "--load", model(), "--at", "1,24", "--format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto values = json::parse(result.out);
  EXPECT_EQ(values["recall@24"], 1) << "all of the shop";
  EXPECT_GT(values["ndcg@24"].get<double>(), 0.5);
  EXPECT_LE(values["recall@1"].get<double>(), 1);
  EXPECT_EQ(values["auc"], json::parse(run({"evaluate", "--load", model(), "--format", "json"}).out)["auc"]);
  EXPECT_THAT(result.err, ContainsRegex("^[0-9]+ users with clicks in the test rows"));
  EXPECT_THAT(run({"rank", "--load", model(), "--users", "2"}).err, HasSubstr("2 users with"));
}

TEST_F(SavedClickModel, BelongsToThisProgram) {
  stay_in_process(false);
  program_ = ACTLAB_BIN "/text_sentiment";
  const auto result = run({"evaluate", "--load", model()});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, AllOf(HasSubstr("another program"), HasSubstr("click_recommendation")));
}

}  // namespace
}  // namespace actlab::test

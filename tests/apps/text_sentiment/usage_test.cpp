#include "tests/apps/text_sentiment/program_test.h"

namespace actlab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Calls that end before anything is trained.
class TextUsage : public TextProgram {
 protected:
  TextUsage() { stay_in_process(); }
};

TEST_F(TextUsage, HelpNamesEveryCommandAndFlag) {
  const auto program = run({"--help"});
  EXPECT_EQ(program.code, 0);
  for (const auto* command :
       {"compare", "train", "evaluate", "predict", "report", "data", "models", "doctor"})
    EXPECT_THAT(program.out, HasSubstr(command));
  const auto train = run({"train", "--help"}).out;
  for (const auto* flag : {"--text-column", "--label-column", "--encoding", "--fold", "--max-tokens",
                           "--min-count", "--vocabulary", "--chinese", "--vectors"})
    EXPECT_THAT(train, HasSubstr(flag));
  const auto predict = run({"predict", "--help"}).out;
  for (const auto* flag : {"--load", "--file", "--text-column", "--encoding", "--interactive", "--explain",
                           "--top", "--format", "--output"})
    EXPECT_THAT(predict, HasSubstr(flag));
  EXPECT_THAT(run({"evaluate", "--help"}).out, AllOf(HasSubstr("--text-column"), Not(HasSubstr("--vectors"))))
      << "a trained model knows its words";
  EXPECT_THAT(run({"models"}).out, AllOf(HasSubstr("dan"), HasSubstr("text_cnn"), HasSubstr("transformer")));
}

TEST_F(TextUsage, MistakesAreAnsweredWithTheNearestNameAndCode2) {
  const struct {
    std::vector<std::string> arguments;
    const char *given, *nearest;
  } cases[] = {
      {{"compare", "--dataset", "revews"}, "'revews'", "'reviews'"},
      {{"compare", "--model", "text_cn"}, "'text_cn'", "'text_cnn'"},
      {{"compare", "--model", "dan:dept=2"}, "'dept'", "'depth'"},
      {{"compare", "--chinese", "bigram"}, "'bigram'", "'bigrams'"},
      {{"compare", "--metric", "accurcy"}, "'accurcy'", "'accuracy'"},
      {{"train", "--max-token", "9"}, "'--max-token'", "'--max-tokens'"},
  };
  for (const auto& item : cases) {
    const auto result = run(item.arguments);
    EXPECT_EQ(result.code, 2) << item.given << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr(item.given), HasSubstr(item.nearest)));
    EXPECT_EQ(result.out, "");
  }
}

}  // namespace
}  // namespace actlab::test

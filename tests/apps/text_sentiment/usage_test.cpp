#include "tests/apps/text_sentiment/program_test.h"

namespace actlab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using TextUsage = TextProgram;

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
      {{"compare", "--metric", "acu"}, "'acu'", "'auc'"},
      {{"train", "--max-token", "9"}, "'--max-token'", "'--max-tokens'"},
  };
  for (const auto& item : cases) {
    const auto result = run(item.arguments, {"--train-limit", "50", "--test-limit", "20", "--epochs", "1"});
    EXPECT_EQ(result.code, 2) << item.given << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr(item.given), HasSubstr(item.nearest)));
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(TextUsage, BadDataIsAClearError) {
  const auto good = write("good.csv", "text,label\ngood,1\nfine,1\nbad,0\nworse,0\n");
  const struct {
    int code;
    const char* what;
    std::vector<std::string> arguments;
  } cases[] = {
      {3, "no rows", {"--dataset", write("empty.csv", "")}},
      {3, "two classes", {"--dataset", write("one.csv", "text,label\na,x\nb,x\nc,x\n")}},
      {2, "'sentiment'", {"--dataset", good, "--label-column", "sentiment"}},
      {2, "'avis'", {"--dataset", good, "--text-column", "avis"}},
      {2, "'klingon'", {"--dataset", good, "--encoding", "klingon"}},
      {3, "line 3", {"--dataset", write("wide.csv", "text,label\na,x\nb,y,z\n")}},
      {3, "no such file", {"--dataset", "/no/such.csv"}},
      {3, "vectors.txt", {"--vectors", write("vectors.txt", "the 0.1 0.2\nfilm 0.1\n")}},
  };
  for (const auto& item : cases) {
    const auto result =
        run({"train", "--model", small_model, "--epochs", "1", "--train-limit", "50"}, item.arguments);
    EXPECT_EQ(result.code, item.code) << item.what << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr("error: "), HasSubstr(item.what)));
  }
}

}  // namespace
}  // namespace actlab::test

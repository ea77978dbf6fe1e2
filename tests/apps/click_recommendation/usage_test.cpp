#include "tests/apps/click_recommendation/program_test.h"

namespace actlab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Calls that end before anything is trained.
class ClickUsage : public ClickProgram {
 protected:
  ClickUsage() { stay_in_process(); }
};

TEST_F(ClickUsage, HelpNamesEveryCommandAndFlag) {
  const auto program = run({"--help"});
  EXPECT_EQ(program.code, 0);
  for (const auto* command :
       {"compare", "train", "evaluate", "recommend", "score", "rank", "report", "data", "models", "doctor"})
    EXPECT_THAT(program.out, HasSubstr(command));
  const auto train = run({"train", "--help"}).out;
  for (const auto* flag : {"--schema", "--split", "--min-count", "--hash-buckets", "--history"})
    EXPECT_THAT(train, HasSubstr(flag));
  const auto recommend = run({"recommend", "--help"}).out;
  for (const auto* flag : {"--load", "--user", "--top", "--explain", "--format", "--dataset", "--data-dir"})
    EXPECT_THAT(recommend, HasSubstr(flag));
  EXPECT_THAT(run({"score", "--help"}).out, AllOf(HasSubstr("--load"), HasSubstr("--output")));
  EXPECT_THAT(run({"rank", "--help"}).out, AllOf(HasSubstr("--at"), HasSubstr("--users")));
  EXPECT_THAT(run({"evaluate", "--help"}).out, Not(HasSubstr("--schema")))
      << "a trained model knows its data";
  EXPECT_THAT(run({"models"}).out, AllOf(HasSubstr("deepfm"), HasSubstr("dcn"), HasSubstr("din")));
}

TEST_F(ClickUsage, MistakesAreAnsweredWithTheNearestNameAndCode2) {
  const struct {
    std::vector<std::string> arguments;
    const char *given, *nearest;
  } cases[] = {
      {{"compare", "--dataset", "clcks"}, "'clcks'", "'clicks'"},
      {{"compare", "--model", "depfm"}, "'depfm'", "'deepfm'"},
      {{"compare", "--model", "mlp:embeding=2"}, "'embeding'", "'embedding'"},
      {{"compare", "--split", "tim"}, "'tim'", "'time'"},
      {{"compare", "--metric", "gauk"}, "'gauk'", "'gauc'"},
      {{"compare", "--metric", "calibration"}, "calibration", "ece"},
      {{"train", "--min-cont", "9"}, "'--min-cont'", "'--min-count'"},
      {{"data", "inspct"}, "inspct", "inspect"},
      {{"data", "inspect"}, "data inspect", "path of a file"},
      {{"recommend", "--load", "x"}, "--user", "required"},
  };
  for (const auto& item : cases) {
    const auto result = run(item.arguments);
    EXPECT_EQ(result.code, 2) << item.given << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr(item.given), HasSubstr(item.nearest)));
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(ClickUsage, InspectingATableProposesASchemaThatTrains) {
  const auto table = write("shop.csv", shop_table());
  const auto proposal = run({"data", "inspect", table});
  ASSERT_EQ(proposal.code, 0) << proposal.err;
  EXPECT_THAT(proposal.out, AllOf(HasSubstr("label = \"click\""), HasSubstr("user = \"user\""),
                                  HasSubstr("name = \"price\""), HasSubstr("#")));
  const auto schema = write("own.toml", proposal.out);
  const auto trained = run(
      {"train", "--dataset", table, "--schema", schema, "--model", small_model, "--epochs", "1", "--quiet"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.out, HasSubstr("test auc "));
}

}  // namespace
}  // namespace actlab::test

#include "tests/apps/speech_recognition/program_test.h"

namespace actlab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Calls that end before anything is trained.
class SpeechUsage : public SpeechProgram {
 protected:
  SpeechUsage() { stay_in_process(); }
};

TEST_F(SpeechUsage, HelpNamesEveryCommandAndFlag) {
  const auto program = run({"--help"});
  EXPECT_EQ(program.code, 0);
  for (const auto* command : {"compare", "train", "evaluate", "predict", "stream", "noise", "latency",
                              "report", "data", "models", "doctor"})
    EXPECT_THAT(program.out, HasSubstr(command));
  const auto train = run({"train", "--help"}).out;
  for (const auto* flag : {"--leave-out", "--words", "--unknown", "--silence", "--seconds", "--sample-rate",
                           "--window", "--hop", "--mels", "--mfcc", "--pcen", "--augment"})
    EXPECT_THAT(train, HasSubstr(flag));
  EXPECT_THAT(run({"predict", "--help"}).out, AllOf(HasSubstr("--explain"), HasSubstr("--top")));
  const auto stream = run({"stream", "--help"}).out;
  for (const auto* flag : {"--truth", "--every", "--span", "--threshold", "--refractory", "--tolerance"})
    EXPECT_THAT(stream, HasSubstr(flag));
  EXPECT_THAT(run({"noise", "--help"}).out, HasSubstr("--snr"));
  EXPECT_THAT(run({"latency", "--help"}).out, AllOf(HasSubstr("--calls"), HasSubstr("--baseline")));
  EXPECT_THAT(run({"evaluate", "--help"}).out, AllOf(HasSubstr("--leave-out"), Not(HasSubstr("--mels"))))
      << "a trained model knows its features";
  EXPECT_THAT(run({"models"}).out, AllOf(HasSubstr("dnn"), HasSubstr("ds_cnn"), HasSubstr("res15")));
  EXPECT_THAT(run({"data"}).out, AllOf(HasSubstr("fsdd"), HasSubstr("speech-commands")));
}

TEST_F(SpeechUsage, MistakesAreAnsweredWithWhatIsAllowedAndCode2) {
  const struct {
    std::vector<std::string> arguments;
    const char *given, *allowed;
  } cases[] = {
      {{"compare", "--dataset", "words-forman"}, "'words-forman'", "'words-formant'"},
      {{"compare", "--model", "ds_cn"}, "'ds_cn'", "'ds_cnn'"},
      {{"compare", "--augment", "nois"}, "'nois'", "'noise'"},
      {{"compare", "--augment", "shift,"}, "''", "shift"},
      {{"compare", "--metric", "accurcy"}, "'accurcy'", "'accuracy'"},
      {{"compare", "--words", "yes,no"}, "words", "fixed"},
      {{"compare", "--window", "nan"}, "nan", "--window"},
      {{"compare", "--window", "10", "--hop", "20"}, "10", "hop <= window"},
      {{"compare", "--mels", "400"}, "400 bands", "fewer bands"},
      {{"compare", "--mels", "20", "--mfcc", "30"}, "30 coefficients", "bands"},
      {{"compare", "--seconds", "0.05"}, "0.05", "60"},
      {{"train", "--mel", "9"}, "'--mel'", "'--mels'"},
      {{"latency", "--activations", "relu,gelu", "--baseline", "mish"}, "'mish'", "gelu"},
      {{"noise", "--load", "x", "--snr", "loud"}, "'loud'", "-100"},
      {{"latency", "--calls", "1"}, "1", "--calls"},
  };
  for (const auto& item : cases) {
    auto arguments = item.arguments;
    if (arguments[0] == "compare") {  // on data that are quickly made: some mistakes show when they are there
      if (arguments[1] != "--dataset" && arguments[1] != "--words")
        arguments.insert(arguments.end(), {"--dataset", "words-formant"});
      arguments.insert(arguments.end(), {"--output", output(), "--train-limit", "20", "--test-limit", "10"});
    }
    const auto result = run(arguments);
    EXPECT_EQ(result.code, 2) << item.given << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr(item.given), HasSubstr(item.allowed)));
    EXPECT_EQ(result.out, "");
  }
}

}  // namespace
}  // namespace actlab::test

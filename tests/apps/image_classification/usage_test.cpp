#include "tests/apps/image_classification/program_test.h"

namespace actlab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Calls that end before anything is trained.
class Usage : public ImageProgram {
 protected:
  Usage() { stay_in_process(); }

  /// Some mistakes show when the data are there.
  std::vector<std::string> little_of(const std::string& command) const {
    if (command != "compare") return {};
    return {"--output", output(), "--train-limit", "20", "--test-limit", "10"};
  }
};

TEST_F(Usage, HelpGoesToStandardOutputAndNamesEveryCommand) {
  const auto result = run({"--help"});
  EXPECT_EQ(result.code, 0);
  for (const auto* command :
       {"compare", "train", "evaluate", "predict", "report", "data", "models", "doctor"}) {
    EXPECT_THAT(result.out, HasSubstr(command));
  }
  EXPECT_THAT(result.out, Not(HasSubstr("worker"))) << "an inner command";
  EXPECT_THAT(run({"compare", "--help"}).out, AllOf(HasSubstr("--activations"), HasSubstr("--seeds")));
}

TEST_F(Usage, MistakesAreAnsweredWithTheNearestNameAndCode2) {
  const struct {
    std::vector<std::string> arguments;
    const char* given;
    const char* nearest;
  } cases[] = {
      {{"comapre"}, "'comapre'", "'compare'"},
      {{"compare", "--activation", "relu"}, "'--activation'", "'--activations'"},
      {{"compare", "--epocs=3"}, "'--epocs'", "'--epochs'"},
      {{"compare", "--activations", "rleu"}, "'rleu'", "'relu'"},
      {{"compare", "--activations", "leaky_relu:slop=0.1"}, "'slop'", "'slope'"},
      {{"compare", "--model", "resnt"}, "'resnt'", "'resnet'"},
      {{"compare", "--model", "mlp:dept=3"}, "'dept'", "'depth'"},
      {{"compare", "--model", "mlp:norm=bacth"}, "'bacth'", "'batch'"},
      {{"compare", "--dataset", "fashion-mnst"}, "'fashion-mnst'", "'fashion-mnist'"},
      {{"compare", "--optimizer", "adm"}, "'adm'", "'adam'"},
      {{"compare", "--schedule", "cosin"}, "'cosin'", "'cosine'"},
      {{"compare", "--lr", "tune:rate=3"}, "'rate'", "'rates'"},
      {{"compare", "--lr", "halvin"}, "'halvin'", "'halving'"},
      {{"compare", "--init", "matchd"}, "'matchd'", "'matched'"},
      {{"compare", "--format", "tabel"}, "'tabel'", "'table'"},
      {{"compare", "--seeds", "5..1"}, "'5..1'", "1..5"},
      {{"data", "fetch", "mnst"}, "'mnst'", "'mnist'"},
  };
  for (const auto& item : cases) {
    const auto result = run(item.arguments, little_of(item.arguments[0]));
    EXPECT_EQ(result.code, 2) << item.given << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr(item.given), HasSubstr(item.nearest)));
    EXPECT_EQ(result.out, "") << "messages belong on standard error";
  }
}

TEST_F(Usage, ValuesOutOfRangeAreRefused) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"compare", "--epochs", "0"},
                                                                     {"compare", "--epochs", "many"},
                                                                     {"compare", "--lr", "nan"},
                                                                     {"compare", "--lr", "tuned"},
                                                                     {"compare", "--lr", "tune:seeds=9"},
                                                                     {"compare", "--lr", "halving:rates=64"},
                                                                     {"compare", "--threshold", "0"},
                                                                     {"train", "--lr", "tune"},
                                                                     {"compare", "--jobs", "-1"},
                                                                     {"compare", "--shard", "2/2"},
                                                                     {"compare", "--device", "gpu"},
                                                                     {"compare", "--model", "mlp:depth=0"},
                                                                     {"compare", "surplus"},
                                                                     {"evaluate"},
                                                                     {}}) {
    const auto result = run(arguments, little_of(arguments.empty() ? "" : arguments[0]));
    EXPECT_EQ(result.code, 2) << testing::PrintToString(arguments) << result.err;
    EXPECT_THAT(result.err, HasSubstr("error: "));
  }
}

TEST_F(Usage, AnOutputFolderThatCannotBeWrittenIsRefusedBeforeTraining) {
  std::ofstream(folder_ / "file") << "x";
  auto arguments = small_grid();
  arguments.back() = (folder_ / "file").string();
  const auto result = run(arguments);
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("cannot be written"), HasSubstr((folder_ / "file").string())));
}

TEST_F(Usage, MissingDataIsCode3AndSaysHowToGetIt) {
  const auto result =
      run({"compare", "--dataset", "mnist", "--data-dir", folder_.string(), "--output", output()});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, AllOf(HasSubstr((folder_ / "mnist").string()), HasSubstr("data fetch mnist")));
}

TEST_F(Usage, FlagBeatsEnvironmentBeatsConfigurationBeatsDefault) {
  std::ofstream(folder_ / "c.toml") << "data-dir = \"/from/config\"\ndataset = \"mnist\"\n";
  const std::vector<std::string> base = {"compare", "--output", output(), "--config",
                                         (folder_ / "c.toml").string()};
  const char* set = std::getenv("ACTLAB_DATA");
  const std::string before = set == nullptr ? "" : set;
  unsetenv("ACTLAB_DATA");
  EXPECT_THAT(run(base).err, HasSubstr("/from/config/mnist"));
  setenv("ACTLAB_DATA", "/from/environment", 1);
  EXPECT_THAT(run(base).err, HasSubstr("/from/environment/mnist"));
  EXPECT_THAT(run(base, {"--data-dir", "/from/flag"}).err, HasSubstr("/from/flag/mnist"));
  unsetenv("ACTLAB_DATA");
  if (!before.empty()) setenv("ACTLAB_DATA", before.c_str(), 1);
}

TEST_F(Usage, ConfigurationFilesAreReadStrictly) {
  const auto run_with = [&](const std::string& content) {
    std::ofstream(folder_ / "c.toml") << content;
    return run({"compare", "--config", (folder_ / "c.toml").string(), "--output", output()});
  };
  for (const auto& [content, part] :
       std::vector<std::pair<std::string, std::string>>{{"epoch = 3", "'epochs'"},
                                                        {"epochs = \"x\"", "epochs"},
                                                        {"epochs = = 3", "c.toml:1"},
                                                        {"[epochs]\na = 1", ""}}) {
    const auto result = run_with(content);
    EXPECT_EQ(result.code, 2) << content;
    EXPECT_THAT(result.err, HasSubstr(part));
  }
  EXPECT_EQ(run({"compare", "--config", "/no/such.toml"}).code, 2);
}

TEST_F(Usage, TheDoctorAndTheListsAnswer) {
  EXPECT_THAT(run({"doctor"}).out, AllOf(HasSubstr("LibTorch"), HasSubstr("BLAS")));
  EXPECT_THAT(run({"models"}).out, AllOf(HasSubstr("mlp"), HasSubstr("resnet"), HasSubstr("norm=")));
  EXPECT_THAT(run({"data"}).out, AllOf(HasSubstr("fashion-mnist"), HasSubstr("licence")));
  EXPECT_THAT(run({"data", "path", "mnist", "--data-dir", "/d"}).out, HasSubstr("/d/mnist"));
  const auto verify = run({"data", "verify", "mnist", "--data-dir", folder_.string()});
  EXPECT_EQ(verify.code, 3);
  EXPECT_THAT(verify.out, HasSubstr("missing"));
}

}  // namespace
}  // namespace actlab::test

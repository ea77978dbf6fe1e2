#include "apps/reproduce/study.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "apps/reproduce/results.h"
#include "lib/cli/program.h"
#include "tests/apps/reproduce/made_records.h"
#include "tests/errors.h"

namespace actlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StudyFiles : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Study read(const std::string& content) const {
    return read_study(test::write_file(folder_ / "mine.toml", content));
  }
  std::string refused(const std::string& content) const {
    return test::message_of(ExitCode::usage, [&] { read(content); });
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("actlab_studies_" + std::to_string(getpid()));
};

const std::string good = R"(title = "Mine"
[[comparison]]
name = "a"
program = "image_classification"
flags.activations = "relu,tanh"
flags.epochs = 2
smoke.dataset = "glyphs"
full.dataset = "mnist"
full.epochs = 5
)";

TEST_F(StudyFiles, FlagsOfASizeWinOverCommonOnes) {
  const auto study = read(good);
  EXPECT_EQ(study.name, "mine");
  EXPECT_THAT(study.calls.at(Size::smoke).front().flags,
              ElementsAre("--dataset", "glyphs", "--activations", "relu,tanh", "--epochs", "2"));
  EXPECT_THAT(study.calls.at(Size::full).front().flags,
              ElementsAre("--dataset", "mnist", "--activations", "relu,tanh", "--epochs", "5"));
}

TEST_F(StudyFiles, ASweepIsACallForEachValue) {
  const auto study = read(good + "sweep.lr = [\"0.1\", 0.01]\n");
  const auto& calls = study.calls.at(Size::full);
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].name, "a-0.1");
  EXPECT_EQ(calls[1].name, "a-0.01");
  EXPECT_THAT(calls[1].flags, testing::Contains("0.01"));
}

TEST_F(StudyFiles, ListsHaveCommasAndSwitchesNoValue) {
  const auto study = read(R"(title = "t"
[[comparison]]
name = "a"
program = "speech_recognition"
full.model = ["dnn:depth=2", "dnn:depth=4"]
full.pcen = true
full.no-probes = false
)");
  EXPECT_THAT(study.calls.at(Size::full).front().flags,
              ElementsAre("--model", "dnn:depth=2,dnn:depth=4", "--pcen"));
}

TEST_F(StudyFiles, MistakesNameFileAndLine) {
  EXPECT_THAT(refused(good + "colour = 1\n"), AllOf(HasSubstr("mine.toml:10"), HasSubstr("colour")));
  EXPECT_THAT(refused("title = \n"), HasSubstr("mine.toml:1"));
  EXPECT_THAT(refused("title = 3\n"), HasSubstr("mine.toml:1"));
  EXPECT_THAT(refused("title = \"t\"\n"), HasSubstr("compares nothing"));
  EXPECT_THAT(refused("title = \"t\"\n[[comparison]]\nname = \"a\"\nprogram = \"image_clasification\"\n"),
              AllOf(HasSubstr("mine.toml:4"), HasSubstr("image_classification")));
  EXPECT_THAT(refused("title = \"t\"\n[[comparison]]\nname = \"a\"\nprogram = \"image_classification\"\n"
                      "full.activations = \"rely\"\n"),
              AllOf(HasSubstr("mine.toml:5"), HasSubstr("relu")));
  EXPECT_THAT(refused(good + "flags.output = \"x\"\n"), HasSubstr("output"));
}

TEST_F(StudyFiles, ExpectationsAreAboutSomething) {
  EXPECT_THAT(refused(good + "[[expectation]]\nactivation = \"tanh\"\n"), HasSubstr("expects nothing"));
  EXPECT_THAT(refused(good + "[[expectation]]\nactivation = \"tanh\"\nverdict = \"wurse\"\n"),
              HasSubstr("worse"));
  EXPECT_THAT(refused(good + "[[expectation]]\nactivation = \"tanh\"\nquantity = \"ded\"\nat_most = 1\n"),
              HasSubstr("dead"));
  EXPECT_THAT(
      refused(good + "[[expectation]]\ncomparison = \"b\"\nactivation = \"tanh\"\nverdict = \"worse\"\n"),
      HasSubstr("mine.toml:10"));
}

TEST_F(StudyFiles, QuestionsAreAboutSomething) {
  EXPECT_THAT(refused(good + "[[question]]\nactivation = \"tanh\"\n"), HasSubstr("text"));
  EXPECT_THAT(refused(good + "[[question]]\ntext = \"?\"\nactivation = \"tahn\"\n"), HasSubstr("tanh"));
  EXPECT_THAT(refused(good + "[[question]]\ntext = \"?\"\ncomparison = \"b\"\nactivation = \"tanh\"\n"),
              HasSubstr("mine.toml:10"));
}

TEST_F(StudyFiles, TwoComparisonsCannotShareAFolder) {
  EXPECT_THAT(refused(good + good.substr(good.find("[["))), HasSubstr("one name"));
}

TEST_F(StudyFiles, AStudyOfTwoSizesIsAskedForOne) {
  const auto study = read(good);
  EXPECT_THAT(test::message_of(ExitCode::usage, [&] { study.size(std::nullopt); }), HasSubstr("--smoke"));
  EXPECT_EQ(study.size(Size::full), Size::full);
  EXPECT_EQ(study.output("", Size::full), "results/mine");
  EXPECT_EQ(study.output("", Size::smoke), "results/mine-smoke");
  const auto one = read(
      "title = \"t\"\n[[comparison]]\nname = \"a\"\nprogram = \"image_classification\"\nsmoke.epochs = 1\n");
  EXPECT_EQ(one.size(std::nullopt), Size::smoke);
  EXPECT_EQ(one.output("", Size::smoke), "results/mine");
  EXPECT_THAT(test::message_of(ExitCode::usage, [&] { one.size(Size::full); }), HasSubstr("smoke"));
}

TEST(Studies, AllOfTheSuitesOwnCanBeRead) {
  const auto studies = read_studies(ACTLAB_STUDIES);
  EXPECT_GE(studies.size(), 15U);
  for (const auto& study : studies) {
    EXPECT_EQ(study.calls.count(Size::smoke), 1U) << study.name << " needs a size for a few minutes";
  }
}

TEST(Studies, CommandsAreReadBackByAShell) {
  EXPECT_EQ(shell_text({"p", "--model", "mlp:depth=2,norm=none", "expr:sigmoid(x) - 0.5", "it's", ""}),
            "p --model mlp:depth=2,norm=none 'expr:sigmoid(x) - 0.5' 'it'\\''s' ''");
}

}  // namespace
}  // namespace actlab

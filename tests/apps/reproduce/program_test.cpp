#include "apps/reproduce/child.h"
#include "apps/reproduce/study.h"
#include "tests/apps/records.h"
#include "tests/apps/reproduce/made_records.h"

namespace actlab::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A test that runs reproduce, with a folder of studies of its own.
class ReproduceProgram : public CommandLine {
 protected:
  ReproduceProgram() : CommandLine(ACTLAB_BIN "/reproduce") {}

  void write_study(const std::string& flags = "", const std::string& rest = "") const {
    write_file(folder_ / "studies" / "mine.toml", R"(title = "My study"
found = "Others found it."
[[comparison]]
name = "images"
program = "image_classification"
smoke.dataset = "glyphs"
smoke.model = "mlp:depth=1,width=16"
smoke.activations = "relu,sigmoid"
smoke.train-limit = 300
smoke.test-limit = 100
smoke.epochs = 1
smoke.seeds = "0..1"
)" + flags + rest);
  }

  Result call(std::vector<std::string> arguments, const std::vector<std::string>& more = {}) const {
    arguments.insert(arguments.end(), {"--studies", (folder_ / "studies").string()});
    return run(arguments, more);
  }
  std::string output() const { return (folder_ / "output").string(); }
};

TEST_F(ReproduceProgram, ListsStudies) {
  write_study();
  const auto result = call({"list"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("mine"), HasSubstr("My study")));
}

TEST_F(ReproduceProgram, RunsWhatAUserCouldTypeAndResumes) {
  write_study();
  const auto page = (folder_ / "page.html").string();
  const auto first = call({"run", "mine", "--output", output(), "--jobs", "1", "--quiet", "--html", page});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err,
              HasSubstr("$ image_classification compare --dataset glyphs --model mlp:depth=1,width=16"));
  EXPECT_THAT(first.out, AllOf(HasSubstr("My study"), HasSubstr("sigmoid"), HasSubstr("Others found it.")));
  EXPECT_EQ(records_in(output() + "/images").size(), 4U);
  EXPECT_THAT(slurp(page),
              AllOf(HasSubstr("<!doctype html>"), HasSubstr("My study"), HasSubstr("Others found it.")));
  const auto again = call({"run", "mine", "--output", output(), "--quiet"});
  EXPECT_THAT(again.err, HasSubstr("0 of them new"));
  EXPECT_EQ(again.out, first.out);
  const auto report = call({"report", "mine", "--records", output()});
  EXPECT_EQ(report.out, first.out);
  const auto folder = run({"report", output() + "/images", "--format", "csv"});
  EXPECT_EQ(folder.code, 0) << folder.err;
  EXPECT_THAT(folder.out, HasSubstr("sigmoid"));
}

TEST_F(ReproduceProgram, ADryRunTrainsNothing) {
  write_study();
  const auto result = call({"run", "mine", "--output", output(), "--dry-run"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("4 of 4 runs to do"));
  EXPECT_FALSE(fs::exists(output()));
}

TEST_F(ReproduceProgram, AChildThatFailsIsNamedAndTheOthersAreDone) {
  write_study("smoke.epochs = 2\n");  // twice in a table: TOML refuses it
  EXPECT_EQ(call({"list"}).code, 2);
  write_study("", R"([[comparison]]
name = "missing"
program = "image_classification"
smoke.dataset = "no-such-data"
)");
  const auto result = call({"run", "mine", "--output", output(), "--quiet"});
  EXPECT_NE(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("missing: image_classification ended with exit code"));
  EXPECT_THAT(result.out, HasSubstr("no records in"));
  EXPECT_EQ(records_in(output() + "/images").size(), 4U);
}

TEST_F(ReproduceProgram, WhatNeedsAProgramThatIsNotThereIsSkipped) {
  write_study("needs = \"no-such-program\"\n");
  const auto result = call({"run", "mine", "--output", output(), "--quiet"});
  EXPECT_THAT(result.err, HasSubstr("images: skipped, because no-such-program is not installed"));
  EXPECT_FALSE(fs::exists(output()));
}

TEST_F(ReproduceProgram, ChecksExpectations) {
  const std::string expectation = "[[expectation]]\nactivation = \"sigmoid\"\nat_most = ";
  write_study("", expectation + "-0.3\n");
  EXPECT_EQ(call({"check", "mine", "--records", output()}).code, 3) << "no records";
  write_records(output() + "/images");
  const auto held = call({"check", "mine", "--records", output()});
  EXPECT_EQ(held.code, 0) << held.err;
  EXPECT_THAT(held.out, HasSubstr("holds"));
  write_study("", expectation + "-0.5\n");
  const auto broken = call({"check", "mine", "--records", output()});
  EXPECT_EQ(broken.code, 4);
  EXPECT_THAT(broken.err, HasSubstr("mine.toml"));
}

TEST_F(ReproduceProgram, AnInterruptIsPassedOn) {
  write_study("smoke.patience = 0\n");
  const auto child = start({"run", "mine", "--studies", (folder_ / "studies").string(), "--output", output(),
                            "--quiet", "--seeds", "0..999"});
  eventually([&] { return !records_in(output() + "/images").empty(); });
  kill(child, SIGINT);
  const auto result = wait(child);
  EXPECT_EQ(result.code, 130);
  EXPECT_THAT(result.err, HasSubstr("the same command does the rest"));
}

TEST_F(ReproduceProgram, NonsenseIsRefused) {
  write_study();
  EXPECT_EQ(call({"run", "mein"}).code, 2);
  EXPECT_THAT(call({"run", "mein"}).err, HasSubstr("mine"));
  EXPECT_EQ(call({"run", "mine", "--smoke", "--full"}).code, 2);
  EXPECT_EQ(call({"run", "mine", "--full"}).code, 2);
  EXPECT_EQ(call({"run", "mine", "--only", "texts"}).code, 2);
  EXPECT_EQ(call({"report", "mine", "--format", "pdf"}).code, 2);
  EXPECT_EQ(call({"report", "mine", "--language", "klingon"}).code, 2);
  EXPECT_EQ(call({"report", (folder_ / "nothing").string()}).code, 3);
  EXPECT_EQ(run({"list", "--studies", (folder_ / "nowhere").string()}).code, 2);
}

/// A study that no longer fits its program would rot unseen: every command of every study is tried. What is
/// about embedded data is listed run by run; of public data, which need not be here, the flags are read.
TEST_F(ReproduceProgram, EveryStudyFitsItsPrograms) {
  for (const auto& study : read_studies(ACTLAB_STUDIES)) {
    const auto smoke = run({"run", study.name, "--smoke", "--dry-run", "--seeds", "0", "--output", output()});
    EXPECT_EQ(smoke.code, 0) << study.name << ": " << smoke.err;
    EXPECT_THAT(smoke.out, HasSubstr("runs to do")) << study.name;
    if (study.calls.count(Size::full) == 0) continue;
    const auto full = run({"run", study.name, "--full", "--dry-run", "--seeds", "0", "--output", output()});
    EXPECT_THAT(full.code, testing::AnyOf(0, 3)) << study.name << ": " << full.err;
    EXPECT_THAT(full.err, Not(HasSubstr("exit code 2"))) << study.name;
  }
}

}  // namespace
}  // namespace actlab::test

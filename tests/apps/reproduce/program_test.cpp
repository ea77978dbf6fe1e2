#include <set>

#include "apps/reproduce/child.h"
#include "apps/reproduce/program.h"
#include "apps/reproduce/study.h"
#include "lib/cli/program.h"
#include "tests/apps/records.h"
#include "tests/apps/reproduce/made_records.h"

namespace actlab::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A test that runs reproduce, with a folder of studies of its own.
class ReproduceProgram : public CommandLine {
 protected:
  ReproduceProgram() : CommandLine(ACTLAB_BIN "/reproduce", run_reproduce) {}

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
  stay_in_process();
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
  stay_in_process();
  write_study("needs = \"no-such-program\"\n");
  const auto result = call({"run", "mine", "--output", output(), "--quiet"});
  EXPECT_THAT(result.err, HasSubstr("images: skipped, because no-such-program is not installed"));
  EXPECT_FALSE(fs::exists(output()));
}

TEST_F(ReproduceProgram, ChecksExpectations) {
  stay_in_process();
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
  stay_in_process();
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

/// A study that no longer fits its program would rot unseen, so every kind of call is tried, on little data
/// and with one activation, which is quick; the names of activations are checked where a study is read.
/// Public data need not be here: then the flags are read, and that there are no data is what the program
/// says.
class StudyCalls : public testing::Test {
 protected:
  static std::string value_of(const std::vector<std::string>& flags, const std::string& name) {
    const auto found = std::find(flags.begin(), flags.end(), name);
    return found == flags.end() ? "" : *(found + 1);
  }

  static std::vector<std::string> what_is_run(const CompareCall& call) {
    return {call.program, value_of(call.flags, "--dataset"), value_of(call.flags, "--model")};
  }
  /// Without its data a program gets no further than its flags.
  static std::vector<std::string> what_is_read(const CompareCall& call) {
    std::vector<std::string> names = {call.program, value_of(call.flags, "--dataset")};
    for (const auto& word : call.flags) {
      if (word.compare(0, 2, "--") == 0) names.push_back(word);
    }
    std::sort(names.begin() + 2, names.end());
    return names;
  }

  void try_call(const CompareCall& call) {
    const bool embedded = std::any_of(call.flags.begin(), call.flags.end(), is_embedded);
    if (!tried_.insert(embedded ? what_is_run(call) : what_is_read(call)).second) return;
    if (!call.needs.empty() && !is_installed(call.needs)) return;
    std::vector<std::string> words = {std::string(ACTLAB_BIN) + "/" + call.program, "compare"};
    words.insert(words.end(), call.flags.begin(), call.flags.end());
    for (const auto* more :
         {"--activations", "relu", "--baseline", "relu", "--seeds", "0", "--train-limit", "200",
          "--test-limit", "50", "--epochs", "1", "--dry-run", "--data-dir", "/nonexistent"})
      words.emplace_back(more);
    const int status = std::system((shell_text(words) + " >/dev/null 2>&1").c_str());
    EXPECT_EQ(WEXITSTATUS(status), embedded ? 0 : 3) << shell_text(words);
  }

  static bool is_embedded(const std::string& word) {
    return word == "glyphs" || word == "reviews" || word == "clicks" || word == "words-formant" ||
           word == "tones-and-words";
  }

  std::set<std::vector<std::string>> tried_;
};

TEST_F(StudyCalls, FitTheirPrograms) {
  for (const auto& study : read_studies(ACTLAB_STUDIES)) {
    for (const auto& [size, calls] : study.calls) {
      for (const auto& call : calls) try_call(call);
    }
  }
  EXPECT_GT(tried_.size(), 20U);
}

}  // namespace
}  // namespace actlab::test

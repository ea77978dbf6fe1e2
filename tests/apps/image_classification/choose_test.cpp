#include <nlohmann/json.hpp>
#include <set>

#include "tests/apps/image_classification/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Choose : public ImageProgram {
 protected:
  /// Three layers that relu trains in a few epochs and sigmoid hardly does.
  std::vector<std::string> obvious(const std::string& budget = "5m") const {
    return {"choose",
            "--budget",
            budget,
            "--baseline",
            "sigmoid",
            "--activations",
            "relu,sigmoid",
            "--model",
            "mlp:depth=3,width=64",
            "--train-limit",
            "1500",
            "--test-limit",
            "200",
            "--batch-size",
            "32",
            "--lr",
            "0.003",
            "--epochs",
            "4",
            "--threshold",
            "0.05",
            "--no-probes",
            "--jobs",
            "2",
            "--output",
            output()};
  }

  /// The end of obvious(), which several tests look at; its records are put into output().
  const Result& decided() const {
    static const auto place = SharedRecords("decided");
    static const Result result = run(obvious());
    place.keep_or_restore(output());
    return result;
  }

  std::set<long> seeds_of(const std::string& activation) const {
    std::set<long> seeds;
    for (const auto& file : records()) {
      const auto record = json::parse(slurp(file));
      if (record["activation"]["text"] == activation) seeds.insert(record["seed"].get<long>());
    }
    return seeds;
  }
};

TEST_F(Choose, EndsWhenAllIsDecidedAndSaysHowToTrain) {
  const auto& result = decided();
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out,
              AllOf(StartsWith("Use relu in place of sigmoid: validation accuracy changes by +"),
                    HasSubstr("percentage points ["), HasSubstr("] over"), HasSubstr("validation accuracy %"),
                    HasSubstr("test accuracy %"), HasSubstr("better"),
                    HasSubstr("    image_classification train --train-limit 1500 --test-limit 200 --model "
                              "mlp:depth=3,width=64 --epochs 4 --batch-size 32 --lr 0.003 --activation "
                              "relu --save relu.actlab")));
  EXPECT_THAT(result.err, HasSubstr("relu better"));
  EXPECT_EQ(seeds_of("relu"), seeds_of("sigmoid"));
  EXPECT_GE(seeds_of("relu").size(), 4U);
}

TEST_F(Choose, GoesOnFromItsRecordsAndReportReadsThem) {
  decided();
  const auto count = records().size();
  const auto first = run(obvious(), {"--format", "json"});
  const auto second = run(obvious(), {"--format", "json"});
  EXPECT_THAT(second.err, HasSubstr("0 new runs"));
  EXPECT_EQ(records().size(), count);
  const auto answer = json::parse(second.out);
  EXPECT_EQ(answer, json::parse(first.out)) << "the same records, the same answer";
  EXPECT_EQ(answer["activation"], "relu");
  EXPECT_EQ(answer["change"], true);
  EXPECT_EQ(answer["decided"], true);
  EXPECT_EQ(answer["comparison"]["part"], "validation");
  const auto report = run({"report", output()});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_THAT(report.out, AllOf(HasSubstr("relu"), Not(HasSubstr("validation accuracy %"))));
}

TEST_F(Choose, KeepsToItsBudgetAndSaysWhatIsOpen) {
  Result result;
  for (long budget = 6; budget < 100; budget *= 2) {  // more where other programs have the machine
    auto arguments = obvious(std::to_string(budget) + "s");
    for (const auto* more : {"--epochs", "1", "--threshold", "1e-6", "--activations",
                             "leaky_relu:slope=0.0001", "--baseline", "relu"})
      arguments.emplace_back(more);
    const auto start = std::chrono::steady_clock::now();
    result = run(arguments);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    if (result.code == 2 && result.err.find("too short for a single comparison") != std::string::npos)
      continue;
    EXPECT_LT(spent.count(), 1.3 * static_cast<double>(budget) + 1);
    break;
  }
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(
      result.out,
      AllOf(HasSubstr("relu for now: nothing is proven better. It is not known yet whether leaky_relu"),
            HasSubstr("To decide all would take")));
}

TEST_F(Choose, ABudgetForNothingIsRefused) {
  const auto result = run(obvious("100s"), {"--epochs", "20000"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("the budget is too short for a single comparison"), HasSubstr("at least")));
  EXPECT_TRUE(records().empty());
}

TEST_F(Choose, NonsenseIsRefusedBeforeAnythingIsTrained) {
  stay_in_process();
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--budget", "20"}, "90s, 20m, 1.5h or 1h30m"},
      {{"--budget", "0m"}, "--budget is not a time"},
      {{"--budget", "5x"}, "'5x'"},
      {{"--budget", "-5m"}, "--budget is not a time"},
      {{"--lr", "tune"}, "a choice is made at one learning rate"},
      {{"--activations", "sigmoid"}, "there is nothing to choose from"},
      {{"--baseline", "rectified"}, "the baseline is one activation"},
      {{"--baseline", "relo"}, "relu"},
      {{"--metric", "accurracy"}, "accuracy"},
      {{"--format", "html"}, "html"},
      {{"--seeds", "0..3"}, "--seeds"}};
  for (const auto& [arguments, message] : cases) {
    const auto result = run(obvious(), arguments);
    EXPECT_EQ(result.code, 2) << arguments[1];
    EXPECT_THAT(result.err, HasSubstr(message)) << arguments[0] << ' ' << arguments[1];
  }
  EXPECT_TRUE(records().empty());
}

TEST_F(Choose, ControlCKeepsWhatIsFinishedAndAdvises) {
  auto arguments = obvious();
  for (const auto* more : {"--epochs", "40", "--threshold", "1e-6"}) arguments.emplace_back(more);
  const pid_t program = start(arguments);
  ASSERT_TRUE(eventually([&] { return records().size() >= 3; }));
  kill(program, SIGINT);
  const auto result = wait(program);
  EXPECT_EQ(result.code, 130);
  EXPECT_THAT(result.err, HasSubstr("interrupted"));
  EXPECT_THAT(result.out, HasSubstr("sigmoid"));
}

}  // namespace
}  // namespace actlab::test

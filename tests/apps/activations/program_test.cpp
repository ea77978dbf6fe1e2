#include <iostream>
#include <nlohmann/json.hpp>

#include "apps/activations/program.h"
#include "tests/apps/process.h"
#include "tests/lib/report/xml.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// The program in this process: starting LibTorch takes longer than most commands.
class Activations : public CommandLine {
 protected:
  Activations() : CommandLine(ACTLAB_BIN "/activations") {}

  static Result run(std::vector<std::string> arguments, const std::vector<std::string>& more = {}) {
    arguments.insert(arguments.begin(), "activations");
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Result result;
    result.code = run_activations(static_cast<int>(argv.size()), argv.data());
    std::cout << std::flush;
    result.out = testing::internal::GetCapturedStdout();
    result.err = testing::internal::GetCapturedStderr();
    return result;
  }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }
};

TEST_F(Activations, MistakesAreAnsweredWithTheNearestNameAndCode2) {
  const std::vector<std::pair<std::vector<std::string>, const char*>> cases = {
      {{"lst"}, "'list'"},
      {{"list", "rleu"}, "'relu'"},
      {{"list", "softmx"}, "'softmax'"},
      {{"list", "--group", "gatd"}, "'gated'"},
      {{"list", "--property", "smoth"}, "'smooth'"},
      {{"list", "--format", "tabel"}, "'table'"},
      {{"show", "msh"}, "'mish'"},
      {{"show", "leaky_relu:slop=1"}, "'slope'"},
      {{"show", "leaky_relu:slope=x"}, "slope"},
      {{"show"}, "required"},
      {{"check", "relo"}, "'relu'"},
      {{"check", "relu", "--device", "gpu"}, "'gpu'"},
      {{"check", "relu", "--format", "latex"}, "latex"},
      {{"bench", "tahn"}, "'tanh'"},
      {{"bench", "relu", "--format", "latex"}, "latex"},
      {{"bench", "relu", "--elements", "0"}, "0"},
      {{"depth", "tahn"}, "'tanh'"},
      {{"depth", "relu", "--init", "matchd"}, "'matched'"},
      {{"depth", "relu", "--width", "0"}, "0"},
      {{"depth", "relu", "--seeds", "3..1"}, "'3..1'"},
      {{"depth", "softmax"}, "softmax"},
      {{"depth", "all", "--output", "x.svg"}, "up to 10"},
      {{"plot", "relu", "--output", "x.jpg"}, ".png"},
      {{"plot", "all", "--output", "x.svg"}, "up to 10"},
      {{"plot", "relu", "--output", "x.svg", "--range", "5..-5"}, "LOW..HIGH"},
      {{"plot", "relu", "--output", "x.svg", "--range", "nonsense"}, "LOW..HIGH"},
      {{"plot", "relu", "--output", "/proc/no/x.svg"}, "cannot be written"},
      {{"document", "--output", "/proc/no"}, "cannot be written"},
  };
  for (const auto& [arguments, part] : cases) {
    const auto result = run(arguments);
    EXPECT_EQ(result.code, 2) << testing::PrintToString(arguments) << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr("error: "), HasSubstr(part)))
        << testing::PrintToString(arguments);
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(Activations, ListSpeaksEveryFormat) {
  const std::vector<std::string> base = {"list", "relu,leaky_relu:slope=0.3", "softmax"};
  EXPECT_THAT(run(base).out,
              AllOf(HasSubstr("Nair & Hinton 2010"), HasSubstr("slope=0.3"), HasSubstr("softmax")));
  EXPECT_THAT(run(base, {"--format", "markdown"}).out, StartsWith("| name | formula |"));
  EXPECT_THAT(run(base, {"--format", "latex"}).out,
              AllOf(HasSubstr("\\toprule"), HasSubstr("Nair \\& Hinton")));
  const auto csv = run(base, {"--format", "csv"}).out;
  EXPECT_THAT(csv, AllOf(StartsWith("name,activation,formula"), HasSubstr("slope=0.3"),
                         HasSubstr("properties_monotone")));
  const auto list = json::parse(run(base, {"--format", "json"}).out);
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[1]["activation"], "leaky_relu:slope=0.3");
  EXPECT_EQ(list[1]["arguments"][0]["value"], 0.3);
  EXPECT_EQ(list[1]["arguments"][0]["default"], 0.01);
  EXPECT_TRUE(list[0]["properties"]["monotone"]);
  EXPECT_TRUE(list[2]["properties"]["output"]);
}

TEST_F(Activations, ListFiltersByGroupAndProperty) {
  const auto names = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "list");
    arguments.insert(arguments.end(), {"--format", "json"});
    std::vector<std::string> result;
    for (const auto& row : json::parse(run(arguments).out)) result.push_back(row["name"]);
    return result;
  };
  using testing::Contains;
  const auto bounded = names({"--property", "bounded,smooth"});
  EXPECT_THAT(bounded, AllOf(Contains("tanh"), Contains("softmax"), Not(Contains("relu")),
                             Not(Contains("hard_tanh"))));
  EXPECT_THAT(names({"--group", "rectified", "--property", "learned"}),
              AllOf(Contains("prelu"), Not(Contains("swish"))));
  EXPECT_THAT(names({"article", "--group", "sigmoidal"}), testing::ElementsAre("sigmoid", "tanh"));
}

TEST_F(Activations, ShowTellsWhatIsKnown) {
  const auto mish = run({"show", "mish"});
  EXPECT_EQ(mish.code, 0) << mish.err;
  EXPECT_THAT(mish.out,
              AllOf(HasSubstr("Misra 2019"), HasSubstr("minimum -0.308843"), HasSubstr("x = -1.192"),
                    HasSubstr("forward 1.486"), HasSubstr("derivative"), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(run({"show", "tanh"}).out, AllOf(HasSubstr("none"), HasSubstr("largest slope 1 at x = 0")));
  EXPECT_THAT(run({"show", "sin"}).out,
              AllOf(HasSubstr("maximum 1 at x = 1.5708"), HasSubstr("minimum -1 at x = -1.5708")));
  EXPECT_THAT(run({"show", "relu"}).out, HasSubstr("50.0 % exactly 0"));
  EXPECT_THAT(run({"show", "prelu"}).out, HasSubstr("one set a channel"));
  EXPECT_THAT(run({"show", "elu"}).out, HasSubstr("celu"));
  EXPECT_THAT(run({"show", "expr:x * sigmoid(3 * x)"}).out, HasSubstr("minimum -0.0928"));
  const auto all = run({"show", "all"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, Not(HasSubstr("nan")));
}

TEST_F(Activations, PlotWritesWellFormedPictures) {
  const auto svg = run({"plot", "relu,hard_shrink,softmax,glu", "expr:x*sin(x)", "--range", "-3..3",
                        "--output", file("a.svg")});
  ASSERT_EQ(svg.code, 0) << svg.err;
  const auto text = slurp(folder_ / "a.svg");
  EXPECT_EQ(xml_problem(text), "");
  EXPECT_THAT(text,
              AllOf(HasSubstr("hard_shrink:lambda=0.5"), HasSubstr("expr:x*sin(x)"), Not(HasSubstr("nan"))));
  const auto png = run({"plot", "relu", "--output", file("a.png")});
  if (png.code == 0) {
    EXPECT_THAT(slurp(folder_ / "a.png"), StartsWith("\x89PNG\r\n\x1a\n"));
  } else {
    EXPECT_EQ(png.code, 2);
    EXPECT_THAT(png.err, HasSubstr("librsvg2-dev"));
  }
}

TEST_F(Activations, CheckReportsEveryRowAndFailsWithCode4) {
  const auto good = run({"check", "relu", "softmax", "--format", "json"});
  EXPECT_EQ(good.code, 0) << good.out;
  const auto findings = json::parse(good.out);
  EXPECT_GT(findings.size(), 10u);
  EXPECT_EQ(findings[0]["activation"], "relu");
  EXPECT_THAT(good.err, AllOf(HasSubstr("1/2 relu"), HasSubstr("none failed")));
  EXPECT_EQ(run({"check", "relu", "--quiet"}).err.find("1/1"), std::string::npos);
  EXPECT_THAT(run({"check", "tanh", "--format", "csv"}).out, HasSubstr("activation,check,result,detail"));

  // A branch that overflows: the formula's own fault, and the checks see it.
  const auto bad = run({"check", "expr:where(x > 0, x, exp(x) - 1) + 0 * exp(x)"});
  EXPECT_EQ(bad.code, 4) << bad.out << bad.err;
  EXPECT_THAT(bad.out, AllOf(HasSubstr("FAILED"), HasSubstr("extremes: ")));
}

TEST_F(Activations, BenchTimesEveryImplementationInBothDirections) {
  const std::vector<std::string> small = {"--elements", "2000,30000", "--rounds", "2", "--quiet"};
  const auto result = run({"bench", "mish,prelu,glu,maxout,identity", "--format", "json"}, small);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("GFLOP/s"), HasSubstr("GB/s")));
  const auto records = json::parse(result.out);
  EXPECT_EQ(records.size(), 2 * 2 * (3 + 3 + 2 + 1 + 1))
      << "passes, sizes, implementations; maxout has no kernel";
  for (const auto& record : records) {
    EXPECT_GT(record["nanoseconds_per_element"], 0) << record;
    EXPECT_GT(record["fraction_of_copy"], 0) << record;
    EXPECT_LE(record["nanoseconds_low"], record["nanoseconds_high"]) << record;
    const long floats = record["elements"].get<long>() * 4;
    EXPECT_GE(record["bytes_peak"], floats) << "the gradient at least: " << record;
    if (record["implementation"] != "fused") continue;
    EXPECT_EQ(record["times_fused"], 1) << record;
    EXPECT_LE(record["bytes_peak"], 3 * floats + 4096) << "input, output and gradient: " << record;
    EXPECT_GE(record["bytes_saved"], floats) << "one tensor, the input or the output: " << record;
    EXPECT_LE(record["bytes_saved"], floats + 1024) << record;
  }
  EXPECT_THAT(run({"bench", "relu"}, small).out, AllOf(HasSubstr("LibTorch"), HasSubstr("1.15")));
  EXPECT_THAT(run({"bench", "relu,tanh,identity,frelu", "--format", "markdown"}, small).out,
              AllOf(StartsWith("# Speed"), HasSubstr("| tanh | forward | 4.0 |"), HasSubstr("nothing to do"),
                    HasSubstr("`frelu`, forward: no kernel"), HasSubstr("no higher than with LibTorch")));
  EXPECT_THAT(run({"bench", "relu", "--format", "csv"}, small).out, StartsWith("name,pass,elements,"));
}

TEST_F(Activations, DepthShowsVanishingGradients) {
  const auto result = run({"depth", "relu,sigmoid", "--init", "xavier", "--width", "64", "--seeds", "0",
                           "--format", "json", "--output", file("d.svg")});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto records = json::parse(result.out);
  ASSERT_EQ(records.size(), 14u);
  EXPECT_EQ(records.back()["activation"], "sigmoid");
  EXPECT_EQ(records.back()["layers"], 100);
  EXPECT_LT(records.back()["gradient"], 1e-30);
  EXPECT_EQ(xml_problem(slurp(folder_ / "d.svg")), "");
  const auto table = run({"depth", "relu", "--width", "32", "--seeds", "0"});
  EXPECT_THAT(table.out, AllOf(HasSubstr("matched"), HasSubstr("default"), HasSubstr("gradient")));
}

TEST_F(Activations, DepthGoesOnWhereAPolicyDoesNotFit) {
  const auto result = run({"depth", "frelu,relu", "--init", "he", "--width", "16", "--seeds", "0"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("frelu"));
  EXPECT_THAT(result.out, HasSubstr("relu"));
}

TEST_F(Activations, TheCommittedPageIsTheOneThatTheTableGives) {
  const auto result = run({"document", "--output", folder_.string()});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(slurp(folder_ / "activations.md"), slurp(fs::path(ACTLAB_DOCS) / "activations.md"))
      << "make it again: activations document --output docs";
  size_t pictures = 0;
  for (const auto& entry : fs::directory_iterator(folder_ / "activations")) {
    const auto text = slurp(entry.path());
    EXPECT_EQ(xml_problem(text), "") << entry.path();
    EXPECT_THAT(text, Not(HasSubstr("nan"))) << entry.path();
    EXPECT_EQ(text, slurp(fs::path(ACTLAB_DOCS) / "activations" / entry.path().filename())) << entry.path();
    ++pictures;
  }
  EXPECT_GT(pictures, 90u);
}

TEST_F(Activations, TheProgramItselfAnswers) {
  EXPECT_THAT(CommandLine::run({"doctor"}).out,
              AllOf(StartsWith("activations "), HasSubstr("LibTorch"), HasSubstr("BLAS")));
  EXPECT_EQ(CommandLine::run({"show", "msh"}).code, 2);
}

}  // namespace
}  // namespace actlab::test

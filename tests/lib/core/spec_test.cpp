#include "lib/core/spec.h"

#include <gmock/gmock.h>

#include "tests/errors.h"

namespace actlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string message_of(const std::function<void()>& action) {
  return test::message_of(ExitCode::usage, action);
}

TEST(Spec, ReadsNameAndArguments) {
  const auto spec = parse_spec("mlp:width=128,depth=8");
  EXPECT_EQ(spec.name, "mlp");
  EXPECT_EQ(spec.arguments.at("depth"), "8");
  EXPECT_EQ(spec.text(), "mlp:depth=8,width=128") << "canonical text has its keys in order";
  EXPECT_EQ(parse_spec("relu").text(), "relu");
}

TEST(Spec, RefusesWhatIsNoSpec) {
  EXPECT_THAT(message_of([] { parse_spec(""); }), HasSubstr("a name is missing"));
  EXPECT_THAT(message_of([] { parse_spec(":a=1"); }), HasSubstr("a name is missing"));
  EXPECT_THAT(message_of([] { parse_spec("relu:slope"); }), HasSubstr("key=value"));
  EXPECT_THAT(message_of([] { parse_spec("relu:=1"); }), HasSubstr("key=value"));
  EXPECT_THAT(message_of([] { parse_spec("relu:a=1,a=2"); }), HasSubstr("given twice"));
}

TEST(Spec, CommasSeparateSpecsAndTheirArguments) {
  const auto specs = parse_spec_list("sigmoid,leaky_relu:slope=0.1,a=2,relu");
  ASSERT_EQ(specs.size(), 3U);
  EXPECT_EQ(specs[1].text(), "leaky_relu:a=2,slope=0.1");
  EXPECT_EQ(specs[2].name, "relu");
}

TEST(Spec, AFormulaEndsAtItsFirstSemicolon) {
  const auto spec = parse_spec("expr:  where(x > 0,  x,\t0.1 * x) ; beta = 1 ;alpha=a:b,c");
  EXPECT_EQ(spec.name, "expr");
  EXPECT_EQ(spec.arguments.at("formula"), "where(x > 0, x, 0.1 * x)");
  EXPECT_EQ(spec.arguments.at("beta"), "1");
  const auto* canonical = "expr:where(x > 0, x, 0.1 * x);alpha=a:b,c;beta=1";
  EXPECT_EQ(spec.text(), canonical) << "the formula first, then the keys in order";
  EXPECT_EQ(parse_spec(canonical), spec);
  EXPECT_EQ(parse_spec("expr:x").text(), "expr:x");
  EXPECT_EQ(parse_spec("expr:zeta * x;alpha=1;").text(), "expr:zeta * x;alpha=1");
  EXPECT_EQ(parse_spec("expr:x == 1").arguments.at("formula"), "x == 1") << "= is no key there";
  EXPECT_EQ(parse_spec("expr:x+x:y").arguments.at("formula"), "x+x:y") << "others say whether it makes sense";
}

TEST(Spec, RefusesAFormulaWithoutTextOrWithWrongArguments) {
  for (const auto* text : {"expr:", "expr: ", "expr:;beta=1"}) {
    EXPECT_THAT(message_of([&] { parse_spec(text); }), HasSubstr("a formula is missing")) << text;
  }
  for (const auto* text : {"expr:x;beta", "expr:x;=1", "expr:x; =1", "expr:x;beta=", "expr:x;;beta=1"}) {
    EXPECT_THAT(message_of([&] { parse_spec(text); }), HasSubstr("key=value;")) << text;
  }
  EXPECT_THAT(message_of([] { parse_spec("expr:x;a=1;a=2"); }), HasSubstr("given twice"));
  EXPECT_THAT(message_of([] { parse_spec("expr:x;formula=y"); }), HasSubstr("given twice"));
}

TEST(Spec, CommasInsideParenthesesSeparateNothing) {
  std::vector<std::string> texts;
  for (const auto& spec : parse_spec_list(
           "relu,expr:where(x > 0, max(x, 1), 0.1*x),elu:alpha=2,expr:b*min(x, 1);b=1;shared=true,tanh")) {
    texts.push_back(spec.text());
  }
  EXPECT_THAT(texts, ElementsAre("relu", "expr:where(x > 0, max(x, 1), 0.1*x)", "elu:alpha=2",
                                 "expr:b*min(x, 1);b=1;shared=true", "tanh"));
  EXPECT_EQ(parse_spec_list("expr:x),relu").size(), 2U) << "a parenthesis too many hides nothing";
}

TEST(Spec, ListsOfNamesHaveNoEmptyPart) {
  EXPECT_THAT(message_of([] { parse_spec_list(""); }), HasSubstr("a list is empty"));
  EXPECT_THAT(message_of([] { parse_spec_list("relu,,tanh"); }), HasSubstr("a name is missing"));
  EXPECT_EQ(parse_spec_list("relu,").size(), 1U);
}

TEST(Spec, NumbersMustBeWholeFiniteAndInRange) {
  EXPECT_DOUBLE_EQ(parse_number("x", "0.5", 0, 1), 0.5);
  for (const auto* text : {"", "1.5", "nan", "inf", "0.5x", "1e999", " 0.5"}) {
    EXPECT_THAT(message_of([&] { parse_number("x", text, 0, 1); }), HasSubstr("0 to 1")) << text;
  }
  for (const auto* text : {"", "3.0", "11", "-1", "99999999999999999999"}) {
    EXPECT_THAT(message_of([&] { parse_integer("n", text, 0, 10); }), HasSubstr("0 to 10")) << text;
  }
}

TEST(Spec, UnknownKeysAndChoicesNameTheNearest) {
  const auto spec = parse_spec("mlp:dept=3,norm=btach");
  EXPECT_THAT(message_of([&] { check_keys(spec, {"depth", "width", "norm"}); }), HasSubstr("'depth'"));
  EXPECT_THAT(message_of([&] {
                choice_argument(spec, "norm", "none", {"none", "batch"});
              }),
              HasSubstr("'batch'"));
  EXPECT_EQ(integer_argument(spec, "width", 64, 1, 100), 64);
}

TEST(Seeds, RangesAndListsCanBeMixed) {
  EXPECT_THAT(parse_seeds("0..3"), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(parse_seeds("0,3,7"), ElementsAre(0, 3, 7));
  EXPECT_THAT(parse_seeds("5,0..2,1"), ElementsAre(5, 0, 1, 2)) << "a seed counts once";
}

TEST(Seeds, ABackwardRangeIsAnsweredWithTheForwardOne) {
  EXPECT_THAT(message_of([] { parse_seeds("5..1"); }), HasSubstr("--seeds 1..5"));
  for (const auto* text : {"", "a", "-1", "1..", "..2", "0..99999"}) {
    EXPECT_NE(message_of([&] { parse_seeds(text); }), "") << text;
  }
}

}  // namespace
}  // namespace actlab

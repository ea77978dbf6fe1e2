// What formulas may not do, and where their errors point.

#include <gmock/gmock.h>

#include "tests/errors.h"
#include "tests/lib/activations/helpers.h"

namespace actlab {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string refusal_of(const std::string& text) {
  SCOPED_TRACE(text);
  return test::message_of(ExitCode::usage, [&] { choose(text); });
}

/// What an error shows of a formula with the caret where `marked`, the same formula, has a '^' too many.
std::string shown(const std::string& marked) {
  const auto place = marked.find('^');
  auto formula = marked;
  formula.erase(place, 1);
  return "\n    " + formula + "\n    " + std::string(place, ' ') + "^";
}

TEST(FormulaErrors, RefusesEverythingButArithmetic) {
  // clang-format off
  for (const std::string formula :
       {"^__import__(x)", "^print(x)", "^open(x)", "^getattr(x)", "^torch.exp(x)", "^_exp(x)", "^floor(x)",
        "x^.data", "x^.__class__", "x^.numpy()", "x * 1.^data", "x^.5", "x^[0]", "^[x, x]", "^{x}", "^'x'", "^\"x\"",
        "^[x for y in x]", "^lambda x: x", "x ^if x > 0 else 0", "x ^and x", "^not x", "^None", "^True * x",
        "x ^@ x", "x /^/ 2", "x <^< 1", "x -^> 1", "x ^& x", "x ^| x", "^~x", "x ^= 1", "x ^:= 1", "x ^x",
        "x * 1^j", "x * 0^x10", "x * 1^_000", "x * (^*x)", "max(^*x)", "max(^**x)", "exp(x^=x)", "(x^, x)", "x^, 1"}) {
    // clang-format on
    EXPECT_THAT(refusal_of("expr:" + std::string(formula).erase(formula.find('^'), 1)),
                HasSubstr(shown(formula)));
  }
  EXPECT_THAT(refusal_of("expr:x(1)"), HasSubstr(shown("x^(1)")));
  EXPECT_THAT(refusal_of("expr:x ^ 2"), HasSubstr("this sign has no place"));
  EXPECT_THAT(refusal_of("expr:x\n+1"), HasSubstr("\n    x +1\n     ^")) << "a line of its own stays one";
  EXPECT_THAT(refusal_of("expr:x):\n  return x\ndef g(x"), HasSubstr(" never opened"));
  EXPECT_THAT(refusal_of("expr:x * \xc3\xa9"), HasSubstr("this sign has no place"));
  EXPECT_THAT(refusal_of(std::string("expr:x\0", 7)), HasSubstr("this sign has no place"));
}

TEST(FormulaErrors, ShowsWhatIsMissing) {
  EXPECT_THAT(refusal_of("expr:x *"), HasSubstr(shown("x *^")));
  EXPECT_THAT(refusal_of("expr:(x + 1"), AllOf(HasSubstr("never closed"), HasSubstr(shown("^(x + 1"))));
  EXPECT_THAT(refusal_of("expr:x)"), HasSubstr(shown("x^)")));
  EXPECT_THAT(refusal_of("expr:x * exp()"), HasSubstr(shown("x * exp(^)")));
  EXPECT_THAT(refusal_of("expr:relu(x,)"), HasSubstr(shown("relu(x,^)")));
  EXPECT_THAT(refusal_of("expr:2x"), AllOf(HasSubstr("operator is missing"), HasSubstr(shown("2^x"))));
  EXPECT_THAT(refusal_of("expr:x * exp"),
              AllOf(HasSubstr("'exp' is a function"), HasSubstr(shown("x * ^exp"))));
  EXPECT_THAT(refusal_of("expr:clamp(x, 0)"), AllOf(HasSubstr("2 arguments"), HasSubstr("allowed: 3")));
  EXPECT_THAT(refusal_of("expr:0 < x < 1"), HasSubstr(shown("0 < x ^< 1")));
  EXPECT_THAT(refusal_of("expr:"), HasSubstr("a formula is missing"));
  EXPECT_THAT(refusal_of("expr:;beta=1"), HasSubstr("a formula is missing"));
  EXPECT_THAT(refusal_of("expr"), HasSubstr("a formula is missing"));
}

TEST(FormulaErrors, NamesTheNearest) {
  EXPECT_THAT(refusal_of("expr:x * sigmod(x)"),
              AllOf(HasSubstr("did you mean 'sigmoid'"), HasSubstr(shown("x * ^sigmod(x)"))));
  EXPECT_THAT(refusal_of("expr:x * sigmoid(beta * x)"),
              AllOf(HasSubstr(";beta=1"), HasSubstr(shown("x * sigmoid(^beta * x)"))));
  EXPECT_THAT(refusal_of("expr:beta * x;bta=1"), HasSubstr("did you mean 'bta'"));
  EXPECT_THAT(refusal_of("expr:beta * x;beta=1;shard=true"), HasSubstr("did you mean 'shared'"));
  EXPECT_THAT(refusal_of("expr:x;beta=1"), HasSubstr("'beta'")) << "declared, never used";
}

TEST(FormulaErrors, RefusesConstantsThatAreNone) {
  for (const auto* name : {"x", "e", "pi", "exp"}) {
    EXPECT_THAT(refusal_of(std::string("expr:x;") + name + "=1"), HasSubstr("is taken")) << name;
  }
  for (const auto* name : {"_a", "1a", "a-b", "a b", "é", "a):"}) {
    EXPECT_THAT(refusal_of(std::string("expr:x;") + name + "=1"), HasSubstr("no proper name")) << name;
  }
  for (const auto* value : {"a", "nan", "inf", "1e7", "1,shared=true", "1=1"}) {
    EXPECT_THAT(refusal_of(std::string("expr:b*x;b=") + value), HasSubstr("not a number in range")) << value;
  }
  EXPECT_THAT(refusal_of("expr:x;import os"), HasSubstr("key=value"));
  EXPECT_THAT(refusal_of("expr:b*x;b=1;b=2"), HasSubstr("given twice"));
  EXPECT_THAT(refusal_of("expr:x;formula=x"), HasSubstr("given twice"));
  EXPECT_THAT(refusal_of("expr:x;shared=true"), HasSubstr("'shared'")) << "it learns nothing";
}

TEST(FormulaErrors, RefusesWhatIsNoDifferentiableFunctionOfX) {
  EXPECT_THAT(refusal_of("expr:3"), HasSubstr("does not depend on x"));
  EXPECT_THAT(refusal_of("expr:x > 0"), AllOf(HasSubstr("truth values"), HasSubstr("where(")));
  EXPECT_THAT(refusal_of("expr:where(x > 0, 1, 0)"), HasSubstr("no derivative with respect to x"));
  EXPECT_THAT(refusal_of("expr:where(x > b, x, 0);b=1"), HasSubstr("no derivative with respect to b"));
  EXPECT_THAT(refusal_of("expr:sqrt(-1) * x"), HasSubstr("no finite value"));
}

/// What only the compiler or a first run can know has its place too.
TEST(FormulaErrors, PassesOnWhatTheCompilerSays) {
  EXPECT_THAT(refusal_of("expr:2 * x + where(x, x, 0)"),
              AllOf(HasSubstr("boolean"), HasSubstr(shown("2 * x + ^where(x, x, 0)"))));
  EXPECT_THAT(refusal_of("expr:x*exp(x, x)"), HasSubstr(shown("x*^exp(x, x)")));
  EXPECT_THAT(refusal_of("expr:x + -(x>0)"), HasSubstr(shown("x + ^-(x>0)")));
  EXPECT_THAT(refusal_of("expr:x + ((x>0)-(x>1))"), HasSubstr("does not compute"));
  for (const auto* text : {"expr:x*exp(x, x)", "expr:where(x, x, 0)", "expr:x**(x>0)"}) {
    EXPECT_THAT(refusal_of(text),
                AllOf(Not(HasSubstr("_exp")), Not(HasSubstr("return")), Not(HasSubstr("frame #"))));
  }
}

double value_at_two(const std::string& formula) {
  return make_site("expr:" + formula)->forward(torch::full({1, 1}, 2., torch::kDouble)).item<double>();
}

TEST(FormulaErrors, SurvivesWhatIsHuge) {
  EXPECT_THAT(refusal_of("expr:x + 10**10**10"), HasSubstr("no finite value"));
  EXPECT_THAT(refusal_of("expr:x * 5 % 0"), HasSubstr("no finite value"));
  EXPECT_THAT(refusal_of("expr:x * (5 % 0)"), HasSubstr("no finite value"));
  EXPECT_THAT(refusal_of("expr:1e999 * x"), HasSubstr("does not fit"));
  EXPECT_THAT(refusal_of("expr:" + std::string(1001, 'x')), HasSubstr("at most 1000"));
  EXPECT_THAT(refusal_of("expr:" + std::string(499, '(') + "x" + std::string(499, ')')),
              HasSubstr("at most 100"));
  EXPECT_DOUBLE_EQ(value_at_two(std::string(100, '(') + "x" + std::string(100, ')')), 2);
  EXPECT_DOUBLE_EQ(value_at_two(std::string(998, '-') + "x"), 2);
  std::string sum = "x", tower = "x";
  while (sum.size() < 990) sum += "+x";
  while (tower.size() < 990) tower += "**1";
  EXPECT_DOUBLE_EQ(value_at_two(sum), 992);
  EXPECT_DOUBLE_EQ(value_at_two(tower), 2);
}

}  // namespace
}  // namespace actlab

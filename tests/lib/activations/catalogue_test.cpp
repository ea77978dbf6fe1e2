#include "lib/activations/catalogue.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "lib/core/error.h"
#include "tests/errors.h"
#include "tests/lib/activations/helpers.h"

namespace actlab {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string error_of(const std::string& list) {
  return test::message_of(ExitCode::usage, [&] { resolve_activations(list); });
}

std::vector<std::string> texts(const std::string& list) {
  std::vector<std::string> result;
  for (const auto& choice : resolve_activations(list)) result.push_back(choice.text());
  return result;
}

const Group& group(const std::string& name) {
  return *std::find_if(groups().begin(), groups().end(), [&](const Group& g) { return g.name == name; });
}

TEST(Catalogue, EveryRowIsCompleteAndEveryNameUnique) {
  std::set<std::string> seen;
  for (const auto& row : catalogue()) {
    EXPECT_TRUE(seen.insert(row.name).second) << row.name;
    for (const auto& alias : row.aliases) EXPECT_TRUE(seen.insert(alias).second) << alias;
    EXPECT_FALSE(row.formula.empty() || row.origin.empty() || row.range.empty()) << row.name;
    EXPECT_NE(row.function, nullptr) << row.name;
    for (const auto& argument : row.arguments) {
      EXPECT_LE(argument.low, argument.fallback) << row.name;
      EXPECT_LE(argument.fallback, argument.high) << row.name;
    }
  }
  for (const auto& g : groups()) EXPECT_TRUE(seen.insert(g.name).second) << g.name << " hides a row";
}

TEST(Catalogue, HoldsEveryFunctionOfTheSurveys) {
  const std::vector<std::string> expected = {"identity",
                                             "sigmoid",
                                             "tanh",
                                             "hard_sigmoid",
                                             "hard_tanh",
                                             "softsign",
                                             "elliott",
                                             "log_sigmoid",
                                             "arctan",
                                             "erf",
                                             "lecun_tanh",
                                             "penalized_tanh",
                                             "isru",
                                             "sqnl",
                                             "soft_clipping",
                                             "gaussian",
                                             "bipolar_sigmoid",
                                             "relu",
                                             "leaky_relu",
                                             "prelu",
                                             "rrelu",
                                             "relu6",
                                             "thresholded_relu",
                                             "srelu",
                                             "squared_relu",
                                             "star_relu",
                                             "shifted_relu",
                                             "nlrelu",
                                             "abrelu",
                                             "sine_relu",
                                             "dprelu",
                                             "abs",
                                             "arelu",
                                             "apl",
                                             "crelu",
                                             "frelu",
                                             "elu",
                                             "selu",
                                             "celu",
                                             "pelu",
                                             "mpelu",
                                             "pdelu",
                                             "isrlu",
                                             "elish",
                                             "hard_elish",
                                             "softplus",
                                             "shifted_softplus",
                                             "bent_identity",
                                             "soft_exponential",
                                             "gelu",
                                             "gelu_tanh",
                                             "quick_gelu",
                                             "silu",
                                             "swish",
                                             "hard_swish",
                                             "mish",
                                             "hard_mish",
                                             "e_swish",
                                             "lisht",
                                             "tanh_exp",
                                             "serf",
                                             "smish",
                                             "logish",
                                             "phish",
                                             "flatten_t_swish",
                                             "acon_c",
                                             "smu",
                                             "erfact",
                                             "pserf",
                                             "golu",
                                             "aria2",
                                             "srs",
                                             "esh",
                                             "colu",
                                             "hard_shrink",
                                             "soft_shrink",
                                             "tanh_shrink",
                                             "sin",
                                             "snake",
                                             "gcu",
                                             "sinlu",
                                             "cosper",
                                             "min_sin",
                                             "max_sigmoid",
                                             "max_tanh",
                                             "cube",
                                             "dice",
                                             "rational",
                                             "maxout",
                                             "glu",
                                             "reglu",
                                             "geglu",
                                             "swiglu",
                                             "bilinear"};
  EXPECT_THAT(all_names(), testing::IsSupersetOf(expected));
}

TEST(Catalogue, OutputFunctionsAreNoHiddenActivations) {
  for (const auto* name : {"softmax", "log_softmax", "sparsemax"}) {
    EXPECT_EQ(choose(name).row->name, name);
    EXPECT_THAT(error_of(name), HasSubstr("stands at the output"));
  }
  EXPECT_EQ(choose("sigmoid").row->name, "sigmoid") << "stands in both places";
}

TEST(Catalogue, TakesNoRowsAfterItWasRead) {
  Row row = *choose("relu").row;
  row.name = "mine";
  EXPECT_THAT(test::message_of(ExitCode::usage, [&] { add_rows({row}); }),
              HasSubstr("after the table was read"));
}

TEST(Spec, TextHoldsEveryArgumentAlsoThoseAtTheirDefaults) {
  EXPECT_EQ(choose("relu").text(), "relu");
  EXPECT_EQ(choose("leaky_relu").text(), "leaky_relu:slope=0.01");
  EXPECT_EQ(choose("hard_tanh:max=3").text(), "hard_tanh:min=-1,max=3");
  EXPECT_EQ(choose("prelu:shared=true,frozen=true").text(), "prelu:init=0.25,shared=true,frozen=true");
  EXPECT_EQ(choose("leaky_relu:slope=-0").text(), "leaky_relu:slope=0");
}

TEST(Spec, TextOfEveryRowResolvesToItself) {
  for (const auto& name : all_names()) EXPECT_EQ(choose(choose(name).text()).text(), choose(name).text());
}

TEST(Spec, AliasIsTheRowItself) {
  EXPECT_EQ(choose("swish1").text(), "silu");
  EXPECT_EQ(choose("telu").text(), choose("tanh_exp").text());
}

TEST(Spec, WhatIsLearnedOnRequestSaysSo) {
  EXPECT_EQ(choose("snake").text(), "snake:alpha=1");
  EXPECT_FALSE(choose("snake").learns());
  EXPECT_EQ(choose("snake:learned=true").text(), "snake:alpha=1,learned=true");
  EXPECT_TRUE(choose("snake:learned=true").learns());
  EXPECT_THAT(error_of("snake:frozen=true"), HasSubstr("'frozen'"));
}

TEST(Spec, WhatALayerSharesAnywayIsNoArgument) {
  EXPECT_EQ(choose("pelu").text(), "pelu:a=1,b=1");
  EXPECT_THAT(error_of("pelu:shared=true"), HasSubstr("'shared'"));
}

TEST(Spec, WordsAreArgumentsToo) {
  EXPECT_EQ(choose("rational").text(), "rational:init=leaky_relu");
  EXPECT_THAT(error_of("rational:init=leeky_relu"), HasSubstr("leaky_relu"));
}

TEST(Spec, UnknownNameIsAnsweredWithTheNearest) {
  EXPECT_THAT(error_of("leaky_rleu"),
              AllOf(HasSubstr("'leaky_rleu'"), HasSubstr("did you mean 'leaky_relu'?")));
  EXPECT_THAT(error_of("articel"), HasSubstr("did you mean 'article'?"));
  EXPECT_THAT(error_of("relu,,tanh"), HasSubstr("name is missing"));
  EXPECT_THAT(error_of(""), Not(HasSubstr("no error")));
}

TEST(Spec, UnknownArgumentIsAnsweredWithTheNearest) {
  EXPECT_THAT(error_of("leaky_relu:slop=0.1"),
              AllOf(HasSubstr("'slop'"), HasSubstr("did you mean 'slope'?")));
  EXPECT_THAT(error_of("relu:slope=0.1"), HasSubstr("(none)"));
  EXPECT_THAT(error_of("relu:shared=true"), HasSubstr("'shared'")) << "nothing is learned";
  EXPECT_THAT(error_of("prelu:frozen=yes"), HasSubstr("true, false"));
}

TEST(Spec, NumberOutOfRangeIsAnsweredWithTheRange) {
  EXPECT_THAT(error_of("leaky_relu:slope=64"), AllOf(HasSubstr("'64'"), HasSubstr("0 to 1")));
  EXPECT_THAT(error_of("leaky_relu:slope=nan"), HasSubstr("0 to 1"));
  EXPECT_THAT(error_of("elu:alpha=much"), HasSubstr("'much'"));
  EXPECT_THAT(error_of("maxout:pieces=2.5"), HasSubstr("whole number"));
  EXPECT_THAT(error_of("maxout:pieces=1"), HasSubstr("2 to 16"));
}

TEST(Spec, BoundsInTheWrongOrderAreAnError) {
  EXPECT_THAT(error_of("rrelu:lower=0.5"), HasSubstr("lower < upper"));
  EXPECT_THAT(error_of("hard_tanh:min=1"), AllOf(HasSubstr("min=1, max=1"), HasSubstr("min < max")));
}

TEST(List, KeepsOrderAndDropsDuplicates) {
  EXPECT_THAT(texts("tanh,relu,leaky_relu:slope=0.1,leaky_relu,leaky_relu:slope=0.01,tanh"),
              ElementsAre("tanh", "relu", "leaky_relu:slope=0.1", "leaky_relu:slope=0.01"));
  EXPECT_THAT(texts("rrelu:lower=0.1,upper=0.2,swish1,silu"),
              ElementsAre("rrelu:lower=0.1,upper=0.2", "silu"));
}

TEST(Group, ArticleHoldsTheFunctionsOfTheArticle) {
  EXPECT_THAT(texts("swish,article"), ElementsAre("swish:beta=1", "sigmoid", "tanh", "relu",
                                                  "leaky_relu:slope=0.01", "prelu:init=0.25", "elu:alpha=1"));
}

TEST(Group, EveryMemberIsARowAndEveryGroupResolves) {
  const auto names = all_names();
  for (const auto& g : groups()) {
    EXPECT_FALSE(g.members.empty()) << g.name;
    EXPECT_EQ(texts(g.name).size(), g.members.size()) << g.name;
    for (const auto& member : g.members) EXPECT_THAT(names, testing::Contains(member)) << g.name;
  }
}

TEST(Group, AllAndFastFollowFromTheTable) {
  EXPECT_EQ(group("all").members, all_names());
  for (const auto& row : catalogue()) {
    const auto& fast = group("fast").members;
    EXPECT_EQ(std::count(fast.begin(), fast.end(), row.name), row.native ? 1 : 0) << row.name;
  }
}

TEST(Group, TakesNoArguments) { EXPECT_THAT(error_of("article:slope=1"), HasSubstr("(none)")); }

}  // namespace
}  // namespace actlab

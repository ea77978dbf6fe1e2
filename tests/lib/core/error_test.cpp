#include "lib/core/error.h"

#include <gmock/gmock.h>

#include "lib/core/text.h"

namespace actlab {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Error, SaysWhatWasGivenWhatIsAllowedAndWhatToDo) {
  const Error error = data_error("the file is damaged", "a.gz", "gzip", "fetch it again");
  EXPECT_EQ(error.code(), ExitCode::data);
  EXPECT_STREQ(error.what(),
               "the file is damaged\n  given:   a.gz\n  allowed: gzip\n  try:     fetch it again");
}

TEST(Error, LeavesOutPartsThatAreEmpty) {
  EXPECT_STREQ(usage_error("wrong").what(), "wrong");
  EXPECT_THAT(usage_error("wrong", "x").what(), Not(HasSubstr("allowed")));
}

TEST(Error, UnknownNamesAreAnsweredWithTheNearest) {
  const auto error = unknown_name("activation", "sigmiod", {"relu", "sigmoid", "tanh"});
  EXPECT_EQ(error.code(), ExitCode::usage);
  EXPECT_THAT(error.what(), HasSubstr("did you mean 'sigmoid'?"));
  EXPECT_THAT(error.what(), HasSubstr("relu, sigmoid, tanh"));
}

TEST(Error, NoNearestNameWhenNothingIsClose) {
  EXPECT_EQ(nearest("xyzxyz", {"relu", "sigmoid"}), "");
  EXPECT_EQ(nearest("rleu", {"relu", "sigmoid"}), "relu");
  EXPECT_EQ(nearest("", {"relu"}), "");
}

TEST(Text, GroupsDigitsByThousands) {
  EXPECT_EQ(thousands(0), "0");
  EXPECT_EQ(thousands(999), "999");
  EXPECT_EQ(thousands(1000), "1,000");
  EXPECT_EQ(thousands(-1234567), "-1,234,567");
}

}  // namespace
}  // namespace actlab

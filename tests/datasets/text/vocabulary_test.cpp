#include "datasets/text/vocabulary.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "tests/errors.h"

namespace actlab::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Vocabulary of(const std::vector<std::string>& texts, long min_count = 1, long largest = 1000) {
  return Vocabulary::of(texts, Unspaced::characters, min_count, largest);
}

TEST(Vocabulary, OrdersByFrequencyThenBytes) {
  const std::vector<std::string> texts{"b a b c", "É b a", "c z"};
  EXPECT_THAT(of(texts).words(), ElementsAre("b", "a", "c", "z", "é"));
  EXPECT_THAT(of(texts, 2).words(), ElementsAre("b", "a", "c"));
  EXPECT_THAT(of(texts, 1, 2).words(), ElementsAre("b", "a"));
  EXPECT_THAT(of(texts, 1, 0).words(), ElementsAre());
  EXPECT_THAT(of({}).words(), ElementsAre());
}

TEST(Vocabulary, KnowsTrainingWordsOnly) {
  const Vocabulary vocabulary = of({"good film", "bad film"});
  EXPECT_EQ(vocabulary.size(), 5);
  EXPECT_EQ(vocabulary.number("film"), 2);
  EXPECT_EQ(vocabulary.number("good"), 4);
  EXPECT_EQ(vocabulary.number("superb"), Vocabulary::unknown);
  EXPECT_EQ(vocabulary.number("Good"), Vocabulary::unknown);  // words are folded before they get here
  EXPECT_EQ(vocabulary.number(""), Vocabulary::unknown);
}

TEST(Vocabulary, RefusesAWordTwice) {
  EXPECT_THAT(message_of(ExitCode::data, [] { Vocabulary({"a", "b", "a"}); }), HasSubstr("twice"));
}

TEST(Encode, FillsUpCutsAndCounts) {
  const Vocabulary vocabulary({"good", "film", "!"});
  const EncodedTexts encoded =
      encode({"Good film!", "a film", "", "good good good good good"}, vocabulary, Unspaced::characters, 4);
  const auto expected = torch::tensor({{2, 3, 4, 0}, {1, 3, 0, 0}, {1, 0, 0, 0}, {2, 2, 2, 2}}, torch::kInt);
  EXPECT_EQ(encoded.tokens.scalar_type(), torch::kInt);
  EXPECT_TRUE(torch::equal(encoded.tokens, expected)) << encoded.tokens;
  EXPECT_TRUE(torch::equal(encoded.lengths, torch::tensor({3L, 2L, 1L, 4L})));
  const EncodedTexts narrow = encode({"good", "film"}, vocabulary, Unspaced::characters, 100);
  EXPECT_EQ(narrow.tokens.sizes(), (std::vector<int64_t>{2, 1}));  // as wide as the longest text
}

TEST(Encode, TakesNoTextsAndRefusesNoTokens) {
  const EncodedTexts none = encode({}, Vocabulary({}), Unspaced::both, 10);
  EXPECT_EQ(none.tokens.sizes(), (std::vector<int64_t>{0, 0}));
  EXPECT_EQ(none.lengths.size(0), 0);
  message_of(ExitCode::usage, [] { encode({"a"}, Vocabulary({}), Unspaced::both, 0); });
}

}  // namespace
}  // namespace actlab::test

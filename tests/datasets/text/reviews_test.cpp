#include <gmock/gmock.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "datasets/text/review_grammar.h"
#include "datasets/text/texts.h"
#include "datasets/text/vocabulary.h"
#include "lib/core/error.h"
#include "tests/errors.h"

namespace actlab::test {
namespace {

/// What one clause says.
struct Clause {
  size_t at;  // of its opinion in the text
  bool negated, good_word;
  bool verdict() const { return good_word != negated; }
  bool operator<(const Clause& other) const {
    return std::pair(negated, good_word) < std::pair(other.negated, other.good_word);
  }
};

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Reads reviews by the words of the grammar and the rules of the language; knows nothing of how they are
/// made.
class Reader {
 public:
  explicit Reader(const std::string& language) : chinese_(language == "zh") {
    const auto add = [&](const std::vector<std::string>& words, bool good) {
      for (const auto& word : words) opinions_[word] = good;
    };
    const ReviewGrammar& grammar = review_grammar(language);
    for (const auto& product : grammar.products) {
      for (const auto& aspect : product.aspects) {
        add(aspect.good, true);
        add(aspect.bad, false);
      }
    }
    for (const auto& predicate : grammar.predicates) {
      add(predicate.good, true);
      add(predicate.bad, false);
      negations_.insert(predicate.negated.begin(), predicate.negated.end());
    }
  }

  std::vector<Clause> clauses(const std::string& text) const {
    std::vector<Clause> found;
    for (size_t at = 1; at < text.size(); ++at) {
      const bool inside = chinese_ ? (text[at] & 0xC0) == 0x80 : text[at - 1] != ' ';  // of character or word
      if (inside) continue;
      // The longest word that begins here is the last one in the order of bytes that fits.
      const auto word = std::find_if(opinions_.rbegin(), opinions_.rend(), [&](const auto& opinion) {
        return text.compare(at, opinion.first.size(), opinion.first) == 0 &&
               (chinese_ || !std::isalpha(text[at + opinion.first.size()]));
      });
      if (word == opinions_.rend()) continue;
      const bool negated = std::any_of(negations_.begin(), negations_.end(),
                                       [&](const auto& end) { return ends_with(text.substr(0, at), end); });
      found.push_back({at, negated, word->second});
      at += word->first.size() - 1;
    }
    return found;
  }

  /// The main clause decides: the first where a concession comes behind it, else the last.
  bool verdict(const std::string& text) const {
    const auto found = clauses(text);
    for (const std::string concession : {"although ", "even though ", "雖然", "儘管"}) {
      const size_t at = text.find(concession);
      if (at != text.npos && at > found.front().at) return found.front().verdict();
    }
    return found.back().verdict();
  }

 private:
  bool chinese_;
  std::map<std::string, bool> opinions_;  // word → good
  std::set<std::string> negations_;
};

double share(const std::vector<bool>& hits) {
  return static_cast<double>(std::count(hits.begin(), hits.end(), true)) / static_cast<double>(hits.size());
}

/// Of 2,000 texts, four standard deviations.
const double chance_of_2000 = 4 * std::sqrt(0.25 / 2000);

/// reviews.cpp, "Clauses that agree": the share of true labels that any linear model gets wrong.
double linear_error(size_t clauses) {
  double error = 0;
  const auto probability = [&](size_t negations) {
    double p = 1;
    for (size_t i = 0; i < clauses; ++i)
      p *= (negations >> i & 1) != 0 ? review_negation : 1 - review_negation;
    return p;
  };
  const size_t all = (size_t{1} << clauses) - 1;
  for (size_t negations = 0; negations <= all; ++negations) {
    error += std::min(probability(negations), probability(all ^ negations)) / 4;  // a pair comes twice
  }
  return error;
}

/// What no linear model of words passes on these texts, with labels that are wrong by chance.
double linear_bound(const std::vector<std::string>& texts, const Reader& reader) {
  double right = 0;
  for (const auto& text : texts) {
    const auto clauses = reader.clauses(text);
    const bool agree = std::all_of(clauses.begin(), clauses.end(), [&](const Clause& clause) {
      return clause.verdict() == clauses.front().verdict();
    });
    right += agree ? 1 - linear_error(clauses.size()) : 0.5;
  }
  const double bound = right / static_cast<double>(texts.size());
  return bound * (1 - review_noise) + (1 - bound) * review_noise;
}

/// Counts of tokens, float [N, vocabulary].
at::Tensor bags(const std::vector<std::string>& texts, const Vocabulary& vocabulary) {
  const auto encoded = encode(texts, vocabulary, Unspaced::characters, 200);
  const auto tokens = encoded.tokens.to(torch::kLong);
  auto counts = torch::zeros({tokens.size(0), vocabulary.size()});
  counts.scatter_add_(1, tokens, torch::ones(tokens.sizes()));
  counts.select(1, Vocabulary::padding).zero_();
  return counts;
}

double accuracy_of_logistic_regression(const TextSet& set) {
  const Vocabulary vocabulary = Vocabulary::of(set.train.texts, Unspaced::characters, 1, 10'000);
  const auto inputs = bags(set.train.texts, vocabulary), targets = set.train.labels.to(torch::kFloat);
  auto weights = torch::zeros({vocabulary.size()}, torch::requires_grad());
  torch::optim::Adam optimizer({weights}, torch::optim::AdamOptions(0.05));
  for (int step = 0; step < 200; ++step) {
    optimizer.zero_grad();
    (torch::binary_cross_entropy_with_logits(inputs.mv(weights), targets, {}, {}, at::Reduction::Mean) +
     1e-4 * weights.square().sum())
        .backward();
    optimizer.step();
  }
  const auto predicted = bags(set.test.texts, vocabulary).mv(weights.detach()) > 0;
  return (predicted == (set.test.labels == 1)).to(torch::kDouble).mean().item<double>();
}

class Reviews : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Languages, Reviews, ::testing::Values("en", "zh"),
                         [](const auto& language) { return std::string(language.param); });

TEST_P(Reviews, HasTextsLabelsAndClasses) {
  const TextSet set = make_reviews(GetParam(), 2000, 500, 0);
  EXPECT_EQ(set.name, std::string(GetParam()) == "en" ? "reviews" : "reviews-zh");
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"negative", "positive"}));
  EXPECT_EQ(set.train.texts.size(), 2000U);
  EXPECT_EQ(set.test.texts.size(), 500U);
  EXPECT_EQ(set.train.labels.sizes(), std::vector<int64_t>{2000});
  EXPECT_EQ(set.train.labels.scalar_type(), torch::kLong);
  EXPECT_TRUE(set.validation.texts.empty());
  EXPECT_NEAR(set.train.labels.to(torch::kDouble).mean().item<double>(), 0.5, chance_of_2000);
  const auto encoded = encode(set.train.texts, Vocabulary({}), Unspaced::characters, 1000);
  EXPECT_GE(encoded.lengths.min().item<long>(), 7);
  EXPECT_LE(encoded.lengths.max().item<long>(), 80);
}

TEST_P(Reviews, DependOnSeedAndPlaceAlone) {
  const TextSet few = make_reviews(GetParam(), 50, 20, 3), many = make_reviews(GetParam(), 200, 100, 3),
                other = make_reviews(GetParam(), 50, 20, 4);
  const auto begins = [](const TextSplit& whole, const TextSplit& part) {
    return std::equal(part.texts.begin(), part.texts.end(), whole.texts.begin()) &&
           torch::equal(whole.labels.narrow(0, 0, part.labels.size(0)), part.labels);
  };
  EXPECT_TRUE(begins(many.train, few.train));
  EXPECT_TRUE(begins(many.test, few.test));
  EXPECT_FALSE(begins(other.train, few.train));
  EXPECT_FALSE(begins(few.train, few.test));  // streams of their own
}

TEST_P(Reviews, AreManyAndHardlyRepeat) {
  const TextSet set = make_reviews(GetParam(), 8000, 2000, 1);
  const std::set<std::string> train(set.train.texts.begin(), set.train.texts.end());
  EXPECT_GE(train.size(), 7960U);  // by the birthday paradox, hundreds of thousands of texts at the least
  const auto seen = std::count_if(set.test.texts.begin(), set.test.texts.end(),
                                  [&](const auto& text) { return train.count(text) != 0; });
  EXPECT_LE(seen, 20);
}

TEST_P(Reviews, ReachTheCeilingByTheirGrammar) {
  const TextSet set = make_reviews(GetParam(), 1, 2000, 2);
  const Reader reader(GetParam());
  std::vector<bool> right;
  for (size_t i = 0; i < set.test.texts.size(); ++i) {
    const auto& text = set.test.texts[i];
    ASSERT_THAT(reader.clauses(text).size(), testing::AllOf(testing::Ge(1U), testing::Le(3U))) << text;
    right.push_back(reader.verdict(text) == (set.test.labels.data_ptr<int64_t>()[i] == 1));
  }
  EXPECT_NEAR(share(right), 1 - review_noise, 4 * std::sqrt(review_noise * (1 - review_noise) / 2000));
}

TEST_P(Reviews, StayBeyondLinearModelsOfWords) {
  const TextSet set = make_reviews(GetParam(), 6000, 2000, 0);
  const double bound = linear_bound(set.test.texts, Reader(GetParam()));
  EXPECT_NEAR(linear_error(1), review_negation / 2, 1e-12);
  EXPECT_LT(bound, 1 - review_noise - 0.2);
  const double accuracy = accuracy_of_logistic_regression(set);
  EXPECT_GT(accuracy, 0.55);  // words alone do tell something
  EXPECT_LT(accuracy, bound + chance_of_2000);
}

/// The premises of the proof in reviews.cpp, counted.
TEST_P(Reviews, NegateWhateverTheySayAndContrastEitherWay) {
  const TextSet set = make_reviews(GetParam(), 10'000, 1, 5);
  const Reader reader(GetParam());
  std::map<bool, std::vector<bool>> negated;                   // by what the clause says
  std::map<std::vector<Clause>, std::vector<bool>> contrasts;  // by what their words say, in any order
  for (const auto& text : set.train.texts) {
    auto clauses = reader.clauses(text);
    for (const auto& clause : clauses) negated[clause.verdict()].push_back(clause.negated);
    if (clauses.size() != 2 || clauses[0].verdict() == clauses[1].verdict()) continue;
    std::sort(clauses.begin(), clauses.end());
    contrasts[clauses].push_back(reader.verdict(text));
  }
  for (const auto& [good, cases] : negated) {
    EXPECT_NEAR(share(cases), review_negation, 4 * std::sqrt(0.21 / static_cast<double>(cases.size())))
        << good;
  }
  EXPECT_EQ(contrasts.size(), 4U);
  for (const auto& [words, cases] : contrasts) {
    EXPECT_NEAR(share(cases), 0.5, 4 * std::sqrt(0.25 / static_cast<double>(cases.size())));
  }
}

TEST_P(Reviews, HaveTablesWithoutOverlap) {
  const ReviewGrammar& grammar = review_grammar(GetParam());
  std::set<std::string> good, bad;
  for (const auto& product : grammar.products) {
    EXPECT_GE(product.aspects.size(), 3U);
    EXPECT_GE(product.neutral.size(), 2U);
    const Reader reader(GetParam());
    for (const auto& sentence : product.neutral)
      EXPECT_TRUE(reader.clauses(" " + sentence).empty()) << sentence;
    for (const auto& aspect : product.aspects) {
      good.insert(aspect.good.begin(), aspect.good.end());
      bad.insert(aspect.bad.begin(), aspect.bad.end());
      for (const auto& subject : aspect.subjects)
        EXPECT_TRUE(reader.clauses(" " + subject.name + " ").empty());
    }
  }
  for (const auto& word : good) EXPECT_EQ(bad.count(word), 0U) << word;
  int forms = 0, predicates = 0;
  for (const auto& form : grammar.forms) forms += form.share;
  for (const auto& predicate : grammar.predicates) predicates += predicate.share;
  EXPECT_EQ(forms, 100);
  EXPECT_EQ(predicates, 100);
}

TEST(ReviewsOfNothing, AreRefused) {
  message_of(ExitCode::usage, [] { make_reviews("en", 0, 10, 0); });
  message_of(ExitCode::usage, [] { make_reviews("en", 10, -1, 0); });
  EXPECT_THAT(message_of(ExitCode::usage, [] { make_reviews("de", 10, 10, 0); }),
              testing::HasSubstr("en, zh"));
}

}  // namespace
}  // namespace actlab::test

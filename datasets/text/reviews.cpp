// The embedded data set: short reviews of restaurants, hotels, phones, films and shops, from the tables of
// review_grammar.cpp. A clause judges one aspect; with chance q = 0.3 it is negated and has the opposite word
// ("not bad" for "good"). One to three clauses that agree make a sentence, or two that do not: there the main
// clause, or the one behind "but", decides. Neutral sentences stand around it. A label is wrong with chance
// 0.05, so the ceiling of any model's accuracy is 0.95.
//
// No linear model of words reaches it: a score that is a sum over the words of a text, whatever their weights
// (in Chinese also over its characters, but not over pairs of them: 不好 gives it away).
//
//   Contrasts (30 %). "A, but B" and "B, but A" have the same words and opposite labels, and both are equally
//   likely: half of them are wrong, for any model of the bag of words, linear or not.
//
//   Clauses that agree (70 %). Let N say which clauses are negated, -N the opposite for each, and take the
//   four texts with label + or - and negations N or -N, all else drawn alike (each clause has one good and
//   one bad word, one plain and one negated modifier in store). Clauses have their good words in (+, N) and
//   (-, -N) where N does not negate, and in (-, N) and (+, -N) where it does, so
//     score(+, N) + score(+, -N) = score(-, N) + score(-, -N),
//   and a model that has all four right would need the left side above 0 and the right side below. At least
//   one is wrong: min(p(N), p(-N)) / 2 of the texts, with p(N) = product of q or 1 - q. Over all N that makes
//   q / 2 = 0.15 for one clause and for two, 0.108 for three.
//
// Together at most 0.75 of the true labels, 0.72 of those with noise. A bag of words that is not linear
// tells "not bad" from "good", but "not bad and good" has the words of "not good and bad", too.

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cctype>

#include "datasets/draws.h"
#include "datasets/text/review_grammar.h"
#include "datasets/text/texts.h"
#include "lib/core/error.h"
#include "lib/core/random.h"

namespace actlab {
namespace {

template <typename Item>
const Item& pick(const std::vector<Item>& items, Draws& draws) {
  return items[static_cast<size_t>(draws.integer(0, static_cast<int>(items.size()) - 1))];
}

/// 0..count-1 in random order (Fisher and Yates, inside out).
std::vector<size_t> shuffled(size_t count, Draws& draws) {
  std::vector<size_t> order(count);
  for (size_t i = 0; i < count; ++i) {
    const auto place = static_cast<size_t>(draws.integer(0, static_cast<int>(i)));
    order[i] = order[place];
    order[place] = i;
  }
  return order;
}

/// Rows with a share in percent.
template <typename Row>
const Row& pick_by_share(const std::vector<Row>& rows, Draws& draws) {
  int rest = draws.integer(1, 100);
  return *std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return (rest -= row.share) <= 0; });
}

std::string clause(const ReviewGrammar& grammar, const ReviewAspect& aspect, bool good, Draws& draws) {
  const bool negated = draws.chance(review_negation), good_word = good != negated;
  const auto& subject = pick(aspect.subjects, draws);
  const auto& predicate = pick_by_share(grammar.predicates, draws);
  const auto& words = predicate.good.empty() ? (good_word ? aspect.good : aspect.bad)
                                             : (good_word ? predicate.good : predicate.bad);
  return subject.name + (predicate.copula ? subject.copula : "") +
         pick(negated ? predicate.negated : predicate.plain, draws) + pick(words, draws);
}

/// One to three clauses, each about another aspect, that say together whether the product is good.
std::string judgement(const ReviewGrammar& grammar, const ReviewProduct& product, const ReviewForm& form,
                      bool good, Draws& draws) {
  const auto aspects = shuffled(product.aspects.size(), draws);
  const auto tell = [&](int i) {
    const bool agrees = form.decides == ReviewForm::all || form.decides == i;
    return clause(grammar, product.aspects[aspects[static_cast<size_t>(i)]], good == agrees, draws);
  };
  const std::string first = tell(0), second = tell(1), third = tell(2);
  return fmt::format(fmt::runtime(form.pattern), first, second, third);
}

std::string neutral_sentence(const ReviewGrammar& grammar, const std::string& pattern, Draws& draws) {
  const auto &day = pick(grammar.days, draws), &number = pick(grammar.numbers, draws),
             &person = pick(grammar.persons, draws), &time = pick(grammar.times, draws);
  return fmt::format(fmt::runtime(pattern), fmt::arg("day", day), fmt::arg("number", number),
                     fmt::arg("person", person), fmt::arg("time", time));
}

std::string review(const ReviewGrammar& grammar, bool good, Draws& draws) {
  const auto& product = pick(grammar.products, draws);
  const auto& form = pick_by_share(grammar.forms, draws);
  const auto neutral = shuffled(product.neutral.size(), draws);
  const bool one_clause = form.pattern.find("{1}") == form.pattern.npos;
  const int place = draws.integer(0, one_clause ? 2 : 3);  // before, after, both; no neutral sentence at all
  std::vector<std::string> sentences;
  if (place == 0 || place == 2) {
    sentences.push_back(neutral_sentence(grammar, product.neutral[neutral[0]], draws));
  }
  sentences.push_back(judgement(grammar, product, form, good, draws));
  if (place == 1 || place == 2) {
    sentences.push_back(neutral_sentence(grammar, product.neutral[neutral[1]], draws));
  }
  for (auto& sentence : sentences) {
    sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
  }
  return join(sentences, grammar.blank);
}

/// Each text has a seed of its own, so it never depends on how many are drawn.
TextSplit draw_split(const ReviewGrammar& grammar, long count, long seed, const char* name) {
  TextSplit split{{}, torch::empty({count}, torch::kLong)};
  for (long i = 0; i < count; ++i) {
    Draws draws(fnv1a(fmt::format("{}/{}/{}/{}", grammar.data_set, seed, name, i)));
    const bool good = draws.chance(0.5), noise = draws.chance(review_noise);
    split.texts.push_back(review(grammar, good, draws));
    split.labels.data_ptr<int64_t>()[i] = good != noise;
  }
  return split;
}

}  // namespace

TextSet make_reviews(const std::string& language, long train, long test, long seed) {
  const ReviewGrammar& grammar = review_grammar(language);
  if (train < 1 || test < 1) {
    throw usage_error("a generated data set needs texts",
                      fmt::format("{} for training, {} for testing", train, test), "at least 1 of each");
  }
  return {grammar.data_set,
          "",
          draw_split(grammar, train, seed, "train"),
          {{}, torch::empty({0}, torch::kLong)},
          draw_split(grammar, test, seed, "test"),
          {"negative", "positive"}};
}

}  // namespace actlab

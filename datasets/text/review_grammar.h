#pragma once

#include <string>
#include <vector>

namespace actlab {

/// What a clause can judge, and the adjectives that fit it.
struct ReviewAspect {
  struct Subject {
    std::string name, copula;  // "the noodles", "were"; no copula in Chinese
  };
  std::vector<Subject> subjects;
  std::vector<std::string> good, bad;
};

/// A kind of product with what reviewers say about it. In `neutral` sentences {day}, {number}, {person} and
/// {time} are filled in.
struct ReviewProduct {
  std::vector<std::string> neutral;
  std::vector<ReviewAspect> aspects;
};

/// A way to judge: subject, copula or none, `plain` or `negated`, opinion. The opinions are the aspect's
/// adjectives where `good` and `bad` are empty.
struct ReviewPredicate {
  int share;  // in percent
  bool copula;
  std::vector<std::string> plain, negated;
  std::vector<std::string> good, bad;
};

/// A sentence of one to three clauses, {0} to {2}.
struct ReviewForm {
  static constexpr int all = -1;
  int share;    // in percent
  int decides;  // the clause that says what the review says, while the other says the opposite; or all agree
  std::string pattern;
};

/// All sentences of a language. No word of opinion is both good and bad, and none stands elsewhere.
struct ReviewGrammar {
  std::string data_set, blank;  // its name; what stands between sentences
  std::vector<ReviewForm> forms;
  std::vector<ReviewPredicate> predicates;
  std::vector<ReviewProduct> products;
  std::vector<std::string> days, numbers, persons, times;
};

/// "en" or "zh" (Traditional Chinese). Throws a usage error for any other.
const ReviewGrammar& review_grammar(const std::string& language);

/// Of the clauses, and of the labels, by chance.
constexpr double review_negation = 0.3, review_noise = 0.05;

}  // namespace actlab

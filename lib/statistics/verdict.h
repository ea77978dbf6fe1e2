#pragma once

#include <optional>
#include <vector>

namespace actlab {

/// What is known about a method against the baseline of its table.
enum class Verdict { better, worse, no_practical_difference, not_enough_runs };

/// "no practical difference"
const char* to_string(Verdict verdict);

/// One method against the baseline over the seeds that both have run: every one of them is counted here once.
struct PairedRuns {
  std::vector<double> differences;  // method − baseline where both trained; turned so that positive is better
  long lost = 0;                    // seeds on which the method diverged and the baseline trained
  long won = 0;                     // the other way round
  long neither = 0;                 // both diverged

  long seeds() const { return static_cast<long>(differences.size()) + lost + won + neither; }
};

/// What a verdict is measured against, in units of the metric. All three are greater than 0 and finite.
struct VerdictRule {
  double threshold;     // the smallest difference that matters in practice
  double resolution;    // the smallest step of the metric: 1 / test examples for an accuracy
  double alpha = 0.05;  // chance of any false alarm in the table, below 1
};

struct Judgement {
  Verdict verdict = Verdict::not_enough_runs;
  double p_difference = 0;   // corrected for the comparisons of the table; NaN with fewer than three seeds
  double p_equivalence = 0;  // the same
};

/// The verdicts of one table: every method against the same baseline. docs/verdicts.md gives the rule, its
/// reasons and its measured error rates; in short, p-values corrected by Holm over the table:
/// - better: the paired t test rejects no difference, and the mean difference is `threshold` or more; worse
/// alike;
/// - no practical difference: two one-sided t tests reject a difference of `threshold` or more, either way;
/// - not enough runs: everything else, and fewer than three seeds.
/// A method with lost seeds is never better nor equal; it is worse when its losses are too many for chance or
/// the remaining pairs say so. Mirrored for won seeds; with both there is no verdict. std::invalid_argument
/// when a difference is not finite, a count negative or the rule out of range.
std::vector<Judgement> judge(const std::vector<PairedRuns>& comparisons, const VerdictRule& rule);

/// A comparison that goes on until there is a verdict is looked at again and again, and each look is another
/// chance of a false alarm. So the looks are fixed beforehand: after 4, 6, 9, 13, 19, 28, … seeds, half as
/// many more each time. `look` counts from 1; std::invalid_argument below.
long seeds_at_look(long look);

/// The part of α that a look may spend, 3 / ((look + 2) (look + 3)): a quarter at the first, and 1 in all,
/// however many there are.
double share_of_look(long look);

/// judge() of comparisons that go on: `comparisons[i][k]` are the runs of comparison i over its first
/// seeds_at_look(k + 1) seeds. The p-value of a comparison is the smallest of its looks' after division by
/// their shares, which bounds the chance of a false alarm at any of them by α, whenever and for whatever
/// reason its runs end; these are corrected by Holm over the table. What is said of means and of lost and won
/// seeds is said of the last look; a look that pointed the other way does not count. One without a look yet
/// is a comparison of the table with p = 1. docs/choose.md has the measured error rates.
std::vector<Judgement> judge_looks(const std::vector<std::vector<PairedRuns>>& comparisons,
                                   const VerdictRule& rule);

/// Chance that so many pairs (3 or more) give a verdict, whichever, if differences are normal with this mean
/// and spread (standard deviation) and the comparison is one of `comparisons`. Bonferroni's level stands in
/// for Holm's, which depends on the other rows and is never stricter.
double verdict_probability(double mean, double spread, long pairs, const VerdictRule& rule, long comparisons);

/// The number of pairs, more than there are, at which a verdict has a chance of 80 % if the mean and spread
/// of these differences are the true ones. Nothing where that is more than `limit` (the mean lies too close
/// to the threshold for any affordable number of runs) or where fewer than two pairs leave the spread
/// unknown.
std::optional<long> pairs_needed(const std::vector<double>& differences, const VerdictRule& rule,
                                 long comparisons, long limit = 1000);

}  // namespace actlab

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apps/reproduce/results.h"
#include "lib/report/chart.h"
#include "lib/report/words.h"

namespace actlab {

/// The same in both languages of a report.
struct Words {
  Words() = default;
  Words(std::string both)
      : english(both), chinese(std::move(both)) {}       // NOLINT: numbers are the same in both
  Words(const char* both) : Words(std::string(both)) {}  // NOLINT
  Words(std::string in_english, std::string in_chinese)
      : english(std::move(in_english)), chinese(std::move(in_chinese)) {}

  const std::string& in(Language language) const { return language == Language::english ? english : chinese; }

  std::string english, chinese;
};

/// What is known about a claim, or from one test of it.
enum class Standing { supported, refuted, no_practical_difference, not_enough_runs, depends };

Words to_words(Standing standing);

/// One test of a claim.
struct Test {
  Words what;    // what was tested, and under which condition
  Words figure;  // the number, with its interval where it has one
  Standing standing;
  bool deciding = true;  // whether the claim as the article makes it rests on this test
};

struct ClaimFigure {
  Words caption;
  std::function<Figure(Language)> draw;
};

/// What an examination of a claim brought to light.
struct Findings {
  std::vector<Test> tests;
  std::vector<Words> remarks;  // what surprises, and what the tests do not show
  std::vector<ClaimFigure> figures;

  /// Of the deciding tests: what all of them say, or all but those that cannot tell; `depends` where they
  /// contradict each other; not enough runs where there are none.
  Standing standing() const;
};

/// The records and measurements of a study, as claims need them.
class Evidence {
 public:
  Evidence(std::vector<Batch> batches, std::filesystem::path measured)
      : batches_(std::move(batches)), measured_(std::move(measured)) {}

  /// Comparisons with that baseline of the batches named `name` or `name-…`, or of a task of that name.
  std::vector<NamedComparison> comparisons(const std::string& name, const std::string& baseline,
                                           const std::string& metric = "") const;
  nlohmann::json measured(const std::string& name) const;
  const std::vector<Batch>& batches() const { return batches_; }

 private:
  std::vector<Batch> batches_;
  std::filesystem::path measured_;
};

struct Claim {
  std::string id;
  Words group, claim;
  Words method;  // how it was put to the test, and what would refute it
  Findings (*examine)(const Evidence& evidence);
};

/// The article's claims in its order; one file a group has their examinations.
const std::vector<Claim>& claims();

// claims_foundations.cpp
Findings examine_f1(const Evidence& evidence);
Findings examine_f2(const Evidence& evidence);
Findings examine_f3(const Evidence& evidence);
Findings examine_f4(const Evidence& evidence);
// claims_bounded.cpp
Findings examine_s1(const Evidence& evidence);
Findings examine_s2(const Evidence& evidence);
Findings examine_s3(const Evidence& evidence);
Findings examine_s4(const Evidence& evidence);
// claims_rectified.cpp
Findings examine_r1(const Evidence& evidence);
Findings examine_r2(const Evidence& evidence);
Findings examine_r3(const Evidence& evidence);
Findings examine_r4(const Evidence& evidence);
Findings examine_r5(const Evidence& evidence);
Findings examine_r6(const Evidence& evidence);
Findings examine_r7(const Evidence& evidence);
Findings examine_w1(const Evidence& evidence);
// claims_products.cpp
Findings examine_p1(const Evidence& evidence);
Findings examine_p2(const Evidence& evidence);
Findings examine_p3(const Evidence& evidence);
Findings examine_p4(const Evidence& evidence);

// What several examinations need.

/// Whether `activation` beats the baseline of the comparison, as a test: supported where it is better.
/// Nothing where the comparison has no such row.
std::optional<Test> beats_baseline(const NamedComparison& named, const std::string& activation,
                                   bool deciding = true);

/// Paired by seed: whether `values` are higher than `baseline` by a threshold that matters.
Standing judge_pairs(const std::vector<double>& values, const std::vector<double>& baseline, double threshold,
                     double resolution, Interval& difference);

/// "fashion-mnist [depth-none], mlp:depth=3, lr 0.01": data, call of the study, model, and what was held
/// equal where it is not usual.
std::string setting_text(const NamedComparison& named);

/// "+1.23 [+0.50, +1.96] points"
Words difference_text(const Interval& difference, const Comparison& comparison);

/// What of an activation's canonical text stands before its arguments.
std::string short_name(const std::string& activation);

/// A ratio of times with its interval: supported where all of it lies above 1.05, refuted below 0.95, no
/// practical difference where it lies between.
Standing judge_ratio(double low, double high);

/// Puts a point into the series of that name, in the order of x; a new one where there is none yet.
void add_point(Chart& chart, const std::string& name, ChartPoint point);

/// Gradient of the first over that of the last activation site before training, and test metric, against
/// depth: one chart each for every comparison batch of those names.
ClaimFigure depth_figure(const Evidence& evidence, const std::vector<std::string>& names, bool metric);

/// The depth argument of a model's canonical text, 0 without one.
long depth_of(const std::string& model);

}  // namespace actlab

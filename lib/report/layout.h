#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lib/report/comparison.h"

namespace actlab {

/// A column of texts with its own explanation, so that table and legend never disagree.
struct Column {
  std::string header;   // may be broken at blanks
  std::string meaning;  // empty: the title says it
  bool right = true;    // alignment
  std::vector<std::string> cells;
  long limit = 0;  // cells wider than this are broken on a terminal; 0: never
  std::vector<std::pair<std::string, std::string>> words = {};  // terms in the cells with their meanings
};

/// A comparison as texts, the same for every format that people read.
struct Layout {
  std::string title;                                       // task, data set, model
  std::vector<std::pair<std::string, std::string>> facts;  // what was held equal: name, text
  std::vector<Column> columns;
  std::vector<bool> best;  // one a row
};

/// "better", "worse", "same" or "more runs", as tables have room for.
std::string verdict_word(Verdict verdict);

/// The same, with the runs in all that it would take where there are too few: "more runs (9)".
std::string verdict_text(const Finding& finding);

Layout lay_out(const Comparison& comparison);

/// Parameters, gradient norms before and after training, units, best epoch: what the main table has no room
/// for.
Layout lay_out_details(const Comparison& comparison);

/// How soon the activations learn; for a comparison with a pace_goal.
Layout lay_out_pace(const Comparison& comparison);

/// Gradients and units at single activation sites, for networks of three or more: gradient norms before
/// training, saturated outputs before and after. Of more than eight sites, eight at even distances.
std::vector<Layout> lay_out_sites(const Comparison& comparison);

/// Term and meaning for everything in these layouts, each once.
std::vector<std::pair<std::string, std::string>> legend(const std::vector<Layout>& layouts);

}  // namespace actlab

#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lib/experiment/run.h"

namespace actlab {

/// The runs of one activation at one learning rate in one setting, by seed.
struct Runs {
  std::string activation;  // canonical text
  std::string name;        // row name alone
  double lr = 0;
  std::map<long, const RunRecord*> by_seed;
};

/// All activations of one setting (same task, data set, model, hyperparameters), in the order in which the
/// records came. Where the learning rate was tuned, the rates that were tried are the same, not the one
/// chosen.
using Setting = std::vector<Runs>;

/// Numbers from 0 for texts. Making the text of every record would take longer than all else; records share
/// the values that it is made of, so it is made once for each combination of places where they lie.
class Numbering {
 public:
  /// The number of `text()`, which depends on nothing but what lies at `places`.
  size_t number(const std::vector<const void*>& places, const std::function<std::string()>& text);
  /// The number that those places have.
  size_t known(const std::vector<const void*>& places) const { return by_places_.at(places); }

 private:
  std::map<std::vector<const void*>, size_t> by_places_;
  std::map<std::string, size_t> by_text_;
};

/// The records by setting, without the trials of learning rates; they must outlive the result. Of two records
/// for one activation and seed the one with the better status counts, then the first.
std::vector<Setting> group(const std::vector<const RunRecord*>& records);

/// The hyperparameters that all runs of its setting have: without a tuned learning rate.
nlohmann::json held_equal(const RunRecord& run);

/// The model with its arguments, canonical.
std::string model_text(const RunRecord& run);

/// The runs of that canonical text; null when there are none.
const Runs* find_text(const Setting& setting, const std::string& text);

/// The same for a canonical text or a row name, which means the row's default arguments where there are runs
/// of them, else the first with others.
const Runs* find(const Setting& setting, const std::string& wanted);

}  // namespace actlab

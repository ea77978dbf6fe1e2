#pragma once

#include <string>
#include <vector>

#include "lib/report/comparison.h"

namespace actlab {

/// What a comparison says to somebody who has the baseline and could change.
struct Advice {
  std::string activation;            // to use; empty where no run trained to the end
  bool change = false;               // it is not the baseline
  bool decided = false;              // every activation of the comparison has a verdict
  std::string text;                  // two sentences
  std::vector<std::string> caveats;  // why the data are too few for much of a verdict
};

/// Only what is better than the baseline is worth a change, of several the best mean; everything undecided
/// leaves things as they are. `examples`: how many the yardstick's figures rest on over all seeds.
Advice advise(const Comparison& comparison, long examples);

}  // namespace actlab

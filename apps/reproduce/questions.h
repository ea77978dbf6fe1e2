#pragma once

#include <vector>

#include "apps/reproduce/results.h"
#include "apps/reproduce/study.h"
#include "lib/report/layout.h"

namespace actlab {

/// What the records answer to the questions of a study: how often each verdict was given, as facts, and a row
/// for every comparison that a question is about, with the difference of the two activations, paired by seed,
/// and its 95 % interval. A comparison without runs of both has no row.
Layout answers(const std::vector<Question>& questions, const std::vector<Batch>& batches);

}  // namespace actlab

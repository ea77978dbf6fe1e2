#pragma once

#include <nlohmann/json.hpp>

#include "datasets/speech/features.h"

namespace actlab {

/// How a model hears clips: so many samples at the rate of the options, as those features.
struct ClipFormat {
  long samples;
  FeatureOptions features;

  double seconds() const { return static_cast<double>(samples) / static_cast<double>(features.sample_rate); }
};

/// As the facts of a data set and of a checkpoint keep it (key `input`): every number that the features
/// depend on, so that a checkpoint hears the same whatever the defaults become.
nlohmann::json to_json(const ClipFormat& format);
ClipFormat clip_format(const nlohmann::json& input);

}  // namespace actlab

#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lib/activations/catalogue.h"

namespace actlab {

/// Something that claims rest on and that no comparison of products shows: a property of functions, of small
/// networks, or of time. Its result is kept as JSON beside the records, so that a report measures nothing.
struct Measurement {
  std::string name;
  nlohmann::json (*measure)();
};

/// All of them, in the order in which they are made.
const std::vector<Measurement>& measurements();

/// Makes those that have no file in `folder` yet, says on standard error which, and stops at an interrupt.
void measure_missing(const std::filesystem::path& folder, bool quiet);

/// The result of the measurement of that name. Throws a data error where it was not made or is damaged.
nlohmann::json read_measurement(const std::filesystem::path& folder, const std::string& name);

/// The activations of the article, and those that claims need beside them.
std::vector<ActivationChoice> article_activations();

// One function a measurement; each says what its JSON holds.

/// By activation: `range` over [-50, 50], and by deviation s of a normal input `signal`: {s, mean,
/// deviation}.
nlohmann::json measure_ranges();
/// By scale of random logits: largest |sum - 1|, smallest probability.
nlohmann::json measure_softmax();
/// By activation: `curve` [x, value, slope], `largest` slope, `at_ten` (slope at ±10, the smaller), `jump` of
/// the slope at 0.
nlohmann::json measure_slopes();
/// A list of {activation, init, layers, signal, gradient} of random stacks, medians over seeds
/// (propagation.h).
nlohmann::json measure_propagation();
/// A list of {activation, factor, gradient}: 32 random layers whose weights are `factor` times as large as
/// the policy `matched` draws them.
nlohmann::json measure_scale();
/// `matrix_error` of a deep network of identities against the product of its weights, and by activation
/// `linear_share`: the part of a network's output that an affine map explains (R²), seeds' median.
nlohmann::json measure_linearity();
/// By task (xor, spirals) and activation: test accuracies by seed.
nlohmann::json measure_boundaries();
/// By task (labels at random, checkerboard, rings) and activation: training accuracies by seed, at the better
/// of two learning rates.
nlohmann::json measure_capacity();
/// A list of {activation, radius, error, exact}: how well the linear map at a point gives a network's outputs
/// around it; error: median relative error, exact: share of the points where it is below 1e-9.
nlohmann::json measure_linear_maps();
/// A list of {case, activation, seconds, ratio {mean, low, high, count}}: median time, and time over ReLU's.
nlohmann::json measure_speed();

}  // namespace actlab

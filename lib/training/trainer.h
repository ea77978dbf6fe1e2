#pragma once

#include <c10/core/Device.h>

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "lib/layers/network.h"
#include "lib/metrics/classification.h"
#include "lib/training/probes.h"

namespace actlab {

/// A whole data set split as tensors; an epoch is a permutation and index_select, never per-sample work.
struct Examples {
  std::vector<at::Tensor> inputs;  // each [N, …]
  at::Tensor targets;              // [N, …]
  at::Tensor sizes = {};           // undefined, or int64 [N]: examples of similar size share a batch
  long block = 0;  // rows of a block that an epoch reads together (BlockOrder); 0, or with sizes: any order

  long count() const { return targets.defined() ? targets.size(0) : 0; }
  /// The rows that `index` (int64, [M]) names, in that order; or rows first..last-1, without a copy.
  Examples select(const at::Tensor& index) const;
  Examples slice(long first, long last) const;
  /// Copies nothing that is there already: data larger than memory stay in their file on the CPU.
  Examples to(const at::Device& device) const;
};

/// Everything about how to train; every field ends in the record.
struct Hyperparameters {
  long epochs = 10;
  long batch_size = 128;
  double lr = 0.001;
  std::string optimizer = "adam";     // sgd, adam, adamw, adagrad, rmsprop (training/optimisers.h)
  double momentum = 0.9;              // sgd only
  std::string schedule = "constant";  // constant, step, cosine (training/optimisers.h)
  double warmup = 0;                  // epochs of linear warm-up before the schedule
  std::string init = "matched";
  double weight_decay = 0;        // activation parameters are always left out
  double clip = 0;                // largest global gradient norm; 0 = no clipping
  double label_smoothing = 0;     // in [0, 1)
  long patience = 0;              // epochs without a better validation value before stopping; 0 = never
  std::string dtype = "float32";  // float32, bfloat16 (autocast)
  std::string kernels = "fused";  // fused, libtorch (activations/kernels/fused.h)
};

/// Throws a usage error for names that do not exist and numbers that no training can follow.
void check_hyperparameters(const Hyperparameters& hyper);

/// What is optimised and what is measured.
struct Objective {
  std::function<at::Tensor(const at::Tensor& outputs, const at::Tensor& targets)>
      loss;  // mean over the batch
  std::function<std::unique_ptr<Metrics>()> metrics;
  std::string primary = "accuracy";  // selects the best epoch; of equal ones the smallest log_loss does
  bool larger_is_better = true;
};

/// One line of a run's history.
struct EpochResult {
  long epoch = 0;  // 1-based
  double lr = 0;   // at the end of the epoch
  double train_loss = std::numeric_limits<double>::quiet_NaN();
  MetricValues validation;
  double seconds = 0;  // training alone, without validation and probes
};

struct TrainingResult {
  bool diverged = false;  // a loss or gradient was not finite
  std::string error;      // where and how it diverged
  long best_epoch = 0;    // 0 when no epoch finished
  std::vector<EpochResult> history;
  std::vector<SiteProbe> probes;
  double train_seconds = 0;
  double samples_per_second = 0;
};

struct TrainingOptions {
  at::Device device = at::kCPU;
  long seed = 0;
  bool probes = true;
  std::function<void(const EpochResult&)> on_epoch;  // may be empty
};

/// Trains `network` (already initialised) and leaves it in the state that was best on `validation`, in
/// evaluation mode. The same inputs give bit-for-bit the same result on one CPU thread. A diverged training
/// is a result, not an error. Data order of an epoch depends on (seed, epoch) alone, and where examples have
/// them, on sizes and batch size, or on the block (epoch_order and BlockOrder in lib/core/random.h).
TrainingResult train(Network& network, const Examples& train, const Examples& validation,
                     const Objective& objective, const Hyperparameters& hyper,
                     const TrainingOptions& options);

/// Metrics of `network` (in evaluation mode) on `examples`, smallest first where they have sizes.
MetricValues evaluate(Network& network, const Examples& examples, const Objective& objective,
                      at::Device device, long batch_size = 512);

/// The same into `metrics`, for a caller who wants more than the values.
void evaluate(Network& network, const Examples& examples, Metrics& metrics, at::Device device,
              long batch_size = 512);

}  // namespace actlab

#pragma once

#include <torch/optim/optimizer.h>
#include <memory>
#include <string>
#include <vector>

#include "lib/layers/network.h"
#include "lib/training/trainer.h"

namespace actlab {

/// Names for --optimizer.
const std::vector<std::string>& optimiser_names();

/// LibTorch's optimiser of that name over two parameter groups: weights with `weight_decay`, activation
/// parameters (PReLU slopes, Swish β, …) without. Throws a usage error for an unknown name.
std::unique_ptr<torch::optim::Optimizer> make_optimiser(Network& network, const Hyperparameters& hyper);

/// Sets the learning rate of every group.
void set_learning_rate(torch::optim::Optimizer& optimiser, double lr);

/// Names for --schedule.
const std::vector<std::string>& schedule_names();

/// The factor on the base rate at `epoch` (0-based, fractional within an epoch) of `hyper.epochs`:
/// linear warm-up over hyper.warmup epochs, then constant, step (÷10 at 50 % and 75 % of all epochs, He et
/// al. 2016) or cosine to 0 (Loshchilov & Hutter 2017).
double schedule_factor(const Hyperparameters& hyper, double epoch);

}  // namespace actlab

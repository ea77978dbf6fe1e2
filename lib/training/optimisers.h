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
///
/// Under adam, adamw and adagrad on the CPU, embeddings get sparse gradients: a step updates the weights and
/// moments of the rows that its batch touched and no others, at a cost that does not grow with the table, and
/// weight decay reaches a row when a batch touches it.
///
/// adagrad is row-wise for embeddings (lib/training/adagrad.h). Under adam and adamw they get lazy Adam.
/// Dense Adam would let the moments of all other rows decay and move their weights by what is left of them;
/// here both wait for the row's next batch. Bias correction counts the optimiser's steps, not the row's, as
/// torch.optim.SparseAdam does. Where batches touch all rows, lazy Adam is Adam. (SparseAdam adds ε before
/// the bias correction of √v; here it comes after, as in Adam.)
std::unique_ptr<torch::optim::Optimizer> make_optimiser(Network& network, const Hyperparameters& hyper);

/// Scales all gradients, dense or sparse, so that their common L2 norm is at most `largest` (Pascanu et al.
/// 2013). No value leaves the device; a norm that is not finite makes the weights NaN, which the loss then
/// shows.
void clip_gradients(const std::vector<at::Tensor>& parameters, double largest);

/// Sets the learning rate of every group.
void set_learning_rate(torch::optim::Optimizer& optimiser, double lr);

/// Names for --schedule.
const std::vector<std::string>& schedule_names();

/// The factor on the base rate at `epoch` (0-based, fractional within an epoch) of `hyper.epochs`:
/// linear warm-up over hyper.warmup epochs, then constant, step (÷10 at 50 % and 75 % of all epochs, He et
/// al. 2016) or cosine to 0 (Loshchilov & Hutter 2017).
double schedule_factor(const Hyperparameters& hyper, double epoch);

}  // namespace actlab

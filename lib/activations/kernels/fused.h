#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"
#include "lib/activations/kernels/kernel.h"

namespace actlab {

/// What computes element-wise activations in float32 and bfloat16 on the CPU: the kernels of this folder, or
/// LibTorch's operators, which compute everything else.
enum class Kernels { fused, libtorch };

/// "fused", "libtorch": the values of --kernels.
const std::vector<std::string>& kernels_names();
/// Throws a usage error for another name.
Kernels kernels_of(const std::string& name);
std::string name_of(Kernels kernels);

/// The choice of this process, at first fused. Not to be changed while activations are at work.
void set_kernels(Kernels kernels);
Kernels chosen_kernels();

/// Whether there is a kernel for a row, element-wise or a gated linear unit.
bool has_kernel(const Row& row);

/// The kernel to compute a row with, null where LibTorch does it: on other devices, in other types, without a
/// kernel (for so many hinges), where random numbers are drawn, or because it was chosen.
const kernels::Kernel* fitting_kernel(const ActivationChoice& choice, const at::Tensor& x, bool training);

/// The same of gated linear units.
const kernels::Gate* fitting_gate(const ActivationChoice& choice, const at::Tensor& x);

/// The row at every element of x, with the memory format of x; differentiable in x and the learned numbers,
/// any number of times. Keeps one tensor for the way back, the input or the output. `learned`: one tensor for
/// each of choice.learned(), [channels] or [1]; constants where the choice is frozen. `dimension`: of the
/// channels, counted from the front. The gradients of learned numbers are the same in every run with the same
/// number of threads. `known`: the values, where they are at hand, in memory as x; else they are computed.
at::Tensor fused(const kernels::Kernel& kernel, const ActivationChoice& choice,
                 const std::vector<at::Tensor>& learned, long dimension, const at::Tensor& x,
                 const at::Tensor& known = {});

/// A gated linear unit of the two halves of x along `dimension`, differentiable any number of times; keeps x
/// alone for the way back.
at::Tensor fused_gate(const kernels::Gate& gate, const ActivationChoice& choice, long dimension,
                      const at::Tensor& x);

}  // namespace actlab

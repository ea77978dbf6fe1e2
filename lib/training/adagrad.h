#pragma once

#include <torch/optim/adagrad.h>

#include <unordered_set>
#include <vector>

namespace actlab {

/// Adagrad (Duchi et al. 2011, Adaptive subgradient methods): the step of a weight is divided by the root of
/// the sum of its squared gradients. Tables keep one sum a row, of the mean of the row's squares (row-wise
/// Adagrad; Mudigere et al. 2022, Software-hardware co-design for fast and scalable training of deep learning
/// recommendation models), which takes a width-th of the memory. Where a table's gradient is sparse, a step
/// reads and writes the rows of the batch and no others, and weight decay reaches these alone; without weight
/// decay the result is that of a dense gradient.
class RowWiseAdagrad : public torch::optim::Optimizer {
 public:
  RowWiseAdagrad(std::vector<torch::optim::OptimizerParamGroup> groups,
                 const torch::optim::AdagradOptions& defaults);

  /// Makes `parameter`, [rows, width], a table. Before the first step.
  void add_table(const at::Tensor& parameter) { tables_.insert(parameter.unsafeGetTensorImpl()); }

  at::Tensor step(LossClosure closure = nullptr) override;

 private:
  at::Tensor start_of(const at::Tensor& parameter) const;

  std::unordered_set<const void*> tables_;
  std::vector<at::Tensor> sums_;  // one a parameter, in the order of the groups
};

}  // namespace actlab

#include "lib/layers/embedding.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include "lib/core/error.h"
#include "lib/core/memory.h"
#include "lib/layers/embedding_kernels.h"

namespace actlab {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr long elements_worth_a_thread = 32768;

long rows_worth_a_thread(long elements_a_row) {
  return std::max(1L, elements_worth_a_thread / std::max(1L, elements_a_row));
}

/// The gradient of a table [rows, width] from that of what was made of it, [sources, width]: dense, or
/// coalesced over the tokens of the batch. Each row is added up in the order of the batch, whatever the
/// number of threads.
at::Tensor table_gradient(const at::Tensor& gradient, const at::Tensor& tokens, long rows, bool sparse) {
  const long width = gradient.size(1);
  const auto groups = group_tokens(tokens.data_ptr<int32_t>(), tokens.numel(),
                                   gradient.size(0) == 0 ? 1 : tokens.numel() / gradient.size(0));
  auto values = sparse ? torch::empty({groups.count(), width}, gradient.options())
                       : torch::zeros({rows, width}, gradient.options());
  const auto* from = gradient.data_ptr<float>();
  auto* to = values.data_ptr<float>();
  at::parallel_for(0, groups.count(), rows_worth_a_thread(width), [&](int64_t first, int64_t last) {
    add_groups(groups, from, width, first, last, /*to_token=*/!sparse, to);
  });
  if (!sparse) return values;
  const auto indices = torch::empty({1, groups.count()}, torch::kLong);
  std::copy(groups.tokens.begin(), groups.tokens.end(), indices.data_ptr<int64_t>());
  return torch::_sparse_coo_tensor_unsafe(indices, values, {rows, width},
                                          gradient.options().layout(torch::kSparse))
      ._coalesced_(true);
}

/// What both functions keep for the backward pass. Differentiable once.
void keep(AutogradContext* context, const at::Tensor& table, bool sparse, const variable_list& tensors) {
  context->save_for_backward(tensors);
  context->saved_data["rows"] = table.size(0);
  context->saved_data["sparse"] = sparse;
}

variable_list gradient_of_table(AutogradContext* context, const at::Tensor& gradient,
                                const at::Tensor& tokens) {
  TORCH_CHECK(!torch::GradMode::is_enabled(), "an embedding is differentiable once, not twice");
  const auto result = table_gradient(gradient, tokens, context->saved_data["rows"].toInt(),
                                     context->saved_data["sparse"].toBool());
  return {result, {}, {}};
}

class Gather : public torch::autograd::Function<Gather> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& table, const at::Tensor& tokens,
                            bool sparse) {
    keep(context, table, sparse, {tokens});
    const long width = table.size(1);
    auto vectors = torch::empty({tokens.size(0), tokens.size(1), width}, table.options());
    const auto* rows = table.data_ptr<float>();
    const auto* token = tokens.data_ptr<int32_t>();
    auto* out = vectors.data_ptr<float>();
    at::parallel_for(0, tokens.numel(), rows_worth_a_thread(width), [&](int64_t first, int64_t last) {
      gather_rows(rows, width, token + first, last - first, out + first * width);
    });
    return vectors;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    return gradient_of_table(context, gradients[0].flatten(0, 1).contiguous(),
                             context->get_saved_variables()[0]);
  }
};

class Mean : public torch::autograd::Function<Mean> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& table, const at::Tensor& tokens,
                            bool sparse) {
    const long width = table.size(1), length = tokens.size(1);
    auto means = torch::empty({tokens.size(0), width}, table.options());
    const auto inverse_counts = torch::empty({tokens.size(0), 1}, table.options());
    keep(context, table, sparse, {tokens, inverse_counts});
    const auto* rows = table.data_ptr<float>();
    const auto* token = tokens.data_ptr<int32_t>();
    auto *out = means.data_ptr<float>(), *inverse_count = inverse_counts.data_ptr<float>();
    at::parallel_for(0, tokens.size(0), rows_worth_a_thread(width * length),
                     [&](int64_t first, int64_t last) {
                       mean_rows(rows, width, token + first * length, last - first, length,
                                 out + first * width, inverse_count + first);
                     });
    return means;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    return gradient_of_table(context, (gradients[0] * saved[1]).contiguous(), saved[0]);
  }
};

/// int32, without gaps between rows (TextNetwork cuts off the columns behind the longest text), and checked:
/// a token that names no row would read somebody else's memory. LibTorch itself checks on other devices.
at::Tensor checked(const at::Tensor& tokens, long rows) {
  auto compact = tokens.to(torch::kInt).contiguous();
  if (!compact.is_cpu()) return compact;
  const auto* token = compact.data_ptr<int32_t>();
  const long place = first_out_of_range(token, compact.numel(), rows);
  if (place == compact.numel()) return compact;
  const long length = compact.size(1);
  throw data_error(
      "a token names no row of the embedding",
      fmt::format("{}, token {} of text {} of a batch", token[place], place % length + 1, place / length + 1),
      fmt::format("0 to {}", rows - 1), "encode texts with the vocabulary that the model was built for");
}

/// Whether our own kernels can read this table; LibTorch's operators read any.
bool suits_kernels(const at::Tensor& table) {
  return table.is_cpu() && table.scalar_type() == torch::kFloat32 && table.is_contiguous();
}

}  // namespace

Embedding::Embedding(long rows, long width) {
  if (rows < 2 || width < 1) {
    throw usage_error("an embedding has no room for words", fmt::format("{} rows of {}", rows, width),
                      "2 rows or more, the first for padding, of 1 number or more");
  }
  weight = register_parameter("weight", zeros_in_huge_pages({rows, width}));
}

at::Tensor Embedding::forward(const at::Tensor& tokens) {
  const auto compact = checked(tokens, table().size(0));
  if (suits_kernels(table())) return Gather::apply(table(), compact, sparse());
  return torch::embedding(table(), compact, /*padding_idx=*/0);
}

at::Tensor Embedding::mean(const at::Tensor& tokens) {
  const auto compact = checked(tokens, table().size(0));
  if (suits_kernels(table())) return Mean::apply(table(), compact, sparse());
  const auto is_word = compact.ne(0).unsqueeze(2).to(table().scalar_type());
  return (torch::embedding(table(), compact, /*padding_idx=*/0) * is_word).sum(1) /
         is_word.sum(1).clamp_min(1);
}

}  // namespace actlab

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

/// The gradient of a table [rows, width] from that of its means, [N, groups · width + any], each times its
/// scale: dense, or coalesced over the tokens of the batch. Each row is added up in the order of the batch,
/// whatever the number of threads.
at::Tensor table_gradient(const at::Tensor& gradient, const at::Tensor& scale, const TokenGroups& groups,
                          at::IntArrayRef table, bool sparse) {
  const long width = table[1];
  auto values = sparse ? torch::empty({groups.count(), width}, gradient.options())
                       : torch::zeros(table, gradient.options());
  const MeanGradients from{gradient.data_ptr<float>(), scale.data_ptr<float>(), width, scale.size(1),
                           gradient.size(1)};
  auto* to = values.data_ptr<float>();
  at::parallel_for(0, groups.count(), rows_worth_a_thread(width), [&](int64_t first, int64_t last) {
    add_groups(groups, from, first, last, /*to_token=*/!sparse, to);
  });
  if (!sparse) return values;
  const auto indices = torch::empty({1, groups.count()}, torch::kLong);
  std::copy(groups.tokens.begin(), groups.tokens.end(), indices.data_ptr<int64_t>());
  return torch::_sparse_coo_tensor_unsafe(indices, values, table, gradient.options().layout(torch::kSparse))
      ._coalesced_(true);
}

/// Means of groups of columns with our own kernels, side by side, and the rest behind them. Differentiable
/// once.
class Means : public torch::autograd::Function<Means> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& table, const at::Tensor& rest,
                            const SharedTokens& batch, bool sparse) {
    const auto& tokens = batch->tokens();
    const long width = table.size(1), rows = tokens.size(0), columns = tokens.size(1);
    const auto groups = static_cast<long>(batch->groups().size()), stride = groups * width + rest.size(1);
    auto means = torch::empty({rows, stride}, table.options());
    const auto inverse_counts = torch::empty({rows, groups}, table.options());
    const auto* vectors = table.data_ptr<float>();
    const auto* token = tokens.data_ptr<int32_t>();
    auto *out = means.data_ptr<float>(), *inverse_count = inverse_counts.data_ptr<float>();
    at::parallel_for(0, rows, rows_worth_a_thread(width * columns), [&](int64_t first, int64_t last) {
      mean_rows(vectors, width, {token + first * columns, last - first, columns, batch->groups()},
                out + first * stride, stride, inverse_count + first * groups);
    });
    if (rest.size(1) > 0) means.narrow(1, groups * width, rest.size(1)).copy_(rest);
    context->save_for_backward({inverse_counts});
    context->saved_data["table"] = table.sizes();
    context->saved_data["batch"] = c10::IValue::make_capsule(batch);
    context->saved_data["sparse"] = sparse;
    return means;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!torch::GradMode::is_enabled(), "an embedding is differentiable once, not twice");
    const auto batch =
        c10::static_intrusive_pointer_cast<TokenBatch>(context->saved_data["batch"].toCapsule());
    const auto inverse_counts = context->get_saved_variables()[0];
    const auto table = context->saved_data["table"].toIntVector();
    const auto gradient = gradients[0].contiguous();
    variable_list result(4);
    if (context->needs_input_grad(0)) {
      result[0] = table_gradient(gradient, inverse_counts, batch->by_token(), table,
                                 context->saved_data["sparse"].toBool());
    }
    if (context->needs_input_grad(1)) result[1] = gradient.slice(1, inverse_counts.size(1) * table[1]);
    return result;
  }
};

/// The same with LibTorch's operators. vectors: [N, L, width] of tokens [N, L].
at::Tensor means_by_libtorch(const at::Tensor& vectors, const at::Tensor& tokens,
                             const std::vector<ColumnGroup>& groups) {
  std::vector<at::Tensor> means;
  for (const auto& group : groups) {
    if (group.count == 1) {
      means.push_back(vectors.select(1, group.first));
      continue;
    }
    const auto is_token =
        tokens.narrow(1, group.first, group.count).ne(0).unsqueeze(2).to(vectors.scalar_type());
    const auto sum = (vectors.narrow(1, group.first, group.count) * is_token).sum(1);
    means.push_back(sum / is_token.sum(1).clamp_min(1));
  }
  return torch::stack(means, 1);
}

std::vector<ColumnGroup> each_column(long columns) {
  std::vector<ColumnGroup> groups;
  for (long column = 0; column < columns; ++column) groups.push_back({column, 1});
  return groups;
}

/// A token that names no row would read somebody else's memory. LibTorch itself checks on other devices.
void check_tokens(const at::Tensor& tokens, long rows) {
  if (!tokens.is_cpu()) return;
  const auto* token = tokens.data_ptr<int32_t>();
  const long place = first_out_of_range(token, tokens.numel(), rows);
  if (place == tokens.numel()) return;
  const long columns = tokens.size(1);
  throw data_error(
      "a token names no row of the embedding",
      fmt::format("{}, row {}, column {} of a batch", token[place], place / columns + 1, place % columns + 1),
      fmt::format("0 to {}", rows - 1), "encode the data with the vocabulary that the model was built for");
}

/// Whether our own kernels can read this table; LibTorch's operators read any.
bool suits_kernels(const at::Tensor& table) {
  return table.is_cpu() && table.scalar_type() == torch::kFloat32 && table.is_contiguous();
}

}  // namespace

/// The columns must not have gaps between rows (TextNetwork cuts off those behind the longest text).
TokenBatch::TokenBatch(const at::Tensor& tokens, std::vector<ColumnGroup> groups)
    : tokens_(tokens.to(torch::kInt).contiguous()), groups_(std::move(groups)) {
  for (const auto& group : groups_) {
    TORCH_CHECK(group.first >= 0 && group.count >= 0 && group.first + group.count <= tokens_.size(1),
                "a group of columns reaches beyond the ", tokens_.size(1), " columns of tokens");
  }
}

const TokenGroups& TokenBatch::by_token() {
  if (!by_token_)
    by_token_ = group_tokens({tokens_.data_ptr<int32_t>(), tokens_.size(0), tokens_.size(1), groups_});
  return *by_token_;
}

Embedding::Embedding(long rows, long width, double bound) : bound_(bound) {
  if (rows < 2 || width < 1) {
    throw usage_error("an embedding has no room for words", fmt::format("{} rows of {}", rows, width),
                      "2 rows or more, the first for padding, of 1 number or more");
  }
  weight = register_parameter("weight", zeros_in_huge_pages({rows, width}));
}

at::Tensor Embedding::forward(const at::Tensor& tokens) {
  const auto batch = c10::make_intrusive<TokenBatch>(tokens, each_column(tokens.size(1)));
  if (suits_kernels(table())) return means(batch);
  check_tokens(batch->tokens(), table().size(0));
  return torch::embedding(table(), batch->tokens(), /*padding_idx=*/0);
}

at::Tensor Embedding::mean(const at::Tensor& tokens) {
  const std::vector<ColumnGroup> whole = {{0, tokens.size(1)}};
  return means(c10::make_intrusive<TokenBatch>(tokens, whole)).squeeze(1);
}

at::Tensor Embedding::means(const SharedTokens& tokens) {
  const auto no_rest = torch::empty({tokens->tokens().size(0), 0}, table().options());
  const auto groups = static_cast<long>(tokens->groups().size());
  return means_beside(tokens, no_rest).view({no_rest.size(0), groups, table().size(1)});
}

at::Tensor Embedding::means_beside(const SharedTokens& tokens, const at::Tensor& rest) {
  check_tokens(tokens->tokens(), table().size(0));
  if (suits_kernels(table()) && rest.scalar_type() == torch::kFloat32)
    return Means::apply(table(), rest, tokens, sparse());
  const auto vectors = torch::embedding(table(), tokens->tokens(), /*padding_idx=*/0);
  return torch::cat({means_by_libtorch(vectors, tokens->tokens(), tokens->groups()).flatten(1), rest}, 1);
}

}  // namespace actlab

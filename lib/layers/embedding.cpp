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

/// The gradient of a table [rows, width] from that of its means, [N, groups, width], each times its scale:
/// dense, or coalesced over the tokens of the batch. Each row is added up in the order of the batch, whatever
/// the number of threads.
at::Tensor table_gradient(const at::Tensor& gradient, const at::Tensor& scale, const GroupedTokens& batch,
                          long rows, bool sparse) {
  const long width = gradient.size(2);
  const auto groups = group_tokens(batch);
  auto values = sparse ? torch::empty({groups.count(), width}, gradient.options())
                       : torch::zeros({rows, width}, gradient.options());
  const auto *from = gradient.data_ptr<float>(), *factor = scale.data_ptr<float>();
  auto* to = values.data_ptr<float>();
  at::parallel_for(0, groups.count(), rows_worth_a_thread(width), [&](int64_t first, int64_t last) {
    add_groups(groups, from, factor, width, first, last, /*to_token=*/!sparse, to);
  });
  if (!sparse) return values;
  const auto indices = torch::empty({1, groups.count()}, torch::kLong);
  std::copy(groups.tokens.begin(), groups.tokens.end(), indices.data_ptr<int64_t>());
  return torch::_sparse_coo_tensor_unsafe(indices, values, {rows, width},
                                          gradient.options().layout(torch::kSparse))
      ._coalesced_(true);
}

/// Means of groups of columns with our own kernels. Differentiable once.
class Means : public torch::autograd::Function<Means> {
 public:
  using Groups = std::vector<ColumnGroup>;

  static at::Tensor forward(AutogradContext* context, const at::Tensor& table, const at::Tensor& tokens,
                            const Groups& groups, bool sparse) {
    const long width = table.size(1), rows = tokens.size(0), columns = tokens.size(1);
    const auto count = static_cast<long>(groups.size());
    auto means = torch::empty({rows, count, width}, table.options());
    const auto inverse_counts = torch::empty({rows, count}, table.options());
    const auto* vectors = table.data_ptr<float>();
    const auto* token = tokens.data_ptr<int32_t>();
    auto *out = means.data_ptr<float>(), *inverse_count = inverse_counts.data_ptr<float>();
    at::parallel_for(0, rows, rows_worth_a_thread(width * columns), [&](int64_t first, int64_t last) {
      mean_rows(vectors, width, {token + first * columns, last - first, columns, groups},
                out + first * count * width, inverse_count + first * count);
    });
    context->save_for_backward({tokens, inverse_counts});
    context->saved_data["rows"] = table.size(0);
    context->saved_data["sparse"] = sparse;
    context->saved_data["groups"] = flat(groups);
    return means;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!torch::GradMode::is_enabled(), "an embedding is differentiable once, not twice");
    const auto saved = context->get_saved_variables();
    const auto& tokens = saved[0];
    const auto groups = from_flat(context->saved_data["groups"].toIntVector());
    const GroupedTokens batch{tokens.data_ptr<int32_t>(), tokens.size(0), tokens.size(1), groups};
    const auto result =
        table_gradient(gradients[0].contiguous(), saved[1], batch, context->saved_data["rows"].toInt(),
                       context->saved_data["sparse"].toBool());
    return {result, {}, {}, {}};
  }

 private:
  static std::vector<int64_t> flat(const Groups& groups) {
    std::vector<int64_t> numbers;
    for (const auto& group : groups) numbers.insert(numbers.end(), {group.first, group.count});
    return numbers;
  }
  static Groups from_flat(const std::vector<int64_t>& numbers) {
    Groups groups;
    for (size_t i = 0; i < numbers.size(); i += 2) groups.push_back({numbers[i], numbers[i + 1]});
    return groups;
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

/// int32, without gaps between rows (TextNetwork cuts off the columns behind the longest text), and checked:
/// a token that names no row would read somebody else's memory. LibTorch itself checks on other devices.
at::Tensor checked(const at::Tensor& tokens, long rows) {
  auto compact = tokens.to(torch::kInt).contiguous();
  if (!compact.is_cpu()) return compact;
  const auto* token = compact.data_ptr<int32_t>();
  const long place = first_out_of_range(token, compact.numel(), rows);
  if (place == compact.numel()) return compact;
  const long columns = compact.size(1);
  throw data_error(
      "a token names no row of the embedding",
      fmt::format("{}, row {}, column {} of a batch", token[place], place / columns + 1, place % columns + 1),
      fmt::format("0 to {}", rows - 1), "encode the data with the vocabulary that the model was built for");
}

void check_groups(const std::vector<ColumnGroup>& groups, long columns) {
  for (const auto& group : groups) {
    TORCH_CHECK(group.first >= 0 && group.count >= 0 && group.first + group.count <= columns,
                "a group of columns reaches beyond the ", columns, " columns of tokens");
  }
}

/// Whether our own kernels can read this table; LibTorch's operators read any.
bool suits_kernels(const at::Tensor& table) {
  return table.is_cpu() && table.scalar_type() == torch::kFloat32 && table.is_contiguous();
}

}  // namespace

Embedding::Embedding(long rows, long width, double bound) : bound_(bound) {
  if (rows < 2 || width < 1) {
    throw usage_error("an embedding has no room for words", fmt::format("{} rows of {}", rows, width),
                      "2 rows or more, the first for padding, of 1 number or more");
  }
  weight = register_parameter("weight", zeros_in_huge_pages({rows, width}));
}

at::Tensor Embedding::forward(const at::Tensor& tokens) {
  if (!suits_kernels(table())) return torch::embedding(table(), checked(tokens, table().size(0)), 0);
  return means(tokens, each_column(tokens.size(1)));
}

at::Tensor Embedding::mean(const at::Tensor& tokens) {
  return means(tokens, {{0, tokens.size(1)}}).squeeze(1);
}

at::Tensor Embedding::means(const at::Tensor& tokens, const std::vector<ColumnGroup>& groups) {
  const auto compact = checked(tokens, table().size(0));
  check_groups(groups, tokens.size(1));
  if (suits_kernels(table())) return Means::apply(table(), compact, groups, sparse());
  return means_by_libtorch(torch::embedding(table(), compact, /*padding_idx=*/0), compact, groups);
}

}  // namespace actlab

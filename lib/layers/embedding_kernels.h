#pragma once

#include <cstdint>
#include <vector>

namespace actlab {

// Tables are [rows, width] and tokens number their rows; all arrays are contiguous and in memory of the CPU.
// Token 0 is padding.

/// The place of the first token outside 0..rows-1, or `count` where there is none.
long first_out_of_range(const int32_t* tokens, long count, long rows);

/// Columns first..first + count - 1 of a batch of tokens [rows, columns].
struct ColumnGroup {
  long first, count;
};

/// A batch of tokens [rows, columns], of which groups of columns are averaged.
struct GroupedTokens {
  const int32_t* tokens;
  long rows, columns;
  const std::vector<ColumnGroup>& groups;
};

/// The mean row of each group's tokens other than padding, side by side: out[row·stride + group·width + j],
/// stride ≥ groups · width. inverse_count [rows, groups]: one over their number, or 0 where there are none. A
/// group of one column takes the token's row as it is.
void mean_rows(const float* table, long width, const GroupedTokens& batch, float* out, long stride,
               float* inverse_count);

/// The distinct tokens of a batch other than padding, ascending, and where they come from.
struct TokenGroups {
  std::vector<int32_t> tokens;
  std::vector<int32_t> ends;     // group i's sources lie in ends[i - 1]..ends[i] - 1
  std::vector<int32_t> sources;  // row · groups + group of each, ascending for one token

  long count() const { return static_cast<long>(tokens.size()); }
};

/// Groups the places of equal tokens. The work does not grow with the table.
TokenGroups group_tokens(const GroupedTokens& batch);

/// A number a column of each mean that mean_rows() made, laid out as these, and one factor a mean.
struct MeanGradients {
  const float* gradient;  // [row·stride + group·width + j]
  const float* scale;     // [row·groups + group]
  long width, groups, stride;
};

/// out[i, :] = Σ scale[s]·gradient[s, :] over the sources s of token i, for tokens first..last-1; `to_token`:
/// out[tokens[i], :] instead.
void add_groups(const TokenGroups& groups, const MeanGradients& from, long first, long last, bool to_token,
                float* out);

}  // namespace actlab

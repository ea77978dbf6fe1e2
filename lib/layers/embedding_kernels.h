#pragma once

#include <cstdint>
#include <vector>

namespace actlab {

// Tables are [rows, width] and tokens number their rows; all arrays are contiguous and in memory of the CPU.
// Token 0 is padding.

/// The place of the first token outside 0..rows-1, or `count` where there is none.
long first_out_of_range(const int32_t* tokens, long count, long rows);

/// out [count, width]: the row of each token.
void gather_rows(const float* table, long width, const int32_t* tokens, long count, float* out);

/// out [texts, width]: the mean row of each text's tokens other than padding, and one over their number, or 0
/// where there are none; tokens: [texts, length].
void mean_rows(const float* table, long width, const int32_t* tokens, long texts, long length, float* out,
               float* inverse_count);

/// The distinct tokens of a batch other than padding, ascending, and where they come from.
struct TokenGroups {
  std::vector<int32_t> tokens;
  std::vector<int32_t> ends;     // group i's sources lie in ends[i - 1]..ends[i] - 1
  std::vector<int32_t> sources;  // rows of the gradient, ascending within a group

  long count() const { return static_cast<long>(tokens.size()); }
};

/// Groups the places of equal tokens; place p belongs to source p / places_per_source. The work does not grow
/// with the table.
TokenGroups group_tokens(const int32_t* tokens, long count, long places_per_source);

/// out[i, :] = Σ gradient[s, :] over the sources s of group i, for groups first..last-1; `to_token`:
/// out[tokens[i], :] instead. gradient: [sources, width].
void add_groups(const TokenGroups& groups, const float* gradient, long width, long first, long last,
                bool to_token, float* out);

}  // namespace actlab

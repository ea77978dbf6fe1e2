#include "lib/activations/shape.h"

#include <unordered_set>

namespace actlab {

bool falls_then_rises(const Row& row) {
  static const std::unordered_set<std::string> valleys = {
      "gelu",      "gelu_tanh", "quick_gelu", "silu",  "swish",      "e_swish", "hard_swish", "mish",
      "hard_mish", "lisht",     "tanh_exp",   "serf",  "smish",      "logish",  "golu",       "aria2",
      "esh",       "colu",      "abs",        "elish", "hard_elish", "erfact",  "cosper"};
  return row.kind == Kind::element_wise && (row.monotone || valleys.count(row.name) > 0);
}

}  // namespace actlab

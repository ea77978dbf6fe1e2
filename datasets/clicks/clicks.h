#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "datasets/clicks/click_set.h"
#include "datasets/clicks/schema.h"

namespace actlab {

/// What the user asked for.
struct ClickRequest {
  std::string dataset = "clicks";  // clicks, criteo-like:rows=N, a catalogue name, or a path to a file,
                                   // folder or archive
  std::filesystem::path data_directory =
      {};                // where catalogue sets stand in folders of their names; empty: the default
  long train_limit = 0;  // the last N training rows before the validation rows; 0 = all
  long test_limit = 0;   // the first N test rows, and as many for validation; 0 = all
  std::filesystem::path schema = {};  // of a table of one's own; empty: recognised by the file
  std::string split = {};  // time, user, random, given; empty: given where there is a column, else time where
                           // there is a time, else random
  long min_count = -1;     // of every categorical field where 0 or more
  long hash_buckets = 0;   // > 0: of every categorical field
  long history = -1;       // items of every history where 1 or more; 0: no histories
  nlohmann::json facts = {};  // not empty: of a trained model, whose schema and encoder are used
  bool unseen = false;        // by that model: without a column that says otherwise, all rows are test rows
  long in_memory_bytes = 64L << 20;                  // larger files go through a memory-mapped cache
  std::function<void(const std::string&)> say = {};  // may be empty: told of conversions that take time
};

/// Loads any set of clicks. Throws a usage error for an unknown name (with the nearest) and a data error for
/// missing or damaged files; both say what to do. One row in 1,000 may be damaged: such rows are left out and
/// counted in the note, with the place of the first; beyond that they are a data error.
///
/// Splits: the last fifth of the rows is for testing, a tenth before it for validation: by time, rows of one
/// moment never on two sides; by a hash of the user; or by a hash of the row's content, so that copies never
/// stand on both sides. Vocabularies, counts and scalers come from training rows only. A history holds events
/// of the same user before the row's own moment, of a training row only training events, of a validation row
/// those and validation events.
ClickSet load_clicks(const ClickRequest& request);

}  // namespace actlab

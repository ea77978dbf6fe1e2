#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "datasets/clicks/click_set.h"
#include "datasets/clicks/clicks.h"

namespace actlab {

/// One event as column → value; columns that are missing are empty. A history is the column of its name:
/// items from the earliest to the latest, separated as the schema says ("|").
using ClickValues = std::map<std::string, std::string>;

/// Encodes events by the facts of a trained model alone. The targets of the result are undefined. Throws a
/// data error that names row (from 1) and column for a number that is none, and for a column that the schema
/// does not know.
ClickRows encode_events(const nlohmann::json& facts, const std::vector<ClickValues>& events);

/// The rows of a file in UTF-8 to score, in batches. A file without a label will do.
class ClickTable {
 public:
  struct Batch {
    ClickRows rows;           // targets undefined
    std::vector<long> lines;  // in the file, from 1
  };

  /// Throws a data error for a file without the columns of the model's schema (histories, label and time
  /// apart).
  ClickTable(const nlohmann::json& facts, const std::filesystem::path& file);
  ~ClickTable();

  /// The next rows, at most `largest` (1 or more); none at the end. Rows that cannot be read are left out.
  Batch next(long largest);

  long left_out() const;                      // so far
  const std::string& first_left_out() const;  // "file:line: reason", or empty

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// An item that can be recommended.
struct ClickItem {
  std::string id, title;  // the title is the id where the data has none
};

/// A user, as far as events are known.
struct ClickUser {
  std::string id;
  std::vector<long> seen;   // items (places in ClickCatalogue::items) of known events, without repetition
  std::vector<long> liked;  // those that were clicked, earliest first
  std::vector<long> later;  // items clicked in test events, where these are not known
};

/// Users and items of a set: what recommending takes.
class ClickCatalogue {
 public:
  /// Which events are known: all, or those before the test rows (then `later` says what became of them).
  enum class Known { all, before_test };

  /// Reads the set of `request` again, whose facts say how rows are encoded, and keeps the last event of each
  /// user and item in memory. Throws a usage error for data without users or items.
  ClickCatalogue(const ClickRequest& request, Known known);
  ~ClickCatalogue();

  const std::vector<ClickItem>& items() const;
  const std::vector<ClickUser>& users() const;

  /// Throws a usage error that says how many users there are and names the nearest.
  const ClickUser& user(const std::string& id) const;

  /// A row for each of these items, shown to the user in the circumstances of the user's last known event
  /// (time, device, …) and with the history behind it. Targets undefined.
  ClickRows rows(const ClickUser& user, const std::vector<long>& items) const;

  /// What such a row says: field of the schema → text ("Comedy|Romance"; titles in a history).
  ClickValues describe(const ClickUser& user, long item) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace actlab

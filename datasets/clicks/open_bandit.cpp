#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "datasets/clicks/public_schemas.h"
#include "datasets/clicks/side_table.h"
#include "datasets/clicks/sources.h"
#include "datasets/encoding.h"
#include "datasets/files.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

const std::vector<std::string> added{"campaign",       "item",           "item_feature_0", "item_feature_1",
                                     "item_feature_2", "item_feature_3", "affinity"};
// Columns of a log: "", timestamp, item_id, position, click, propensity_score, user_feature_0 to _3, then the
// user's affinity to each item.
constexpr size_t item_column = 2, first_affinity = 10;

/// Item → campaign, item within the campaign, features.
SideTable read_items(const fs::path& file, const std::string& campaign) {
  SideTable items(added.size() - 1);
  const std::string text = read_text(file, "").text;
  DelimitedReader reader(text, ',', Quotes::rfc4180, file);  // "", item_id, item_feature_0 to _3
  for (Record row; reader.next(row);) {
    if (row.fields.size() != 6) {
      throw data_error("a line of items has not the columns of Open Bandit",
                       fmt::format("line {} of {}", row.line, file.string()),
                       "\"\", item_id, item_feature_0 to item_feature_3", "get the file again");
    }
    std::vector<std::string> about{campaign, campaign + ":" + std::string(row.fields[1])};
    about.insert(about.end(), row.fields.begin() + 2, row.fields.end());
    items.add(row.fields[1], std::move(about));
  }
  return items;
}

/// Whether the columns are where they are looked for.
bool has_usual_columns(const fs::path& log) {
  RecordReader reader(log, ",", Quotes::rfc4180);
  Record header;
  return reader.next(header) && header.fields.size() > first_affinity &&
         header.fields[item_column] == "item_id" && header.fields[first_affinity] == "user-item_affinity_0";
}

/// The affinity of the row's user to the row's item.
std::string_view affinity(const std::vector<std::string_view>& values, size_t columns) {
  size_t item = 0;
  const std::string_view text = values[item_column];
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), item);
  const bool known = error == std::errc() && stop == text.data() + text.size();
  return known && first_affinity + item < columns ? values[first_affinity + item] : std::string_view();
}

/// The log of one campaign, where a folder has one.
void add_campaign(const fs::path& folder, const std::string& campaign, std::vector<EventFile>& files) {
  const fs::path log = find_file(folder, campaign + ".csv"), items = find_file(folder, "item_context.csv");
  if (log.empty() || items.empty() || !has_usual_columns(log)) return;
  const auto known = std::make_shared<const SideTable>(read_items(items, campaign));
  files.push_back({log, [known](std::vector<std::string_view>& values) {
                     const size_t columns = values.size();
                     known->extend(values[item_column], values);
                     values.push_back(affinity(values, columns));
                   }});
}

}  // namespace

std::optional<EventSource> find_open_bandit(const fs::path& folder) {
  EventSource source{"", open_bandit_schema(), {}};
  source.more_columns = added;
  source.notes = {"policy and propensity are no features"};
  for (const fs::path& policy : {folder, folder / "bts", folder / "random"}) {
    for (const char* campaign : {"all", "men", "women"}) {
      add_campaign(policy, campaign, source.files);
      add_campaign(policy / campaign, campaign, source.files);
    }
  }
  if (source.files.empty()) return {};
  return source;
}

}  // namespace actlab

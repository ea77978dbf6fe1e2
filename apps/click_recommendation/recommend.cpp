#include "apps/click_recommendation/recommend.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <iostream>

#include "apps/click_recommendation/candidates.h"
#include "apps/click_recommendation/click_task.h"
#include "apps/click_recommendation/explain.h"
#include "lib/core/error.h"
#include "lib/core/text.h"
#include "lib/report/formats.h"

namespace actlab {
namespace {

using nlohmann::ordered_json;

/// Fields with what they add, the strongest first.
ordered_json fields_json(const FieldContributions& found, long row, const ClickValues& values) {
  auto fields = ordered_json::array();
  for (size_t i = 0; i < found.names.size(); ++i) {
    const auto text = values.find(found.names[i]);
    fields.push_back({{"field", found.names[i]},
                      {"value", text == values.end() ? "" : text->second},
                      {"contribution", found.values[row][static_cast<long>(i)].item<double>()}});
  }
  std::stable_sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) {
    return std::abs(a["contribution"].template get<double>()) >
           std::abs(b["contribution"].template get<double>());
  });
  return fields;
}

/// One object an item, best first.
ordered_json best_items(TrainedModel& model, const ClickCatalogue& catalogue, const ClickUser& user,
                        const RecommendOptions& options) {
  auto list = ordered_json::array();
  const auto items = candidates(catalogue, user);
  if (items.empty()) return list;
  const auto probabilities = model.probabilities(catalogue.rows(user, items));
  const auto order = probabilities.argsort(0, /*descending=*/true);
  std::vector<long> chosen;
  for (long place = 0; place < std::min(options.top, order.size(0)); ++place) {
    const auto at = order[place].item<int64_t>();
    const long item = items[static_cast<size_t>(at)];
    chosen.push_back(item);
    list.push_back({{"place", place + 1},
                    {"item", catalogue.items()[static_cast<size_t>(item)].id},
                    {"title", catalogue.items()[static_cast<size_t>(item)].title},
                    {"probability", probabilities[at].item<double>()}});
  }
  if (!options.explain) return list;
  const auto found = explain(model.network(), model.shape(),
                             model.facts().at("input").at("numbers").get<std::vector<std::string>>(),
                             catalogue.rows(user, chosen));
  for (size_t i = 0; i < chosen.size(); ++i)
    list[i]["fields"] = fields_json(found, static_cast<long>(i), catalogue.describe(user, chosen[i]));
  return list;
}

/// "movieId 318 +0.62, genres Crime|Drama +0.22, history -0.10": long values are left out.
std::string strongest_text(const ordered_json& fields) {
  constexpr size_t shown = 3, longest = 30;
  std::vector<std::string> parts;
  for (size_t i = 0; i < std::min(shown, fields.size()); ++i) {
    const std::string value = fields[i]["value"];
    parts.push_back(fmt::format("{}{} {:+.2f}", fields[i]["field"].get<std::string>(),
                                value.empty() || value.size() > longest ? "" : " " + value,
                                fields[i]["contribution"].get<double>()));
  }
  return join(parts);
}

std::string table(const ordered_json& list, bool explained) {
  Layout layout;
  layout.columns = {{"", "", true, {}}, {"probability", "", true, {}}, {"title", "", false, {}, 50}};
  if (explained) layout.columns.push_back({"strongest fields", "", false, {}, 60});
  for (const auto& item : list) {
    layout.columns[0].cells.push_back(std::to_string(item["place"].get<long>()));
    layout.columns[1].cells.push_back(fmt::format("{:.1f} %", 100 * item["probability"].get<double>()));
    layout.columns[2].cells.push_back(item["title"]);
    if (explained) layout.columns[3].cells.push_back(strongest_text(item["fields"]));
  }
  layout.best.resize(list.size());
  return terminal_table(layout, false);
}

}  // namespace

int recommend(const RecommendOptions& options) {
  TrainedModel model(options);
  const ClickCatalogue catalogue(click_request(model.request()), ClickCatalogue::Known::all);
  const auto& user = catalogue.user(options.user);
  const auto list = best_items(model, catalogue, user, options);
  std::cerr << fmt::format("user {} has seen {} of {} items\n", user.id,
                           thousands(static_cast<long>(user.seen.size())),
                           thousands(static_cast<long>(catalogue.items().size())));
  if (options.format == "json") {
    std::cout << list.dump(1) << '\n';
  } else {
    std::cout << (options.format == "csv" ? csv_of(list) : table(list, options.explain));
  }
  return 0;
}

}  // namespace actlab

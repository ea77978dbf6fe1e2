#include "lib/experiment/history.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "lib/core/constants.h"

namespace actlab {

void History::add(const EpochResult& epoch) {
  std::map<std::string, double> figures = {{"epoch", static_cast<double>(epoch.epoch)},
                                           {"lr", epoch.lr},
                                           {"train_loss", epoch.train_loss},
                                           {"seconds", epoch.seconds}};
  for (const auto& [name, value] : epoch.validation) figures["validation_" + name] = value;
  add(Row(figures.begin(), figures.end()));
}

void History::add(const Row& row) {
  for (const auto& [figure, value] : row) {
    if (find_column(figure) == columns_.size()) add_column(figure);
  }
  const auto start = values_.size();
  values_.resize(start + columns_.size(), nan);
  for (const auto& [figure, value] : row) values_[start + find_column(figure)] = value;
}

/// NaN in the rows so far.
void History::add_column(std::string_view figure) {
  const auto width = static_cast<long>(columns_.size()), rows = static_cast<long>(size());
  columns_.emplace_back(figure);
  for (long row = rows; row > 0; --row) values_.insert(values_.begin() + row * width, nan);
}

std::vector<double> History::column(std::string_view figure) const {
  std::vector<double> values(size(), nan);
  const auto place = find_column(figure);
  if (place == columns_.size()) return values;
  for (size_t row = 0; row < size(); ++row) values[row] = values_[row * columns_.size() + place];
  return values;
}

size_t History::find_column(std::string_view figure) const {
  return static_cast<size_t>(std::find_if(columns_.begin(), columns_.end(),
                                          [&](const SharedName& name) { return name.text() == figure; }) -
                             columns_.begin());
}

void to_json(nlohmann::json& json, const History& history) {
  json = nlohmann::json::array();
  for (size_t i = 0; i < history.values_.size(); ++i) {
    const auto& figure = history.columns_[i % history.columns_.size()].text();
    if (i % history.columns_.size() == 0) json.push_back(nlohmann::json::object());
    json.back()[figure] = history.values_[i];
    if (figure == "epoch") json.back()[figure] = std::lround(history.values_[i]);
  }
}

}  // namespace actlab

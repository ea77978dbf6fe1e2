#include "lib/report/setting.h"

#include <algorithm>

#include "lib/activations/catalogue.h"

namespace actlab {
namespace {

std::string setting_key(const RunRecord& run) {
  return nlohmann::json{run.task,        run.dataset->at("name"), run.dataset->at("fingerprint"),
                        model_text(run), held_equal(run),         run.tuning}
      .dump();
}

size_t setting_number(Numbering& settings, const RunRecord& run) {
  return settings.number(
      {&SharedName(run.task).text(), &*run.dataset, &*run.model, &*run.hyperparameters, &*run.tuning},
      [&] { return setting_key(run); });
}

void add(Setting& setting, const RunRecord& run) {
  const std::string text = run.activation->at("text");
  const auto lr = run.hyperparameters->value("lr", 0.0);
  auto runs = std::find_if(setting.begin(), setting.end(),
                           [&](const Runs& r) { return r.activation == text && r.lr == lr; });
  if (runs == setting.end())
    runs = setting.insert(setting.end(), Runs{text, run.activation->at("name"), lr, {}});
  const auto [place, is_new] = runs->by_seed.emplace(run.seed, &run);
  if (!is_new && run.status < place->second->status) place->second = &run;
}

}  // namespace

size_t Numbering::number(const std::vector<const void*>& places, const std::function<std::string()>& text) {
  const auto known = by_places_.find(places);
  if (known != by_places_.end()) return known->second;
  const auto number = by_text_.emplace(text(), by_text_.size()).first->second;
  return by_places_[places] = number;
}

std::vector<Setting> group(const std::vector<const RunRecord*>& records) {
  std::vector<Setting> settings;
  Numbering numbers;
  for (const auto* run : records) {
    if (run->is_trial()) continue;
    const size_t number = setting_number(numbers, *run);
    if (number == settings.size()) settings.emplace_back();
    add(settings[number], *run);
  }
  return settings;
}

nlohmann::json held_equal(const RunRecord& run) {
  auto hyperparameters = *run.hyperparameters;
  if (!run.tuning->empty()) hyperparameters.erase("lr");
  return hyperparameters;
}

std::string model_text(const RunRecord& run) {
  return Spec{run.model->at("name"), run.model->at("arguments").get<std::map<std::string, std::string>>()}
      .text();
}

const Runs* find_text(const Setting& setting, const std::string& text) {
  for (const auto& runs : setting) {
    if (runs.activation == text) return &runs;
  }
  return nullptr;
}

const Runs* find(const Setting& setting, const std::string& wanted) {
  if (const auto* exact = find_text(setting, wanted)) return exact;
  std::vector<const Runs*> namesakes;
  for (const auto& runs : setting) {
    if (runs.name == wanted) namesakes.push_back(&runs);
  }
  if (namesakes.empty()) return nullptr;
  const auto* usual =
      namesakes.size() > 1 ? find_text(setting, resolve_activation({wanted, {}}).text()) : nullptr;
  return usual != nullptr ? usual : namesakes.front();
}

}  // namespace actlab

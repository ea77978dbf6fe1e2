#include "datasets/clicks/histories.h"

#include <algorithm>

namespace actlab {

Histories::Histories(const ClickEncoder& encoder) : encoder_(encoder) {
  for (size_t i = 0; i < encoder.fields().size(); ++i) {
    const TokenField& field = encoder.fields()[i];
    if (field.kind == ClickKind::history && encoder.schema().fields[field.field].column.empty())
      fields_.push_back(i);
  }
  clicks_.resize(fields_.size());
}

/// Only the last `longest` clicks before the latest moment can ever be shown again.
void Histories::forget(Clicks& clicks, long longest) {
  const auto tied = std::find_if(clicks.rbegin(), clicks.rend(),
                                 [&](const Click& click) { return click.time < clicks.back().time; });
  const long before = clicks.rend() - tied;
  if (before > longest) clicks.erase(clicks.begin(), clicks.begin() + (before - longest));
}

void Histories::fill(const Event& event, long user, ClickPart part, int32_t* tokens) {
  if (user < 0) return;
  const auto place = static_cast<size_t>(user), viewer = static_cast<size_t>(part);
  for (size_t i = 0; i < fields_.size(); ++i) {
    const TokenField& field = encoder_.fields()[fields_[i]];
    const TokenField& items = encoder_.fields()[field.of];
    if (clicks_[i].size() <= place) clicks_[i].resize(place + 1);
    long shown = 0;
    const Clicks& seen = clicks_[i][place][viewer];
    for (auto click = seen.rbegin(); click != seen.rend() && shown < field.count; ++click) {
      if (click->time < event.time) tokens[field.first_column + shown++] = click->token;
    }
    const int32_t token = items.token(event.fields[items.field]);
    if (event.label == 0 || token == items.first_token) continue;
    for (size_t later = viewer; later < 3; ++later) {
      Clicks& clicks = clicks_[i][place][later];
      clicks.push_back({event.time, token});
      forget(clicks, field.count);
    }
  }
}

}  // namespace actlab

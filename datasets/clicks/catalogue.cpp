#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <set>

#include "datasets/clicks/encode_set.h"
#include "datasets/clicks/encoder.h"
#include "datasets/clicks/find_source.h"
#include "datasets/clicks/passes.h"
#include "datasets/clicks/score.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

/// What an event says of its fields, kept beyond the event.
struct Values {
  std::vector<std::string> fields;
  std::vector<double> numbers;

  Values() = default;
  explicit Values(const Event& event)
      : fields(event.fields.begin(), event.fields.end()), numbers(event.numbers) {}
};

std::string_view id_or_title(const Event& event) { return event.title.empty() ? event.item : event.title; }

}  // namespace

struct ClickCatalogue::State {
  explicit State(const ClickRequest& request) : encoder(request.facts) {}

  ClickEncoder encoder;
  ValueMap item_ids, user_ids;
  std::vector<ClickItem> items;
  std::vector<ClickUser> users;
  std::vector<Values> about_items, about_users;  // their last events

  void add(const Event& event, bool known);
  Values row(size_t user, size_t item) const;
  void add_history(const ClickUser& user, int32_t* tokens) const;
};

/// Events come in the order of time, so the last one met is the latest.
void ClickCatalogue::State::add(const Event& event, bool known) {
  if (event.user.empty() || event.item.empty()) return;
  const long item = item_ids.insert(event.item), number = user_ids.insert(event.user);
  const auto user = static_cast<size_t>(number);
  if (static_cast<size_t>(item) == items.size()) {
    items.push_back({std::string(event.item), ""});
    about_items.emplace_back();
  }
  items[static_cast<size_t>(item)].title = id_or_title(event);
  about_items[static_cast<size_t>(item)] = Values(event);
  const bool first = user == users.size();
  if (first) {
    users.push_back({std::string(event.user), {}, {}, {}});
    about_users.emplace_back();
  }
  // A user without a known event is met in the circumstances of the first one to come.
  if (known || first) about_users[user] = Values(event);
  ClickUser& person = users[user];
  if (known) person.seen.push_back(item);
  if (event.label == 1) (known ? person.liked : person.later).push_back(item);
}

/// What is of the item, and of the user or the circumstances.
Values ClickCatalogue::State::row(size_t user, size_t item) const {
  Values row = about_users[user];
  const auto& fields = encoder.schema().fields;
  size_t number = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].of_item) row.fields[i] = about_items[item].fields[i];
    if (fields[i].kind != ClickKind::numerical) continue;
    if (fields[i].of_item) row.numbers[number] = about_items[item].numbers[number];
    ++number;
  }
  return row;
}

void ClickCatalogue::State::add_history(const ClickUser& user, int32_t* tokens) const {
  for (const auto& field : encoder.fields()) {
    if (field.kind != ClickKind::history || !encoder.schema().fields[field.field].column.empty()) continue;
    const TokenField& of = encoder.fields()[field.of];
    long shown = 0;
    for (auto item = user.liked.rbegin(); item != user.liked.rend() && shown < field.count; ++item) {
      const int32_t token = of.token(about_items[static_cast<size_t>(*item)].fields[of.field]);
      if (token != of.first_token) tokens[field.first_column + shown++] = token;
    }
  }
}

ClickCatalogue::ClickCatalogue(const ClickRequest& request, Known known)
    : state_(std::make_unique<State>(request)) {
  EventSource source = find_source(request);
  source.schema = requested_schema(source.schema, request);
  if (source.schema.user.empty() || source.schema.item.empty()) {
    throw usage_error("a set without users and items has nothing to recommend",
                      fmt::format("the schema of {}", source.name), R"(user = "…" and item = "…", columns)",
                      "name them in the schema, and train again");
  }
  Passes passes(source, request);
  passes.each([&](const Event& event, ClickPart part) {
    state_->add(event, known == Known::all || part != ClickPart::test);
  });
  for (auto& user : state_->users) {
    std::set<long> met;
    user.seen.erase(std::remove_if(user.seen.begin(), user.seen.end(),
                                   [&](long item) { return !met.insert(item).second; }),
                    user.seen.end());
  }
}

ClickCatalogue::~ClickCatalogue() = default;

const std::vector<ClickItem>& ClickCatalogue::items() const { return state_->items; }
const std::vector<ClickUser>& ClickCatalogue::users() const { return state_->users; }

const ClickUser& ClickCatalogue::user(const std::string& id) const {
  const long number = state_->user_ids.find(id);
  if (number >= 0) return state_->users[static_cast<size_t>(number)];
  std::vector<std::string> ids;
  for (const auto& user : state_->users) ids.push_back(user.id);
  const std::string close = nearest(id, ids);
  throw usage_error(
      "unknown user", "'" + id + "'",
      fmt::format("{} users, {} to {}", thousands(static_cast<long>(ids.size())), ids.front(), ids.back()),
      close.empty() ? "" : fmt::format("did you mean '{}'?", close));
}

ClickRows ClickCatalogue::rows(const ClickUser& user, const std::vector<long>& items) const {
  const ClickEncoder& encoder = state_->encoder;
  const auto person = static_cast<size_t>(state_->user_ids.find(user.id));
  const long count = static_cast<long>(items.size());
  ClickRows rows{
      torch::empty({count, encoder.columns()}, torch::kInt), torch::empty({count, encoder.numbers()}), {}};
  for (long i = 0; i < count; ++i) {
    const Values values = state_->row(person, static_cast<size_t>(items[static_cast<size_t>(i)]));
    Event event;
    event.fields.assign(values.fields.begin(), values.fields.end());
    event.numbers = values.numbers;
    int32_t* tokens = rows.tokens.data_ptr<int32_t>() + i * encoder.columns();
    encoder.encode(event, tokens, rows.numbers.data_ptr<float>() + i * encoder.numbers());
    state_->add_history(user, tokens);
  }
  return rows;
}

ClickValues ClickCatalogue::describe(const ClickUser& user, long item) const {
  const Values values =
      state_->row(static_cast<size_t>(state_->user_ids.find(user.id)), static_cast<size_t>(item));
  ClickValues described;
  const auto& fields = state_->encoder.schema().fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    std::string text = values.fields[i];
    if (fields[i].kind == ClickKind::history && fields[i].column.empty()) {
      std::vector<std::string> titles;
      for (auto liked = user.liked.rbegin();
           liked != user.liked.rend() && static_cast<long>(titles.size()) < fields[i].longest; ++liked) {
        titles.push_back(items()[static_cast<size_t>(*liked)].title);
      }
      text = join(titles, "; ");
    }
    described[fields[i].name] = text;
  }
  return described;
}

}  // namespace actlab

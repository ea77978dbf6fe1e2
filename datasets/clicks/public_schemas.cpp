#include "datasets/clicks/public_schemas.h"

#include <fmt/format.h>

namespace actlab {
namespace {

ClickField categorical(const std::string& column, long min_count, bool of_item = false) {
  ClickField field{column, ClickKind::categorical, column};
  field.min_count = min_count;
  field.of_item = of_item;
  return field;
}

ClickField numerical(const std::string& column, Transform transform, bool of_item = false) {
  ClickField field{column, ClickKind::numerical, column};
  field.transform = transform;
  field.of_item = of_item;
  return field;
}

ClickField derived(const std::string& name, const std::string& column, Derive derive) {
  ClickField field{name, ClickKind::categorical, column};
  field.derive = derive;
  return field;
}

}  // namespace

ClickSchema movielens_schema(bool with_users) {
  ClickSchema schema;
  schema.name = "movielens";
  schema.label = "rating";
  schema.threshold = 4;
  schema.user = "userId";
  schema.item = "movieId";
  schema.title = "title";
  schema.time = "timestamp";
  ClickField genres{"genres", ClickKind::multi_valued, "genres"};
  genres.of_item = true;
  ClickField liked{"liked", ClickKind::history};
  liked.of = "movieId";
  liked.longest = 20;
  schema.fields = {categorical("userId", 2),
                   categorical("movieId", 2, true),
                   genres,
                   categorical("year", 2, true),
                   derived("hour", "timestamp", Derive::hour),
                   derived("weekday", "timestamp", Derive::weekday)};
  if (with_users) {
    for (const char* column : {"age", "gender", "occupation"})
      schema.fields.push_back(categorical(column, 2));
  }
  schema.fields.push_back(liked);
  return schema;
}

ClickSchema criteo_schema() {
  constexpr int counts = 13, categories = 26;
  ClickSchema schema;
  schema.name = "criteo";
  schema.separator = "\t";
  schema.quotes = Quotes::literal;
  schema.label = "label";
  schema.in_order = true;
  schema.columns = {"label"};
  for (int i = 1; i <= counts; ++i) schema.fields.push_back(numerical(fmt::format("I{}", i), Transform::log));
  // Values that occur less than 10 times are one, as in the winners' and most later work on this set.
  for (int i = 1; i <= categories; ++i) schema.fields.push_back(categorical(fmt::format("C{}", i), 10));
  for (const auto& field : schema.fields) schema.columns.push_back(field.name);
  return schema;
}

ClickSchema avazu_schema() {
  ClickSchema schema;
  schema.name = "avazu";
  schema.label = "click";
  schema.time = "hour";
  schema.time_format = TimeFormat::yymmddhh;
  schema.in_order = true;
  schema.fields = {derived("hour", "hour", Derive::hour), derived("weekday", "hour", Derive::weekday)};
  for (const char* column : {"C1",
                             "banner_pos",
                             "site_id",
                             "site_domain",
                             "site_category",
                             "app_id",
                             "app_domain",
                             "app_category",
                             "device_id",
                             "device_ip",
                             "device_model",
                             "device_type",
                             "device_conn_type",
                             "C14",
                             "C15",
                             "C16",
                             "C17",
                             "C18",
                             "C19",
                             "C20",
                             "C21"}) {
    schema.fields.push_back(categorical(column, 10));
  }
  return schema;
}

ClickSchema open_bandit_schema() {
  ClickSchema schema;
  schema.name = "open-bandit";
  schema.label = "click";
  schema.item = "item";
  schema.time = "timestamp";
  schema.time_format = TimeFormat::iso;
  schema.fields = {categorical("campaign", 1, true), categorical("item", 2, true),
                   categorical("position", 1)};
  for (int i = 0; i < 4; ++i) schema.fields.push_back(categorical(fmt::format("user_feature_{}", i), 5));
  schema.fields.push_back(numerical("item_feature_0", Transform::none, true));
  for (int i = 1; i < 4; ++i)
    schema.fields.push_back(categorical(fmt::format("item_feature_{}", i), 2, true));
  schema.fields.push_back(numerical("affinity", Transform::log));
  schema.fields.push_back(derived("hour", "timestamp", Derive::hour));
  schema.fields.push_back(derived("weekday", "timestamp", Derive::weekday));
  return schema;
}

}  // namespace actlab

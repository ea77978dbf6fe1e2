// The embedded data set: a shop shows items to users, one after the other, and knows the true probability of
// every click. Nothing that decides it is hidden from a model but the users' tastes and the items' styles,
// which their identities and the clicks before tell.
//
// A click takes two things (Craswell et al. 2008, examination): the user looks at the position, with chance
// 0.95 to 0.35, and likes what is there, with the logistic function of a sum:
//
//   popularity of the item, activity of the user                       a sum: any model
//   2 · <taste, style>, two dimensions                                 user × item
//   the category's hour: cos(2π (hour - peak) / 24)                    item × hour, and not monotone
//   the category's age: -((age - middle) / 14)²                        item × age, and not monotone
//   expensive items on a phone and cheap ones elsewhere lose           price × device
//   weekend and youth: both or neither gain, one alone loses           exclusive or: no effect of either
//   alone
//
// A linear model gets the first line and little else.

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "datasets/clicks/sources.h"
#include "datasets/clicks/times.h"
#include "datasets/draws.h"

namespace actlab {
namespace {

constexpr int users = 300, items = 120, categories = 8, positions = 5;
constexpr double pi = 3.14159265358979323846;
constexpr int64_t first_moment = 1'767'571'200, seconds_a_row = 53;  // Monday, 2026-01-05, 00:00 UTC

struct User {
  std::array<double, 2> taste;
  double activity;
  int age;
};

struct Item {
  std::array<double, 2> style;
  double popularity, price;  // price: deviations from the middle of its logarithm
  int category;
};

struct Category {
  const char* name;
  double peak, age;  // hour of the day; years
};
constexpr std::array<Category, categories> all_categories{{{"book", 21, 50},
                                                           {"camera", 11, 40},
                                                           {"game", 19, 22},
                                                           {"garden", 9, 60},
                                                           {"kitchen", 13, 45},
                                                           {"music", 23, 28},
                                                           {"sport", 7, 32},
                                                           {"travel", 16, 36}}};

struct World {
  std::array<User, users> people;
  std::array<Item, items> goods;
};

World make_world(Draws& draws) {
  World world{};
  for (auto& user : world.people) {
    user = {{draws.bell(), draws.bell()}, 0.5 * draws.bell(), draws.integer(18, 69)};
  }
  for (auto& item : world.goods) {
    item = {{draws.bell(), draws.bell()}, 0.6 * draws.bell(), draws.bell(), draws.integer(0, categories - 1)};
  }
  return world;
}

struct Showing {
  int user, item, position;
  bool phone;
  int64_t moment;  // seconds since 1970
};

double probability(const World& world, const Showing& showing) {
  const User& user = world.people[static_cast<size_t>(showing.user)];
  const Item& item = world.goods[static_cast<size_t>(showing.item)];
  const Category& category = all_categories[static_cast<size_t>(item.category)];
  const double hour = static_cast<double>(showing.moment % 86'400) / 3600;
  const int64_t days = (showing.moment - first_moment) / 86'400;
  const bool weekend = days % 7 >= 5, young = user.age < 40;
  const double years = (user.age - category.age) / 14;
  const double liking = -0.2 + item.popularity + user.activity +
                        2 * (user.taste[0] * item.style[0] + user.taste[1] * item.style[1]) +
                        0.9 * std::cos(2 * pi * (std::floor(hour) - category.peak) / 24) -
                        0.5 * years * years + (showing.phone ? -0.8 : 0.8) * item.price +
                        (weekend == young ? 0.6 : -0.6);
  const double looks = 0.95 - 0.15 * showing.position;
  return looks / (1 + std::exp(-liking));
}

ClickSchema schema() {
  const auto categorical = [](const char* name, bool of_item) {
    ClickField field{name, ClickKind::categorical, name};
    field.of_item = of_item;
    return field;
  };
  const auto numerical = [](const char* name, Transform transform, bool of_item) {
    ClickField field{name, ClickKind::numerical, name};
    field.transform = transform;
    field.of_item = of_item;
    return field;
  };
  ClickField hour{"hour", ClickKind::categorical, "time"}, weekday{"weekday", ClickKind::categorical, "time"},
      liked{"liked", ClickKind::history};
  hour.derive = Derive::hour;
  weekday.derive = Derive::weekday;
  liked.of = "item";
  ClickSchema schema;
  schema.name = "clicks";
  schema.label = "click";
  schema.user = "user";
  schema.item = "item";
  schema.title = "title";
  schema.time = "time";
  schema.in_order = true;
  schema.fields = {categorical("user", false),
                   categorical("item", true),
                   categorical("category", true),
                   categorical("device", false),
                   categorical("position", false),
                   hour,
                   weekday,
                   liked,
                   numerical("age", Transform::none, false),
                   numerical("price", Transform::log, true)};
  return schema;
}

}  // namespace

EventSource make_click_world(long rows) {
  Draws draws(2026);
  const World world = make_world(draws);
  EventSource source{"clicks", schema(), {}};
  source.text = "time,user,item,title,category,price,age,device,position,click\n";
  for (long row = 0; row < rows; ++row) {
    const Showing showing{draws.integer(0, users - 1), draws.integer(0, items - 1),
                          draws.integer(0, positions - 1), draws.chance(0.5),
                          first_moment + row * seconds_a_row};
    const Item& item = world.goods[static_cast<size_t>(showing.item)];
    const char* category = all_categories[static_cast<size_t>(item.category)].name;
    source.probabilities.push_back(probability(world, showing));
    fmt::format_to(std::back_inserter(source.text), "{},u{},i{},{} {},{},{:.2f},{},{},{},{}\n",
                   showing.moment, showing.user, showing.item, category, showing.item, category,
                   20 * std::exp(0.7 * item.price), world.people[static_cast<size_t>(showing.user)].age,
                   showing.phone ? "phone" : "computer", showing.position + 1,
                   draws.chance(source.probabilities.back()) ? 1 : 0);
  }
  return source;
}

}  // namespace actlab

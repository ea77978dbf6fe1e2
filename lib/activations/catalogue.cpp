#include "lib/activations/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "lib/activations/families.h"
#include "lib/core/error.h"

namespace actlab {
namespace families {

Row row(std::string name, std::string formula, std::vector<Argument> arguments, Function function,
        std::string origin, std::string range, unsigned traits, Extra extra) {
  const auto has = [traits](Trait trait) { return (traits & trait) != 0; };
  return {std::move(name),
          std::move(formula),
          std::move(arguments),
          function,
          std::move(origin),
          std::move(range),
          has(monotone),
          has(smooth),
          has(zero_centred),
          has(native),
          std::move(extra.kinks),
          std::move(extra.aliases),
          std::move(extra.twin),
          extra.width_factor,
          has(random),
          has(ordered)};
}

}  // namespace families

namespace {

std::vector<std::string> names(const std::vector<Row>& rows) {
  std::vector<std::string> result;
  for (const auto& row : rows) result.push_back(row.name);
  return result;
}

std::vector<std::string> native_names() {
  std::vector<std::string> result;
  for (const auto& row : catalogue()) {
    if (row.native) result.push_back(row.name);
  }
  return result;
}

/// Every text that stands for a row.
std::vector<std::string> names_and_aliases() {
  auto result = names(catalogue());
  for (const auto& row : catalogue()) result.insert(result.end(), row.aliases.begin(), row.aliases.end());
  return result;
}

const Row* find_row(const std::string& name) {
  for (const auto& row : catalogue()) {
    const bool alias = std::find(row.aliases.begin(), row.aliases.end(), name) != row.aliases.end();
    if (row.name == name || alias) return &row;
  }
  return nullptr;
}

const Group* find_group(const std::string& name) {
  const auto found =
      std::find_if(groups().begin(), groups().end(), [&](const Group& g) { return g.name == name; });
  return found == groups().end() ? nullptr : &*found;
}

bool learns(const Row& row) {
  return std::any_of(row.arguments.begin(), row.arguments.end(), [](const Argument& a) { return a.learned; });
}

double read_argument(const Spec& spec, const Argument& argument) {
  if (!argument.whole) {
    // Adding zero turns -0 into 0, which is the same function and must be the same text.
    return number_argument(spec, argument.name, argument.fallback, argument.low, argument.high) + 0.0;
  }
  return static_cast<double>(integer_argument(spec, argument.name, static_cast<long>(argument.fallback),
                                              static_cast<long>(argument.low),
                                              static_cast<long>(argument.high)));
}

void check_order(const Row& row, const std::vector<double>& numbers, const Spec& spec) {
  for (size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] > numbers[i - 1]) continue;
    const auto &low = row.arguments[i - 1].name, &high = row.arguments[i].name;
    throw usage_error(
        fmt::format("{}: {} is not below {}", row.name, low, high),
        fmt::format("'{}', that is {}={}, {}={}", spec.text(), low, numbers[i - 1], high, numbers[i]),
        low + " < " + high);
  }
}

}  // namespace

const std::vector<Row>& catalogue() {
  static const std::vector<Row> rows = [] {
    std::vector<Row> all;
    for (auto family : {families::sigmoidal(), families::rectified(), families::exponential(),
                        families::gated(), families::others()}) {
      std::move(family.begin(), family.end(), std::back_inserter(all));
    }
    return all;
  }();
  return rows;
}

const std::vector<Group>& groups() {
  static const std::vector<Group> list = {
      {"article",
       "sigmoid, tanh and the ReLU family with its best-known successors",
       {"sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "swish"}},
      {"classic",
       "the functions of the textbooks",
       {"sigmoid", "tanh", "hard_tanh", "softsign", "arctan", "softplus", "relu", "leaky_relu", "elu"}},
      {"rectified", "piecewise relatives of max(0, x)", names(families::rectified())},
      {"exponential", "exponential on one side, linear on the other", names(families::exponential())},
      {"gated", "x times a gate of x", names(families::gated())},
      {"fast", "native operators of LibTorch", native_names()},
      {"all", "the whole catalogue", names(catalogue())},
  };
  return list;
}

std::string ActivationChoice::text() const {
  std::string result = row->name;
  char separator = ':';
  const auto append = [&](const std::string& key, const std::string& value) {
    result += separator + key + "=" + value;
    separator = ',';
  };
  for (size_t i = 0; i < numbers.size(); ++i) append(row->arguments[i].name, fmt::format("{}", numbers[i]));
  if (shared) append("shared", "true");
  if (frozen) append("frozen", "true");
  return result;
}

long ActivationChoice::width_factor() const {
  return row->width_factor > 0 ? row->width_factor : static_cast<long>(numbers[0]);
}

ActivationChoice resolve_activation(const Spec& spec) {
  const Row* row = find_row(spec.name);
  if (row == nullptr) throw unknown_name("activation", spec.name, names_and_aliases());
  std::vector<std::string> keys;
  for (const auto& argument : row->arguments) keys.push_back(argument.name);
  if (learns(*row)) keys.insert(keys.end(), {"shared", "frozen"});
  check_keys(spec, keys);

  ActivationChoice choice;
  choice.row = row;
  for (const auto& argument : row->arguments) choice.numbers.push_back(read_argument(spec, argument));
  if (row->ordered) check_order(*row, choice.numbers, spec);
  choice.shared = flag_argument(spec, "shared", false);
  choice.frozen = flag_argument(spec, "frozen", false);
  return choice;
}

std::vector<ActivationChoice> resolve_activations(const std::string& text) {
  std::vector<ActivationChoice> choices;
  const auto add = [&choices](const Spec& spec) {
    auto choice = resolve_activation(spec);
    const auto same = [&](const ActivationChoice& other) { return other.text() == choice.text(); };
    if (std::none_of(choices.begin(), choices.end(), same)) choices.push_back(std::move(choice));
  };
  for (const auto& spec : parse_spec_list(text)) {
    if (const Group* group = find_group(spec.name)) {
      check_keys(spec, {});
      for (const auto& member : group->members) add({member, {}});
    } else if (find_row(spec.name) != nullptr) {
      add(spec);
    } else {
      auto allowed = names_and_aliases();
      for (const auto& group_row : groups()) allowed.push_back(group_row.name);
      throw unknown_name("activation or group", spec.name, allowed);
    }
  }
  return choices;
}

}  // namespace actlab

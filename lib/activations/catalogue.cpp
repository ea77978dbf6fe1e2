#include "lib/activations/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "lib/activations/families.h"
#include "lib/activations/formula.h"
#include "lib/activations/kernels/kernel.h"
#include "lib/core/error.h"

namespace actlab {
namespace families {

Row row(std::string name, std::string formula, std::vector<Argument> arguments, Function function,
        std::string origin, std::string range, unsigned traits, Extra extra) {
  const auto has = [traits](Trait trait) { return (traits & trait) != 0; };
  Row result;
  result.name = std::move(name);
  result.formula = std::move(formula);
  result.arguments = std::move(arguments);
  result.function = std::move(function);
  result.origin = std::move(origin);
  result.range = std::move(range);
  result.kind = has(multi_unit) ? Kind::multi_unit : has(contextual) ? Kind::contextual : Kind::element_wise;
  result.monotone = has(monotone);
  result.smooth = has(smooth);
  result.zero_centred = has(zero_centred);
  result.native = has(native);
  result.random = has(random);
  result.ordered = has(ordered);
  result.layer_wide = has(layer_wide);
  result.learns_on_request = has(learns_on_request);
  result.normalising = has(normalising);
  result.cancels = has(cancels);
  result.self_normalising = has(self_normalising);
  result.kinks = std::move(extra.kinks);
  result.aliases = std::move(extra.aliases);
  result.twin = std::move(extra.twin);
  result.width_factor = extra.width_factor;
  result.learned = extra.learned;
  result.kernel = kernels::find_kernel(result.name);
  return result;
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

const Group* find_group(const std::string& name) {
  const auto found =
      std::find_if(groups().begin(), groups().end(), [&](const Group& g) { return g.name == name; });
  return found == groups().end() ? nullptr : &*found;
}

/// The keys that a spec of this row may have.
std::vector<std::string> keys_of(const Row& row) {
  std::vector<std::string> keys;
  for (const auto& argument : row.arguments) keys.push_back(argument.name);
  const auto is_learned = [](const Argument& argument) { return argument.learned; };
  const bool learns =
      row.learned != nullptr || std::any_of(row.arguments.begin(), row.arguments.end(), is_learned);
  if (!learns) return keys;
  if (!row.layer_wide) keys.emplace_back("shared");
  keys.emplace_back(row.learns_on_request ? "learned" : "frozen");
  return keys;
}

double read_argument(const Spec& spec, const Argument& argument) {
  if (const auto& options = argument.options; !options.empty()) {
    const auto word = choice_argument(spec, argument.name, argument.text(argument.fallback), options);
    return static_cast<double>(std::find(options.begin(), options.end(), word) - options.begin());
  }
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

ActivationChoice choose(const Row& row, const Spec& spec) {
  check_keys(spec, keys_of(row));
  ActivationChoice choice;
  choice.row = &row;
  for (const auto& argument : row.arguments) choice.numbers.push_back(read_argument(spec, argument));
  if (row.ordered) check_order(row, choice.numbers, spec);
  choice.shared = row.layer_wide || flag_argument(spec, "shared", false);
  choice.frozen =
      row.learns_on_request ? !flag_argument(spec, "learned", false) : flag_argument(spec, "frozen", false);
  return choice;
}

/// The table while it may still grow.
struct Table {
  std::vector<Row> rows;
  bool read = false;

  Table() {
    for (auto family :
         {families::sigmoidal(), families::rectified(), families::exponential(), families::gated(),
          families::shrinkage(), families::periodic(), families::adaptive(), families::multi_unit_rows()}) {
      std::move(family.begin(), family.end(), std::back_inserter(rows));
    }
  }
};

Table& table() {
  static Table only;
  return only;
}

}  // namespace

std::vector<std::string> names_and_aliases(const std::vector<Row>& rows) {
  auto result = names(rows);
  for (const auto& row : rows) result.insert(result.end(), row.aliases.begin(), row.aliases.end());
  return result;
}

const Row* find_row(const std::vector<Row>& rows, const std::string& name) {
  for (const auto& row : rows) {
    const bool alias = std::find(row.aliases.begin(), row.aliases.end(), name) != row.aliases.end();
    if (row.name == name || alias) return &row;
  }
  return nullptr;
}

const std::vector<Row>& catalogue() {
  table().read = true;
  return table().rows;
}

const std::vector<Row>& output_functions() {
  static const auto rows = families::output();
  return rows;
}

void add_rows(std::vector<Row> rows) {
  for (auto& row : rows) {
    if (table().read) throw usage_error("a row is added after the table was read", row.name);
    if (find_row(table().rows, row.name) != nullptr) throw usage_error("a row exists already", row.name);
    table().rows.push_back(std::move(row));
  }
}

const std::vector<Group>& groups() {
  static const std::vector<Group> list = {
      {"article",
       "sigmoid, tanh and the ReLU family with its best-known successors",
       {"sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "swish"}},
      {"classic",
       "the functions of the textbooks",
       {"sigmoid", "tanh", "hard_tanh", "softsign", "arctan", "softplus", "relu", "leaky_relu", "elu"}},
      {"sigmoidal", "bounded, or bounded on one side", names(families::sigmoidal())},
      {"rectified", "piecewise relatives of max(0, x)", names(families::rectified())},
      {"exponential", "exponential on one side, linear on the other", names(families::exponential())},
      {"gated", "x times a gate of x", names(families::gated())},
      {"shrinkage", "small inputs become nothing", names(families::shrinkage())},
      {"periodic", "waves and other functions that go up and down", names(families::periodic())},
      {"adaptive", "see the sample or the batch, or learn their whole shape", names(families::adaptive())},
      {"multi_unit", "several inputs or outputs to a unit", names(families::multi_unit_rows())},
      {"fast", "native operators of LibTorch", native_names()},
      {"all", "the whole catalogue", names(catalogue())},
  };
  return list;
}

std::string Argument::text(double value) const {
  return options.empty() ? fmt::format("{}", value) : options[static_cast<size_t>(value)];
}

std::string ActivationChoice::text() const {
  const bool is_formula = row->name == formula_name;
  std::string result = is_formula ? row->name + ":" + row->formula : row->name;
  char separator = is_formula ? ';' : ':';
  const auto append = [&](const std::string& key, const std::string& value) {
    result += separator + key + "=" + value;
    separator = is_formula ? ';' : ',';
  };
  for (size_t i = 0; i < numbers.size(); ++i) {
    append(row->arguments[i].name, row->arguments[i].text(numbers[i]));
  }
  if (shared && !row->layer_wide) append("shared", "true");
  if (frozen != row->learns_on_request) append(frozen ? "frozen" : "learned", "true");
  return result;
}

std::vector<Learned> ActivationChoice::learned() const {
  if (row->learned != nullptr) return row->learned(numbers);
  std::vector<Learned> result;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (row->arguments[i].learned) result.push_back({row->arguments[i].name, {numbers[i]}});
  }
  return result;
}

double ActivationChoice::width_factor() const {
  return row->width_factor > 0 ? row->width_factor : numbers[0];
}

long ActivationChoice::outputs_per_unit() const {
  return width_factor() < 1 ? std::lround(1 / width_factor()) : 1;
}

long ActivationChoice::input_width(long outputs) const {
  const double width = width_factor() * static_cast<double>(outputs);
  if (width == std::floor(width)) return static_cast<long>(width);
  throw usage_error(fmt::format("activation '{}' cannot have this many outputs", text()),
                    fmt::format("{}", outputs), fmt::format("multiples of {}", outputs_per_unit()));
}

ActivationChoice resolve_activation(const Spec& spec) {
  if (spec.name == formula_name) {
    auto arguments = spec;
    arguments.arguments.erase("formula");
    return choose(*formula_row(spec), arguments);
  }
  if (const Row* row = find_row(catalogue(), spec.name)) return choose(*row, spec);
  if (find_row(output_functions(), spec.name) != nullptr) {
    throw usage_error("this function stands at the output of a network and is no hidden activation",
                      spec.name, "a name of the catalogue", "activations list shows them");
  }
  throw unknown_name("activation", spec.name, names_and_aliases(catalogue()));
}

ActivationChoice resolve_function(const Spec& spec) {
  const Row* row = find_row(output_functions(), spec.name);
  return row != nullptr ? choose(*row, spec) : resolve_activation(spec);
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
    } else if (spec.name == formula_name || find_row(catalogue(), spec.name) != nullptr ||
               find_row(output_functions(), spec.name) != nullptr) {
      add(spec);
    } else {
      auto allowed = names_and_aliases(catalogue());
      for (const auto& group_row : groups()) allowed.push_back(group_row.name);
      throw unknown_name("activation or group", spec.name, allowed);
    }
  }
  return choices;
}

}  // namespace actlab

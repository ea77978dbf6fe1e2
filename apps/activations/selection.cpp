#include "apps/activations/selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/activations/kernels/fused.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

constexpr auto output_group = "output";

void append(std::vector<ActivationChoice>& choices, std::vector<ActivationChoice> more) {
  for (auto& choice : more) {
    const auto same = [&](const ActivationChoice& other) { return other.text() == choice.text(); };
    if (std::none_of(choices.begin(), choices.end(), same)) choices.push_back(std::move(choice));
  }
}

std::vector<ActivationChoice> all_outputs() {
  std::vector<ActivationChoice> choices;
  for (const auto& row : output_functions()) choices.push_back(resolve_function({row.name, {}}));
  return choices;
}

/// A name that nothing has gets the nearest of all names, those of output functions too.
void check_name(const std::string& name) {
  std::vector<std::string> allowed = {output_group, formula_name};
  for (const auto* rows : {&catalogue(), &output_functions()}) {
    const auto more = names_and_aliases(*rows);
    allowed.insert(allowed.end(), more.begin(), more.end());
  }
  for (const auto& group : groups()) allowed.push_back(group.name);
  if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
    throw unknown_name("activation or group", name, allowed);
}

bool learns(const ActivationChoice& choice) { return !choice.learned().empty(); }

}  // namespace

std::vector<ActivationChoice> select_functions(const std::vector<std::string>& names) {
  std::vector<ActivationChoice> choices;
  for (const auto& spec : parse_spec_list(join(names, ","))) {
    check_name(spec.name);
    if (spec.name == output_group) {
      append(choices, all_outputs());
    } else if (find_row(output_functions(), spec.name) != nullptr) {
      append(choices, {resolve_function(spec)});
    } else {
      append(choices, resolve_activations(spec.text()));
      if (spec.name == "all") append(choices, all_outputs());
    }
  }
  return choices;
}

std::vector<ActivationChoice> select_activations(const std::vector<std::string>& names) {
  return resolve_activations(join(names, ","));
}

bool stands_at_output(const ActivationChoice& choice) {
  const auto& rows = output_functions();
  return std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return &row == choice.row; });
}

const std::vector<Property>& properties() {
  using Choice = const ActivationChoice&;
  static const std::vector<Property> list = {
      {"monotone", "never decreasing", [](Choice c) { return c.row->monotone; }},
      {"smooth", "continuously differentiable", [](Choice c) { return c.row->smooth; }},
      {"zero_centred", "odd: f(−x) = −f(x)", [](Choice c) { return c.row->zero_centred; }},
      {"bounded", "on both sides", [](Choice c) { return c.row->range.find("∞") == std::string::npos; }},
      {"learned", "has numbers that training changes", learns},
      {"random", "draws noise in training", [](Choice c) { return c.row->random; }},
      {"multi_unit", "several channels in, or out, for one",
       [](Choice c) { return c.row->kind == Kind::multi_unit; }},
      {"contextual", "sees other elements of the sample or the batch too",
       [](Choice c) { return c.row->kind == Kind::contextual; }},
      {"native", "LibTorch has the operator itself", [](Choice c) { return c.row->native; }},
      {"fused", "a kernel of our own computes it in float32 and bfloat16 on the CPU",
       [](Choice c) { return has_kernel(*c.row); }},
      {"output", "stands at the output of a network, never inside", stands_at_output},
  };
  return list;
}

std::string properties_text(const ActivationChoice& choice) {
  std::vector<std::string> names;
  for (const auto& property : properties()) {
    if (property.holds(choice)) names.push_back(property.name);
  }
  return join(names);
}

std::string arguments_text(const ActivationChoice& choice) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < choice.numbers.size(); ++i) {
    const auto& argument = choice.row->arguments[i];
    const bool learned = argument.learned && !choice.frozen;
    texts.push_back(argument.name + "=" + argument.text(choice.numbers[i]) + (learned ? " (learned)" : ""));
  }
  return join(texts);
}

std::vector<std::string> groups_of(const ActivationChoice& choice) {
  std::vector<std::string> names;
  for (const auto& group : groups()) {
    const auto& members = group.members;
    const bool member = std::find(members.begin(), members.end(), choice.row->name) != members.end();
    if (member && group.name != "all") names.push_back(group.name);
  }
  return names;
}

std::vector<std::string> twins_of(const ActivationChoice& choice) {
  std::vector<std::string> names;
  for (const auto& row : catalogue()) {
    if (!row.twin.empty() && row.twin == choice.row->twin && row.name != choice.row->name)
      names.push_back(row.name);
  }
  return names;
}

}  // namespace actlab

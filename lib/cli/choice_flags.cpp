#include "lib/cli/choice_flags.h"

#include "lib/core/error.h"
#include "lib/core/spec.h"

namespace actlab {

double parse_duration(const std::string& flag, const std::string& text) {
  const auto wrong = [&] {
    return usage_error(flag + " is not a time", "'" + text + "'", "90s, 20m, 1.5h or 1h30m, say");
  };
  double sum = 0;
  if (text.empty()) throw wrong();
  for (size_t start = 0; start < text.size();) {
    const size_t unit = text.find_first_not_of("0123456789.", start);
    if (unit == start || unit == std::string::npos) throw wrong();
    const double seconds = text[unit] == 's' ? 1 : text[unit] == 'm' ? 60 : text[unit] == 'h' ? 3600 : 0;
    if (seconds == 0) throw wrong();
    sum += seconds * parse_number(flag, text.substr(start, unit - start), 0, 1e6);
    start = unit + 1;
  }
  if (sum <= 0) throw wrong();
  return sum;
}

void add_choice_flags(CLI::App& command, Flags& flags, std::string& budget, long& first_seed) {
  const auto group = "Choice";
  command.add_option("--budget", budget, "time for everything: 90s, 20m, 1.5h, say")
      ->required()
      ->group(group);
  command.add_option("--activations", flags.activations, "to choose from, as in compare")->group(group);
  command.add_option("--first-seed", first_seed, "seeds are this one and those after it")
      ->check(CLI::Range(0L, 1'000'000'000L))
      ->group(group);
  add_worker_flags(command, flags, group);
  add_table_flags(command, flags);
}

std::vector<ActivationChoice> with_baseline(const std::string& activations, const std::string& baseline) {
  const auto named = resolve_activations(baseline.empty() ? "relu" : baseline);
  if (named.size() != 1)
    throw usage_error("the baseline is one activation", "--baseline " + baseline,
                      "a name with its arguments");
  auto all = named;
  for (const auto& choice : resolve_activations(activations)) {
    if (choice.text() != named.front().text()) all.push_back(choice);
  }
  if (all.size() == 1)
    throw usage_error("there is nothing to choose from", "--activations " + activations,
                      "at least one beside the baseline " + named.front().text());
  return all;
}

}  // namespace actlab

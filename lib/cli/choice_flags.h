#pragma once

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"
#include "lib/cli/flags.h"

namespace actlab {

/// Reads `90s`, `20m`, `1.5h`, or several of them as in `1h30m`, into seconds.
double parse_duration(const std::string& flag, const std::string& text);

/// --activations, --baseline, --budget, --first-seed and how results are shown.
void add_choice_flags(CLI::App& command, Flags& flags, std::string& budget, long& first_seed);

/// The activations of a list, the baseline (one activation, relu where none is named) first.
std::vector<ActivationChoice> with_baseline(const std::string& activations, const std::string& baseline);

}  // namespace actlab

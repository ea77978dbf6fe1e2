#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "lib/report/layout.h"

namespace actlab {

/// Prints a table with its meanings below (`table`, `markdown`), or records (`csv`, `json`), on standard
/// output.
void print_figures(const Layout& layout, const nlohmann::ordered_json& records, const std::string& format);

}  // namespace actlab

#pragma once

#include <string>

namespace actlab {

/// 1,234,567
std::string thousands(long value);

/// "first; more"; empty texts add nothing.
void add_note(std::string& note, const std::string& more);

}  // namespace actlab

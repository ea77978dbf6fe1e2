#pragma once

#include <string>

namespace actlab {

/// 1,234,567
std::string thousands(long value);

}  // namespace actlab

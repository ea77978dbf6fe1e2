#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "datasets/clicks/schema.h"

namespace actlab {

/// Throws a data error that names `place` when the parts of a schema do not fit together.
void check_schema(const ClickSchema& schema, const std::string& place);

/// A schema from what a file held; `place` names it in errors.
ClickSchema schema_of(const nlohmann::ordered_json& json, const std::string& place);

}  // namespace actlab

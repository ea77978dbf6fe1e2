#pragma once

#include "datasets/clicks/schema.h"

namespace actlab {

// Schemas of the public sets. Columns that a reader adds are among theirs.

/// `with_users`: age, gender and occupation are known.
ClickSchema movielens_schema(bool with_users);
ClickSchema criteo_schema();
ClickSchema avazu_schema();
ClickSchema open_bandit_schema();

}  // namespace actlab

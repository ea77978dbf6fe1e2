#pragma once

#include "datasets/clicks/clicks.h"
#include "datasets/clicks/events.h"

namespace actlab {

/// Divides and encodes the events of a source as `request` says: into memory, or into a memory-mapped cache
/// where the source is larger than request.in_memory_bytes.
ClickSet encode_set(EventSource source, const ClickRequest& request);

/// The schema with what the request says otherwise; or that of a trained model, for a table written as
/// `schema` says.
ClickSchema requested_schema(const ClickSchema& schema, const ClickRequest& request);

}  // namespace actlab

#pragma once

#include "datasets/clicks/clicks.h"
#include "datasets/clicks/events.h"

namespace actlab {

/// The events that a request names: generated, of a public set, or in a file, folder or archive of one's own.
/// Throws as load_clicks() does.
EventSource find_source(const ClickRequest& request);

}  // namespace actlab

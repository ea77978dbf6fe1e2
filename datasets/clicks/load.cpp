#include <fmt/format.h>

#include "datasets/clicks/clicks.h"
#include "datasets/clicks/encode_set.h"
#include "datasets/clicks/find_source.h"
#include "lib/core/error.h"

namespace actlab {

ClickSet load_clicks(const ClickRequest& request) {
  for (const long limit : {request.train_limit, request.test_limit}) {
    if (limit < 0) throw usage_error("a limit is negative", std::to_string(limit), "0 (all) or more");
  }
  return encode_set(find_source(request), request);
}

}  // namespace actlab

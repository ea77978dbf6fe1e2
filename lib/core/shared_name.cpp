#include "lib/core/shared_name.h"

#include <mutex>
#include <set>

namespace actlab {

SharedName::SharedName(std::string_view text) {
  static auto& names = *new std::set<std::string, std::less<>>;  // never destroyed: others may outlive it
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  auto place = names.find(text);
  if (place == names.end()) place = names.emplace(text).first;
  text_ = &*place;
}

}  // namespace actlab

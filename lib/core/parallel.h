#pragma once

#include <algorithm>
#include <cstddef>
#include <future>
#include <thread>
#include <vector>

namespace actlab {

/// `work(first, end)` on equal parts of 0 … count − 1, one a core, each on a thread of its own, and on fewer
/// where a part would be smaller than `worth_a_thread`. Their results in order; throws what the first that
/// failed threw.
template <typename Work>
auto in_parts(size_t count, size_t worth_a_thread, const Work& work) {
  using Result = decltype(work(count, count));
  const size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const size_t parts = std::min(cores, 1 + count / worth_a_thread);
  std::vector<std::future<Result>> working;
  for (size_t i = 0; i < parts; ++i)
    working.push_back(
        std::async(std::launch::async, std::cref(work), count * i / parts, count * (i + 1) / parts));
  std::vector<Result> results;
  for (auto& part : working) results.push_back(part.get());
  return results;
}

}  // namespace actlab

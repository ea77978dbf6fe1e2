// How fast text in Criteo's format becomes a cache of rows on one thread, how long an existing cache takes to
// be checked and mapped, and the memory that both take.

#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/main.h"
#include "datasets/clicks/clicks.h"
#include "lib/core/files.h"
#include "lib/core/runtime.h"

namespace actlab {
namespace {

namespace fs = std::filesystem;

struct Times {
  double wall, processor;  // seconds; a machine that others use as well has more of the first
};

template <typename Work>
Times time(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  const auto ticks = std::clock();
  work();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          static_cast<double>(std::clock() - ticks) / CLOCKS_PER_SEC};
}

/// Caches of rows are made anew, the text stays.
void remove_caches() {
  const fs::path folder = cache_directory() / "clicks";
  if (!fs::is_directory(folder)) return;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".rows") fs::remove(entry.path());
  }
}

nlohmann::json measure(const ClickRequest& request, long rounds) {
  nlohmann::json times = nlohmann::json::array();
  load_clicks(request);  // writes the text where it is not there yet, and warms up
  long rows = 0;
  for (long round = 0; round < rounds; ++round) {
    remove_caches();
    ClickSet set;
    const Times convert = time([&] { set = load_clicks(request); });
    const Times open = time([&] { load_clicks(request); });
    rows = set.train.count() + set.validation.count() + set.test.count();
    times.push_back({{"convert_seconds", convert.wall},
                     {"convert_processor_seconds", convert.processor},
                     {"open_seconds", open.wall},
                     {"rows_per_second", static_cast<double>(rows) / convert.wall},
                     {"rows_per_processor_second", static_cast<double>(rows) / convert.processor},
                     {"tokens", set.facts.at("input").at("tokens")}});
  }
  return {{"dataset", request.dataset},
          {"rows", rows},
          {"hash_buckets", request.hash_buckets},
          {"rounds", times},
          {"peak_memory_bytes", peak_memory_bytes()}};
}

int run(int argc, char** argv) {
  CLI::App app("text of Criteo's format into the cache");
  ClickRequest request;
  long rows = 1'000'000, rounds = 3;
  app.add_option("--rows", rows, "rows that are generated [1000000]");
  app.add_option("--hash-buckets", request.hash_buckets,
                 "hash categories instead of counting them [0: counted]");
  app.add_option("--rounds", rounds, "[3]");
  CLI11_PARSE(app, argc, argv);
  set_threads(1);
  request.dataset = "criteo-like:rows=" + std::to_string(rows);
  request.in_memory_bytes = 0;
  std::cout << measure(request, rounds).dump(2) << '\n';
  return 0;
}

}  // namespace
}  // namespace actlab

int main(int argc, char** argv) { return actlab::run_benchmark(argc, argv, actlab::run); }

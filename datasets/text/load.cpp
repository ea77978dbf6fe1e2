#include <fmt/format.h>

#include <algorithm>

#include "datasets/catalogue.h"
#include "datasets/text/readers.h"
#include "lib/core/error.h"
#include "lib/core/files.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

constexpr long reviews_train = 10'000, reviews_test = 2'000;
const char* const program = "text_sentiment";

void check_limit(const std::string& name, long limit) {
  if (limit < 0)
    throw usage_error("a limit is negative", fmt::format("{} {}", name, limit), "0 (all) or more");
}

/// Every generated text stands for itself: the first ones are a fair part, and quick to make.
TextSet load_reviews(const TextRequest& request) {
  if (request.fold >= 0) {
    throw usage_error("folds are for data that its publisher does not divide",
                      fmt::format("fold {} of {}", request.fold, request.dataset), "", "leave the fold out");
  }
  const auto limited = [](long limit, long count) { return limit == 0 ? count : std::min(limit, count); };
  return make_reviews(request.dataset == "reviews" ? "en" : "zh", limited(request.train_limit, reviews_train),
                      limited(request.test_limit, reviews_test), 0);
}

TextFiles read_public(const PublicSet& set, const TextRequest& request) {
  const fs::path directory = data_directory(request.data_directory.string()), folder = directory / set.name;
  if (fs::is_directory(folder)) {
    if (auto files = read_text_files(folder, request.format)) return std::move(*files);
  }
  throw data_error(
      fmt::format("the data set {} is not there", set.name), folder.string(), "",
      fmt::format("{} data fetch {}\n  or {}", program, set.name, manual_instructions(set, directory)));
}

TextFiles read_path(const TextRequest& request) {
  const fs::path path = request.dataset;
  if (!fs::exists(path)) {
    throw data_error("there is no such file or folder", path.string(),
                     "a CSV, TSV or JSON lines file, or a folder of texts", "check the path");
  }
  if (auto files = read_text_files(path, request.format)) return std::move(*files);
  throw data_error(
      "no texts are recognised in a folder", path.string(),
      "train.csv and test.csv (or .tsv, .jsonl; dev beside them), one sub-folder of .txt files a class, or "
      "the files of a public data set",
      "name the file itself, or see docs/add-a-data-set.md");
}

}  // namespace

TextSet load_texts(const TextRequest& request) {
  check_limit("train limit", request.train_limit);
  check_limit("test limit", request.test_limit);
  std::vector<std::string> names{"reviews", "reviews-zh"};
  if (std::count(names.begin(), names.end(), request.dataset) > 0) return load_reviews(request);
  for (const auto& set : public_sets()) {
    if (set.program != program) continue;
    if (set.name == request.dataset) return make_text_set(read_public(set, request), request);
    names.push_back(set.name);
  }
  const bool path = request.dataset.find('/') != std::string::npos || fs::exists(request.dataset);
  if (!path) throw unknown_name("data set", request.dataset, names);
  return make_text_set(read_path(request), request);
}

}  // namespace actlab

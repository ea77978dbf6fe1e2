#include "datasets/text/text_set.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <unordered_map>

#include "datasets/draws.h"
#include "datasets/text/readers.h"
#include "lib/core/error.h"
#include "lib/core/random.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

constexpr size_t most_classes = 1000;
constexpr uint64_t folds = 10, test_folds = 2;

/// "3 empty texts"
std::string counted(long count, const std::string& what, const std::string& rest) {
  return fmt::format("{} {}text{}{}", thousands(count), what, count == 1 ? "" : "s", rest);
}

void trim(std::string& text) {
  constexpr const char* blanks = " \t\r\n\v\f";
  text.erase(text.find_last_not_of(blanks) + 1);
  text.erase(0, text.find_first_not_of(blanks));
}

void drop_incomplete(TextFiles& files) {
  long empty = 0, unlabelled = 0;
  for (auto* part : {&files.train, &files.validation, &files.test}) {
    const auto incomplete = [&](LabelledText& row) {
      trim(row.text);
      trim(row.label);
      empty += row.text.empty() ? 1 : 0;
      unlabelled += !row.text.empty() && row.label.empty() ? 1 : 0;
      return row.text.empty() || row.label.empty();
    };
    part->erase(std::remove_if(part->begin(), part->end(), incomplete), part->end());
  }
  if (empty > 0) files.notes.push_back(counted(empty, "empty ", " left out"));
  if (unlabelled > 0) files.notes.push_back(counted(unlabelled, "", " without a label left out"));
}

/// The tenth of a text: 0..9. Hashes of similar texts are similar, random numbers that start from them are
/// not.
long tenth(const std::string& text) { return static_cast<long>(Draws(fnv1a(text)).bits() % folds); }

/// Moves one tenth, or a fifth (the first two tenths), from the training to the test data.
void divide(TextFiles& files, long fold) {
  const auto kept =
      std::stable_partition(files.train.begin(), files.train.end(), [&](const LabelledText& row) {
        const long place = tenth(row.text);
        return fold >= 0 ? place != fold : place >= static_cast<long>(test_folds);
      });
  files.test.assign(std::make_move_iterator(kept), std::make_move_iterator(files.train.end()));
  files.train.erase(kept, files.train.end());
}

/// The different labels: numbers by their value, anything else by its bytes.
std::vector<std::string> sorted_labels(const LabelledTexts& texts) {
  std::set<std::string> labels;
  for (const auto& row : texts) labels.insert(row.label);
  std::vector<std::string> sorted(labels.begin(), labels.end());
  const auto value = [](const std::string& text, char** end) { return std::strtod(text.c_str(), end); };
  const bool numbers = std::all_of(sorted.begin(), sorted.end(), [&](const std::string& label) {
    char* end = nullptr;
    return std::isfinite(value(label, &end)) && *end == '\0';
  });
  if (numbers) {
    std::stable_sort(sorted.begin(), sorted.end(), [&](const std::string& a, const std::string& b) {
      return value(a, nullptr) < value(b, nullptr);
    });
  }
  return sorted;
}

/// Classes become numbers; texts of any other class are left out and their labels added to `unknown`.
TextSplit number_classes(LabelledTexts& rows, const std::vector<std::string>& class_names, long& left_out,
                         std::set<std::string>& unknown) {
  std::unordered_map<std::string, int64_t> numbers;
  for (const auto& name : class_names) numbers.emplace(name, static_cast<int64_t>(numbers.size()));
  TextSplit split;
  std::vector<int64_t> labels;
  for (auto& row : rows) {
    const auto found = numbers.find(row.label);
    if (found == numbers.end()) {
      ++left_out;
      unknown.insert(row.label);
      continue;
    }
    split.texts.push_back(std::move(row.text));
    labels.push_back(found->second);
  }
  split.labels = torch::tensor(labels, torch::kLong);
  return split;
}

std::string label_list(const std::set<std::string>& labels) {
  constexpr size_t shown = 5;
  std::vector<std::string> some;
  for (const auto& label : labels) {
    if (some.size() < shown) some.push_back("'" + label.substr(0, 40) + "'");
  }
  return join(some) + (labels.size() > shown ? ", …" : "");
}

void check_fold(const TextFiles& files, long fold) {
  if (fold < -1 || fold >= static_cast<long>(folds))
    throw usage_error("a fold is out of range", std::to_string(fold), "0 to 9");
  if (fold >= 0 && !files.test.empty()) {
    throw usage_error("folds are for data that its publisher does not divide",
                      fmt::format("fold {} of {}", fold, files.name), "",
                      "leave the fold out: the published test data is used");
  }
}

void check_classes(const TextFiles& files, const std::vector<std::string>& class_names) {
  const auto labels = sorted_labels(files.train);
  if (labels.size() < 2) {
    throw data_error(
        "the training data needs at least two classes",
        fmt::format("{} in {}", labels.empty() ? "no labelled text" : "only '" + labels[0] + "'", files.name),
        "texts of two classes or more", "check the label column, or add texts");
  }
  if (class_names.size() > most_classes) {
    throw data_error("a data set has too many classes",
                     fmt::format("{} different labels in {}", class_names.size(), files.name),
                     fmt::format("at most {}", thousands(most_classes)),
                     "check the label column: --label-column NAME");
  }
}

/// The first `limit` texts of a shuffled order that never changes, so a part of a sorted set has every class.
void limit_split(TextSplit& split, long limit, const std::string& name, std::vector<std::string>& notes) {
  const long count = split.labels.size(0);
  if (limit == 0 || limit >= count) return;
  auto generator = make_generator(0, Stream::split, "limit");
  const auto chosen = torch::randperm(count, generator, torch::kLong).narrow(0, 0, limit);
  TextSplit part{{}, split.labels.index_select(0, chosen)};
  for (long i = 0; i < limit; ++i) {
    part.texts.push_back(std::move(split.texts[static_cast<size_t>(chosen.data_ptr<int64_t>()[i])]));
  }
  split = std::move(part);
  notes.push_back(fmt::format("{} of {} {} texts", thousands(limit), thousands(count), name));
}

uint64_t hash_split(const TextSplit& split, uint64_t hash) {
  hash = fnv1a(fmt::format("{} texts", split.texts.size()), hash);
  for (const auto& text : split.texts) hash = fnv1a(text, fnv1a_bytes("", 1, hash));
  if (!split.labels.defined()) return hash;
  const at::Tensor labels = split.labels.contiguous();
  return fnv1a_bytes(labels.data_ptr(), static_cast<size_t>(labels.numel()) * sizeof(int64_t), hash);
}

}  // namespace

std::string TextSet::fingerprint() const {
  uint64_t hash = fnv1a(name);
  for (const auto& class_name : class_names) hash = fnv1a(class_name + '\0', hash);
  for (const auto* split : {&train, &validation, &test}) hash = hash_split(*split, hash);
  return hex(hash);
}

TextSet make_text_set(TextFiles files, const TextRequest& request) {
  drop_incomplete(files);
  check_fold(files, request.fold);
  const bool divided = !files.test.empty();
  TextSet set{files.name, "", {}, {}, {}, request.class_names};
  if (set.class_names.empty()) set.class_names = files.class_names;
  if (!divided && request.unseen && request.fold < 0) {
    files.test = std::exchange(files.train, {});
  } else if (!divided) {
    divide(files, request.fold);
  }
  if (set.class_names.empty()) set.class_names = sorted_labels(files.train);
  if (request.class_names.empty()) check_classes(files, set.class_names);
  long left_out = 0;
  std::set<std::string> unknown;
  set.train = number_classes(files.train, set.class_names, left_out, unknown);
  set.validation = number_classes(files.validation, set.class_names, left_out, unknown);
  set.test = number_classes(files.test, set.class_names, left_out, unknown);
  if (left_out > 0) {
    files.notes.push_back(counted(left_out, "", " of other classes left out: " + label_list(unknown)));
  }
  if (set.test.texts.empty()) {
    throw data_error(
        "there is no test data",
        fmt::format("{} of {} ({} training texts)", left_out > 0 ? "none of its classes" : "no text",
                    set.name, set.train.texts.size()),
        "classes " + join(set.class_names),
        divided ? "check the labels" : "add texts, or make a folder with train.csv and test.csv");
  }
  limit_split(set.train, request.train_limit, "training", files.notes);
  limit_split(set.test, request.test_limit, "test", files.notes);
  set.note = join(files.notes, "; ");
  return set;
}

}  // namespace actlab

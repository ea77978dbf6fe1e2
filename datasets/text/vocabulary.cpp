#include "datasets/text/vocabulary.h"

#include <torch/torch.h>

#include <algorithm>

#include "lib/core/error.h"

namespace actlab {

Vocabulary::Vocabulary(std::vector<std::string> words) : words_(std::move(words)) {
  numbers_.reserve(words_.size());
  for (size_t i = 0; i < words_.size(); ++i) {
    if (!numbers_.emplace(words_[i], static_cast<long>(i) + 2).second) {
      throw data_error("a vocabulary holds a word twice", words_[i], "each word once",
                       "make the vocabulary again from the training texts");
    }
  }
}

Vocabulary Vocabulary::of(const std::vector<std::string>& texts, Unspaced unspaced, long min_count,
                          long largest) {
  std::unordered_map<std::string, long> counts;
  for (const auto& text : texts) {
    for (auto& token : tokenise(text, unspaced)) ++counts[std::move(token)];
  }
  std::vector<std::pair<std::string, long>> frequent;
  for (const auto& entry : counts) {
    if (entry.second >= min_count) frequent.emplace_back(entry);
  }
  std::sort(frequent.begin(), frequent.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  frequent.resize(std::min(frequent.size(), static_cast<size_t>(std::max(largest, 0L))));
  std::vector<std::string> words;
  for (auto& entry : frequent) words.push_back(std::move(entry.first));
  return Vocabulary(std::move(words));
}

long Vocabulary::number(const std::string& word) const {
  const auto found = numbers_.find(word);
  return found == numbers_.end() ? unknown : found->second;
}

EncodedTexts encode(const std::vector<std::string>& texts, const Vocabulary& vocabulary, Unspaced unspaced,
                    long longest) {
  if (longest < 1) {
    throw usage_error("texts cannot be cut to nothing", std::to_string(longest) + " tokens", "1 or more");
  }
  std::vector<int32_t> numbers;  // of all texts in a row
  at::Tensor lengths = torch::empty({static_cast<int64_t>(texts.size())}, torch::kLong);
  int64_t* length = lengths.data_ptr<int64_t>();
  int64_t most = 0;
  for (const auto& text : texts) {
    auto tokens = tokenise(text, unspaced);
    if (tokens.empty()) tokens.emplace_back();  // which no vocabulary knows
    *length = std::min(static_cast<int64_t>(tokens.size()), static_cast<int64_t>(longest));
    most = std::max(most, *length);
    for (int64_t i = 0; i < *length; ++i) {
      numbers.push_back(static_cast<int32_t>(vocabulary.number(tokens[static_cast<size_t>(i)])));
    }
    ++length;
  }
  static_assert(Vocabulary::padding == 0);
  at::Tensor tokens = torch::zeros({lengths.size(0), most}, torch::kInt);
  const int32_t* from = numbers.data();
  int32_t* row = tokens.data_ptr<int32_t>();
  for (int64_t i = 0; i < lengths.size(0); ++i, row += most) {
    const int64_t count = lengths.data_ptr<int64_t>()[i];
    std::copy(from, from + count, row);
    from += count;
  }
  return {tokens, lengths};
}

}  // namespace actlab

#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace actlab {

/// What a run of characters of a script without blanks (Han, kana, Thai, …) is cut into.
enum class Unspaced { characters, bigrams, both };

/// NFKC and case folding (Unicode 14 or later, by utf8proc), without invisible characters; blanks of no width
/// become blanks, the apostrophe ’ becomes '. Any bytes are accepted, the result is valid UTF-8: each byte of
/// broken UTF-8 counts as U+FFFD.
std::string normalise(const std::string& text);

/// Cuts a text into words of alphabetic scripts, numbers, marks of punctuation, and what `unspaced` says
/// elsewhere, after normalise(); see tokenise.cpp for the rules. An emoji with all that belongs to it is one
/// token; so is a character of Thai with its vowel signs.
std::vector<std::string> tokenise(const std::string& text, Unspaced unspaced);

/// The tokens that a model knows, each with a number.
class Vocabulary {
 public:
  static constexpr long padding = 0, unknown = 1;  // the words proper start at 2

  /// Throws a data error for a word that occurs twice.
  explicit Vocabulary(std::vector<std::string> words);

  /// The words of these texts that occur `min_count` times or more, most frequent first (equal ones by their
  /// bytes), at most `largest` of them.
  static Vocabulary of(const std::vector<std::string>& texts, Unspaced unspaced, long min_count,
                       long largest);

  long size() const { return static_cast<long>(words_.size()) + 2; }
  long number(const std::string& word) const;  // `unknown` for any other
  const std::vector<std::string>& words() const { return words_; }

 private:
  std::vector<std::string> words_;
  std::unordered_map<std::string, long> numbers_;
};

/// Texts as numbers.
struct EncodedTexts {
  at::Tensor tokens;   // int32 [N, L], filled up with padding
  at::Tensor lengths;  // int64 [N], 1..L: a text without tokens is one unknown
};

/// The first `longest` (1 or more) tokens of each text. L is the longest text's length.
EncodedTexts encode(const std::vector<std::string>& texts, const Vocabulary& vocabulary, Unspaced unspaced,
                    long longest);

/// Word vectors of a file in GloVe's or word2vec's text format, plain or .gz, for the words of a vocabulary:
/// float [vocabulary.size(), width]; rows of words that the file lacks are NaN, padding is 0. Throws a data
/// error with file and line for lines of another width and for what is no number.
at::Tensor read_word_vectors(const std::filesystem::path& file, const Vocabulary& vocabulary);

}  // namespace actlab

// Text into tokens, in two steps: normalise(), then a single pass that cuts.
//
// English is cut as the Penn Treebank and with it Stanford's sentiment data are: "don't" → "do" "n't",
// "film's" → "film" "'s"; runs of . - ` ' stay together ("...", "--"). Unlike there, hyphens and full stops
// always stand alone ("well" "-" "made"): reviews are short and few, and whole compounds would mostly be
// unknown words. French and Italian elisions are cut behind the apostrophe ("l'" "amour"). What has been cut
// so and is joined by blanks is cut into the same tokens again.

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include "datasets/text/vocabulary.h"

namespace actlab {
namespace {

using Codepoint = utf8proc_int32_t;

// What a grapheme cluster is, by its first codepoint; `inner` marks its other bytes.
enum class Kind : char { blank, letter, digit, unspaced, emoji, mark, inner };

/// Scripts that are written without blanks between words.
bool is_unspaced(Codepoint c) {
  constexpr std::array<std::pair<Codepoint, Codepoint>, 16> ranges{{
      {0x0E00, 0x0EFF},    // Thai, Lao
      {0x1000, 0x109F},    // Myanmar
      {0x1780, 0x17FF},    // Khmer
      {0x1950, 0x19DF},    // Tai Le, New Tai Lue
      {0x1A20, 0x1AAF},    // Tai Tham
      {0x3005, 0x3007},    // 々〆〇
      {0x3021, 0x30FF},    // numerals of Suzhou, Hiragana, Katakana
      {0x3100, 0x312F},    // Bopomofo
      {0x31A0, 0x31FF},    // Bopomofo, Katakana
      {0x3400, 0x4DBF},    // Han
      {0x4E00, 0xA4CF},    // Han, Yi
      {0xA9E0, 0xA9FF},    // Myanmar
      {0xAA60, 0xAADF},    // Myanmar, Tai Viet
      {0xF900, 0xFAFF},    // Han
      {0x16FE0, 0x1B2FF},  // Tangut, kana, Nüshu
      {0x20000, 0x3FFFF},  // Han
  }};
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const auto& range) { return range.first <= c && c <= range.second; });
}

Kind kind_of(Codepoint c) {
  const auto& property = *utf8proc_get_property(c);
  if (property.boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC ||
      property.boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR) {
    return Kind::emoji;
  }
  switch (property.category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return is_unspaced(c) ? Kind::unspaced : Kind::letter;
    case UTF8PROC_CATEGORY_ND:
      return Kind::digit;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
      return Kind::blank;
    default:
      return Kind::mark;
  }
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Valid UTF-8 that utf8proc normalises in linear time, without what cannot be seen.
class Repaired {
 public:
  explicit Repaired(const std::string& text) {
    text_.reserve(text.size());
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    for (size_t at = 0; at < text.size();) {
      Codepoint c = 0;
      const auto taken = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &c);
      add(taken > 0 ? c : 0xFFFD);
      at += taken > 0 ? static_cast<size_t>(taken) : 1;
    }
  }

  const std::string& text() const { return text_; }

 private:
  void add(Codepoint c) {
    constexpr Codepoint joiner = 0x200D, blank_of_no_width = 0x200B, right_quote = 0x2019;
    const auto& property = *utf8proc_get_property(c);
    const bool selector = (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
    if (c == blank_of_no_width) return put(' ');
    if (c == right_quote) return put('\'');
    if (c == joiner) joined_ = in_emoji_;
    if (property.category == UTF8PROC_CATEGORY_CF || selector) return;
    // Unicode's stream-safe limit (UAX 15): sorting a pile of thousands would take quadratic time.
    constexpr int most_marks = 30;
    marks_ = property.combining_class == 0 ? 0 : marks_ + 1;
    if (marks_ > most_marks) return;
    const bool pictograph = property.boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
    if (pictograph && joined_) put(joiner);  // 👩 + 💻, one emoji; elsewhere joiners are dropped
    joined_ = false;
    in_emoji_ = pictograph || (in_emoji_ && property.boundclass == UTF8PROC_BOUNDCLASS_EXTEND);
    if (property.category == UTF8PROC_CATEGORY_NO) put(' ');  // NFKC makes ½ "1⁄2", and 8½ is not 81⁄2
    put(c);
  }

  void put(Codepoint c) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto count = utf8proc_encode_char(c, bytes.data());
    text_.append(reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(count));
  }

  std::string text_;
  int marks_ = 0;
  bool in_emoji_ = false, joined_ = false;  // after a pictograph; a joiner came after it
};

/// The kind of each byte of valid UTF-8.
std::vector<Kind> kinds_of(const std::string& text) {
  static const auto ascii = [] {
    std::array<Kind, 128> kinds{};
    for (Codepoint c = 0; c < 128; ++c) kinds[static_cast<size_t>(c)] = kind_of(c);
    return kinds;
  }();
  std::vector<Kind> kinds(text.size(), Kind::inner);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  Codepoint previous = '\n';
  utf8proc_int32_t state = 0;
  for (size_t at = 0; at < text.size();) {
    Codepoint c = bytes[at];
    size_t taken = 1;
    if (c < 128) {  // never belongs to the cluster before it
      kinds[at] = ascii[bytes[at]];
      state = 0;
    } else {
      taken = static_cast<size_t>(
          utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &c));
      if (utf8proc_grapheme_break_stateful(previous, c, &state)) kinds[at] = kind_of(c);
    }
    previous = c;
    at += taken;
  }
  return kinds;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// The ending of an English contraction that `word` has, or nothing.
std::string_view contraction(std::string_view word) {
  for (const std::string_view ending : {"n't", "'s", "'m", "'d", "'re", "'ve", "'ll"}) {
    if (ends_with(word, ending)) return ending;
  }
  return {};
}

/// Whether an apostrophe after `word` stands for a dropped vowel, as in l'amour and qu'on.
bool is_elided(std::string_view word) {
  return ends_with(word, "qu") ||
         (word.size() == 1 && std::string_view("cdjlmnst").find(word[0]) != std::string_view::npos);
}

/// Cuts normalised text.
class Cutter {
 public:
  Cutter(const std::string& text, Unspaced unspaced)
      : text_(text), kinds_(kinds_of(text)), unspaced_(unspaced) {}

  std::vector<std::string> cut() {
    for (size_t at = 0; at < text_.size();) {
      switch (kinds_[at]) {
        case Kind::blank:
          at = cluster_end(at);
          break;
        case Kind::letter:
        case Kind::digit:
          at = cut_word(at);
          break;
        case Kind::unspaced:
          at = cut_unspaced(at);
          break;
        default:
          at = put(at, kinds_[at] == Kind::mark ? mark_end(at) : cluster_end(at));
      }
    }
    return std::move(tokens_);
  }

 private:
  bool is(Kind kind, size_t at) const { return at < kinds_.size() && kinds_[at] == kind; }

  size_t put(size_t begin, size_t end) {
    if (begin < end) tokens_.push_back(text_.substr(begin, end - begin));
    return end;
  }

  size_t cluster_end(size_t at) const {
    do ++at;
    while (is(Kind::inner, at));
    return at;
  }

  /// Letters and digits, with apostrophes before letters, and points and commas between digits.
  size_t word_end(size_t at) const {
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      const bool goes_on = is(Kind::inner, at) || is(Kind::letter, at) || is(Kind::digit, at) ||
                           (c == '\'' && is(Kind::letter, at + 1)) ||
                           ((c == '.' || c == ',') && is(Kind::digit, at - 1) && is(Kind::digit, at + 1));
      if (!goes_on) break;
    }
    return at;
  }

  /// A word without the endings of contractions ("would" "n't" "'ve"), perhaps with elisions in front.
  size_t cut_word(size_t begin) {
    const size_t end = word_end(begin);
    std::vector<size_t> cuts{end};
    for (size_t cut = end; cut > begin;) {
      const size_t size = contraction(std::string_view(text_).substr(begin, cut - begin)).size();
      if (size == 0 || (cut - size > begin && text_[cut - size - 1] == '\'')) break;
      cuts.push_back(cut -= size);
    }
    const size_t stem_end = cuts.size() == 1 ? std::min(end + 1, text_.size()) : cuts.back();
    for (size_t at = begin; at < stem_end; ++at) {
      const bool elided = text_[at] == '\'' && is_elided(std::string_view(text_).substr(begin, at - begin));
      if (elided) begin = put(begin, cluster_end(at));
    }
    for (; !cuts.empty(); cuts.pop_back()) begin = std::max(begin, put(begin, cuts.back()));
    return begin;
  }

  /// One mark, a run of equal ones, or the ending of a contraction that was cut off before.
  size_t mark_end(size_t at) const {
    const char c = text_[at];
    if (c == '\'' && is(Kind::letter, at + 1)) {
      const size_t end = word_end(at + 1);
      const std::string_view word = std::string_view(text_).substr(at, end - at);
      if (contraction(word) == word) return end;
    }
    size_t end = cluster_end(at);
    if (c == '.' || c == '-' || c == '`' || c == '\'') {
      while (end < text_.size() && text_[end] == c) end = cluster_end(end);
    }
    return end;
  }

  size_t cut_unspaced(size_t at) {
    for (bool first = true; is(Kind::unspaced, at); first = false) {
      const size_t middle = cluster_end(at);
      const bool pair = is(Kind::unspaced, middle), alone = first && !pair;
      if (unspaced_ != Unspaced::bigrams || alone) put(at, middle);
      if (unspaced_ != Unspaced::characters && pair) put(at, cluster_end(middle));
      at = middle;
    }
    return at;
  }

  const std::string& text_;
  std::vector<Kind> kinds_;
  Unspaced unspaced_;
  std::vector<std::string> tokens_;
};

}  // namespace

std::string normalise(const std::string& text) {
  if (is_ascii(text)) {
    std::string folded = text;
    for (char& c : folded) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return folded;
  }
  const Repaired repaired(text);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(repaired.text().data());
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                                      UTF8PROC_CASEFOLD);
  utf8proc_uint8_t* mapped = nullptr;
  const auto size =
      utf8proc_map(bytes, static_cast<utf8proc_ssize_t>(repaired.text().size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size < 0) throw std::bad_alloc();  // the text is valid, so memory is all that can be lacking
  return {reinterpret_cast<const char*>(mapped), static_cast<size_t>(size)};
}

std::vector<std::string> tokenise(const std::string& text, Unspaced unspaced) {
  const std::string normal = normalise(text);
  return Cutter(normal, unspaced).cut();
}

}  // namespace actlab

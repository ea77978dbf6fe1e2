#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace actlab {

enum class Language { english, chinese };

/// The code of HTML's lang attribute: en, zh-Hant.
std::string code_of(Language language);

/// While one of these lives, said() and phrase() of this thread speak that language; English otherwise.
class Speaking {
 public:
  explicit Speaking(Language language);
  ~Speaking();
  Speaking(const Speaking&) = delete;
  Speaking& operator=(const Speaking&) = delete;

 private:
  Language before_;
};

Language spoken_language();

/// Every fixed text of a page in English and Chinese, in words.cpp; a text with {} is filled in by phrase().
const std::vector<std::pair<const char*, const char*>>& page_words();

/// A fixed text in the language that is spoken. Whatever is no fixed text, like the name of an activation, is
/// the same in all.
std::string said(const std::string& english);

/// The same for a text with blanks to fill in.
template <typename... Values>
std::string phrase(const std::string& english, const Values&... values) {
  return fmt::format(fmt::runtime(said(english)), values...);
}

}  // namespace actlab

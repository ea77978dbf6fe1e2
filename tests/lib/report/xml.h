#pragma once

#include <string>
#include <vector>

namespace actlab::test {

/// What is wrong with the tags of an XML document; empty when they are balanced, their attributes quoted, and
/// every & begins an entity. Enough to notice what our writer could do wrong.
inline std::string xml_problem(const std::string& text) {
  std::vector<std::string> open;
  for (size_t place = 0; place < text.size(); ++place) {
    if (text[place] == '&' && text.find(';', place) > place + 6)
      return "a lone & at " + text.substr(place, 20);
    if (text[place] == '>') return "a lone > before " + text.substr(place, 20);
    if (text[place] != '<') continue;
    const size_t end = text.find('>', place);
    if (end == std::string::npos) return "an open tag at " + text.substr(place, 20);
    const auto tag = text.substr(place + 1, end - place - 1);
    if (tag.find('<') != std::string::npos) return "a lone < at " + text.substr(place, 20);
    size_t quotes = 0;
    for (const char c : tag) quotes += c == '"';
    if (quotes % 2 != 0) return "an open quote in " + tag;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "a wrong end of " + tag;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
    place = end;
  }
  return open.empty() ? "" : "no end of " + open.back();
}

}  // namespace actlab::test

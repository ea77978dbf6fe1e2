#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lib/report/layout.h"

namespace actlab::html {

/// Style sheet and script of every page.
extern const char* const style;
extern const char* const script;

/// <tag>text</tag>, the text escaped.
std::string element(const std::string& tag, const std::string& text);

/// How to read what follows.
std::string caption(const std::string& text);

/// Term and meaning.
std::string definitions(const std::vector<std::pair<std::string, std::string>>& entries);

/// What rows of a table have beside their texts.
struct RowLooks {
  std::vector<std::string> classes = {};  // one a row, or none at all
  std::vector<std::string> links = {};    // ids of the parts of the page that row names lead to, likewise
  size_t foot = 0;                        // so many last rows are never sorted among the others
};

/// A table that scrolls by itself where it is wider than the page, captioned by the layout's title.
std::string table(const Layout& layout, const RowLooks& looks = {});

/// A table whose cells hold sentences and lists.
std::string wide(const std::string& table);

/// What opens on a click.
std::string details(const std::string& summary, const std::string& content);

}  // namespace actlab::html

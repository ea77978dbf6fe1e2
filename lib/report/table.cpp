// The table for a terminal.

#include <algorithm>

#include "lib/report/formats.h"
#include "lib/report/text.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

/// "name   text", the text broken and indented so that it forms a column of its own.
std::string definition(const std::string& name, const std::string& text, long name_width, long width) {
  std::string result;
  auto label = name;
  for (const auto& line : wrap(text, width - name_width - 4)) {
    result += "  " + pad_right(label, name_width) + "  " + line + "\n";
    label.clear();
  }
  return result;
}

using Lines = std::vector<std::string>;

/// A column made ready for the terminal: header and cells broken into lines of equal display width.
struct Block {
  Lines header;
  std::vector<Lines> cells;
  long width = 0;
};

/// `text` cut behind commas, colons and blanks where it would get wider than `width`.
Lines break_cell(const std::string& text, long width) {
  Lines lines(1);
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find_first_of(",: ", start), text.size() - 1) + 1;
    const auto piece = text.substr(start, end - start);
    const bool blank_behind = piece.back() == ' ';
    if (!lines.back().empty() && display_width(lines.back() + piece) - blank_behind > width)
      lines.emplace_back("  ");
    lines.back() += piece;
    start = end;
  }
  return lines;
}

Block make_block(const Column& column) {
  Block block;
  for (const auto& cell : column.cells) {
    block.cells.push_back(column.limit > 0 ? break_cell(cell, column.limit) : Lines{cell});
    block.width = std::max(block.width, widest(block.cells.back()));
  }
  block.header = wrap(column.header, block.width);
  block.width = std::max(block.width, widest(block.header));
  const auto align = [&](std::string& line) {
    line = column.right ? pad_left(line, block.width) : pad_right(line, block.width);
  };
  std::for_each(block.header.begin(), block.header.end(), align);
  for (auto& cell : block.cells) std::for_each(cell.begin(), cell.end(), align);
  return block;
}

/// Texts side by side: `parts` has the lines of each block, filled up with blanks above or below to equal
/// height.
Lines beside(const std::vector<Block>& blocks, const std::vector<Lines>& parts, bool fill_above) {
  size_t height = 0;
  for (const auto& part : parts) height = std::max(height, part.size());
  Lines lines(height);
  for (size_t i = 0; i < parts.size(); ++i) {
    const size_t skipped = fill_above ? height - parts[i].size() : 0;
    for (size_t line = 0; line < height; ++line) {
      const bool filled = line >= skipped && line - skipped < parts[i].size();
      lines[line] +=
          (i == 0 ? "" : "  ") + pad_right(filled ? parts[i][line - skipped] : "", blocks[i].width);
    }
  }
  return lines;
}

/// Limits for the columns so that all of them together are no wider than `width`: the widest give way first.
void fit(Layout& layout, long width) {
  constexpr long narrowest = 12;
  std::vector<long> widths;
  long sum = -2;
  for (const auto& column : layout.columns) {
    widths.push_back(make_block(column).width);
    sum += widths.back() + 2;
  }
  for (; sum > width; --sum) {
    const auto widest_column = std::max_element(widths.begin(), widths.end());
    if (*widest_column <= narrowest) break;
    layout.columns[static_cast<size_t>(widest_column - widths.begin())].limit = --*widest_column;
  }
}

}  // namespace

std::string definitions(const std::vector<std::pair<std::string, std::string>>& entries, long width) {
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.first);
  const long name_width = widest(names);
  std::string result;
  for (const auto& [name, text] : entries) result += definition(name, text, name_width, width);
  return result;
}

std::string terminal_table(Layout layout, bool colour, long width) {
  if (width > 0) fit(layout, width);
  std::vector<Block> blocks;
  std::vector<Lines> parts;
  for (const auto& column : layout.columns) {
    blocks.push_back(make_block(column));
    parts.push_back(blocks.back().header);
  }
  std::string result, rule;
  const auto header = beside(blocks, parts, true);
  for (const auto& line : header) result += line + "\n";
  for (long left = display_width(header.front()); left > 0; --left) rule += "─";
  result += rule + "\n";
  for (size_t row = 0; row < layout.best.size(); ++row) {
    for (size_t i = 0; i < blocks.size(); ++i) parts[i] = blocks[i].cells[row];
    for (const auto& line : beside(blocks, parts, false)) {
      result += (colour && layout.best[row] ? "\x1b[1m" + line + "\x1b[0m" : line) + "\n";
    }
  }
  return result;
}

std::string write_table(const std::vector<Comparison>& comparisons, bool colour) {
  std::string result;
  std::vector<Layout> layouts;
  for (const auto& comparison : comparisons) {
    layouts.push_back(lay_out(comparison));
    const auto& layout = layouts.back();
    result += layout.title + "\n" + definitions(layout.facts) + "\n" + terminal_table(layout, colour) + "\n";
  }
  return result + definitions(legend(layouts));
}

}  // namespace actlab

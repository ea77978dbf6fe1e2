#pragma once

#include <memory>
#include <string>
#include <vector>

#include "datasets/text/texts.h"

namespace actlab {

/// Texts to classify, a batch at a time.
class TextSource {
 public:
  virtual ~TextSource() = default;
  /// The next texts, at most `largest`; none at the end.
  virtual std::vector<TextRow> next(size_t largest) = 0;
};

/// Texts that are at hand.
std::unique_ptr<TextSource> texts_at_hand(std::vector<TextRow> rows);

/// Standard input line by line, in bounded memory: of a line beyond 1 MiB only that much counts. What has
/// arrived makes a batch, so that a text is answered as soon as it comes. `encoding`: as of TextFormat;
/// empty: UTF-8. `prompt` is shown on standard error before each line.
std::unique_ptr<TextSource> standard_input(const std::string& encoding, const std::string& prompt);

}  // namespace actlab

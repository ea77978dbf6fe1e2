#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/common/classification.h"
#include "datasets/text/texts.h"

namespace actlab {

/// A word of a text as the model saw it.
struct SeenWord {
  std::string word;
  bool known;
  double contribution = 0;  // explain.h
};

/// What a model says of a text.
struct Answer {
  TextRow row;
  std::vector<Guess> guesses;   // best first
  std::vector<SeenWord> words;  // those that counted
};

/// How answers are written: a line or more for each, between head and tail.
class AnswerWriter {
 public:
  virtual ~AnswerWriter() = default;
  virtual std::string head() const { return ""; }
  virtual std::string write(const Answer& answer) = 0;
  virtual std::string tail() const { return ""; }
};

/// `table`: class, probability and text, below it the words with their contributions, green for and red
/// against the class where `colour`; unknown words carry a question mark. `csv`: line, text, class,
/// probability, remark and with `explained` contributions, a JSON list of [word, number]. `json`: a list of
/// objects.
std::unique_ptr<AnswerWriter> make_writer(const std::string& format, bool explained, bool colour);

}  // namespace actlab

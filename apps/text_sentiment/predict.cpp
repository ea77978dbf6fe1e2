#include "apps/text_sentiment/predict.h"

#include <fmt/format.h>
#include <torch/torch.h>
#include <unistd.h>

#include <iostream>

#include "apps/text_sentiment/answer.h"
#include "apps/text_sentiment/explain.h"
#include "apps/text_sentiment/text_source.h"
#include "apps/text_sentiment/text_task.h"
#include "lib/cli/domain.h"
#include "lib/cli/progress.h"
#include "lib/core/files.h"
#include "lib/core/runtime.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

constexpr size_t batch_size = 256;

/// A saved model with all that it takes to ask it.
class Classifier {
 public:
  Classifier(const Task& task, const PredictTextOptions& options)
      : options_(options),
        device_(device_or_say(options.device)),
        model_(load_model(task, options.load, device_)),
        reader_(reader_of(model_.description.at("facts"))),
        class_names_(model_.description.at("facts").at("class_names").get<std::vector<std::string>>()) {}

  std::vector<Answer> answer(std::vector<TextRow> rows) {
    std::vector<std::string> texts;
    for (const auto& row : rows) texts.push_back(row.text);
    const auto encoded = reader_.encode(texts);
    const auto explanation = ask(encoded);
    std::vector<Answer> answers;
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto place = static_cast<long>(i);
      answers.push_back({std::move(rows[i]),
                         most_probable(explanation.logits[place], class_names_, options_.top),
                         words(texts[i], explanation.contributions[place])});
    }
    return answers;
  }

 private:
  Explanation ask(const EncodedTexts& texts) {
    if (options_.explain) return explain(dynamic_cast<TextNetwork&>(*model_.network), texts);
    const torch::NoGradGuard no_grad;
    return {model_.network->forward({texts.tokens.to(device_), texts.lengths.to(device_)}),
            torch::zeros(texts.tokens.sizes(), torch::kDouble)};
  }

  /// `contributions`: of each word, contiguous.
  std::vector<SeenWord> words(const std::string& text, const at::Tensor& contributions) {
    auto all = reader_.words(text);
    if (static_cast<long>(all.size()) > reader_.longest) say_cut();
    all.resize(std::min(all.size(), static_cast<size_t>(reader_.longest)));
    const double* contribution = contributions.data_ptr<double>();
    std::vector<SeenWord> seen;
    for (auto& word : all) {
      const bool known = reader_.vocabulary.number(word) != Vocabulary::unknown;
      seen.push_back({std::move(word), known, *contribution++});
    }
    return seen;
  }

  void say_cut() {
    if (!std::exchange(said_cut_, true))
      std::cerr << fmt::format("note: of a text only the first {} words count\n", reader_.longest);
  }

  const PredictTextOptions& options_;
  at::Device device_;
  LoadedModel model_;
  TextReader reader_;
  std::vector<std::string> class_names_;
  bool said_cut_ = false;
};

std::unique_ptr<TextSource> source_of(const PredictTextOptions& options) {
  if (!options.texts.empty()) {
    std::vector<TextRow> rows;
    for (const auto& text : options.texts) rows.push_back({text, static_cast<long>(rows.size()) + 1});
    return texts_at_hand(std::move(rows));
  }
  if (!options.file.empty()) return texts_at_hand(read_texts(options.file, options.file_format));
  const bool prompt = options.interactive && isatty(STDIN_FILENO) == 1;
  return standard_input(options.file_format.encoding, prompt ? "> " : "");
}

/// All answers as one CSV file, which is there whole or not at all.
void write_file(TextSource& source, Classifier& classifier, const PredictTextOptions& options) {
  const auto writer = make_writer("csv", options.explain, false);
  std::string content = writer->head();
  long count = 0;
  for (auto rows = source.next(batch_size); !rows.empty(); rows = source.next(batch_size)) {
    count += static_cast<long>(rows.size());
    for (const auto& answer : classifier.answer(std::move(rows))) content += writer->write(answer);
  }
  write_atomically(options.output, content + writer->tail());
  std::cerr << fmt::format("answers to {} texts are in {}\n", thousands(count), options.output);
}

void print(TextSource& source, Classifier& classifier, const PredictTextOptions& options) {
  const auto writer = make_writer(options.format, options.explain, wants_colour(STDOUT_FILENO));
  std::cout << writer->head();
  for (auto rows = source.next(batch_size); !rows.empty(); rows = source.next(batch_size)) {
    for (const auto& answer : classifier.answer(std::move(rows))) std::cout << writer->write(answer);
    std::cout << std::flush;
  }
  std::cout << writer->tail();
}

}  // namespace

int predict_texts(const Task& task, const PredictTextOptions& options) {
  set_threads(options.threads);
  Classifier classifier(task, options);
  const auto source = source_of(options);
  if (options.output.empty()) {
    print(*source, classifier, options);
  } else {
    write_file(*source, classifier, options);
  }
  return 0;
}

}  // namespace actlab

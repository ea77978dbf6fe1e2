#include "apps/text_sentiment/program.h"

#include "apps/common/data_command.h"
#include "apps/common/request_flags.h"
#include "apps/text_sentiment/predict.h"
#include "apps/text_sentiment/text_task.h"
#include "lib/cli/domain.h"

namespace actlab {
namespace {

constexpr auto text_column = "of a table: its name, or its number from 1 [the only candidate]";
constexpr auto encoding = "of the files, e.g. latin1, gb18030 [recognised]";

void add_text_flags(CLI::App& command, nlohmann::json& request) {
  RequestFlags flags(command, request);
  flags.add_text("--text-column", "text_column", text_column);
  flags.add_text("--label-column", "label_column", text_column);
  flags.add_text("--encoding", "encoding", encoding);
  flags.add_number("--fold", "fold", 0, 9,
                   "test on this tenth of a set that is not divided, train on the others");
  if (command.get_name() == "evaluate") return;  // a trained model knows the rest
  flags.add_number("--max-tokens", "max_tokens", 1, 100'000,
                   "words of a text that count, from its start [256]");
  flags.add_number("--min-count", "min_count", 1, 1'000'000,
                   "words that occur less often in the training texts are unknown [2]");
  flags.add_number("--vocabulary", "vocabulary", 1, 10'000'000, "words that a model knows at most [100000]");
  flags.add_text("--chinese", "chinese", "what Chinese is cut into: characters, bigrams or both [both]");
  flags.add_text("--vectors", "vectors",
                 "word vectors to start from: a file in the text format of GloVe or word2vec");
}

void add_predict_command(Program& program, const Task& task, PredictTextOptions& options) {
  auto& command = program.add_command(
      "predict", "classify texts with a saved model: arguments, a file, or standard input",
      [&] { return predict_texts(task, options); });
  command.add_option("--load", options.load, "checkpoint of `train --save`")->required();
  auto* texts = command.add_option("texts", options.texts, "texts to classify, each an argument");
  auto* file =
      command.add_option("--file", options.file, "CSV, TSV, JSON lines, or plain text with one text a line");
  command.add_option("--text-column", options.file_format.text_column, text_column);
  command.add_option("--encoding", options.file_format.encoding, encoding);
  auto* interactive = command.add_flag("--interactive", options.interactive,
                                       "ask for texts and answer each at once, until end of input");
  command.add_flag("--explain", options.explain,
                   "what each word adds to the log-odds of the class, to first order (gradient times input)");
  command.add_option("--top", options.top, "classes to show")->check(CLI::Range(1L, 1'000'000L));
  auto* format = command.add_option("--format", options.format, "table, csv or json")
                     ->check(CLI::IsMember({"table", "csv", "json"}));
  command.add_option("--output", options.output, "write the answers to this CSV file instead")
      ->excludes(format);
  command.add_option("--device", options.device, "auto, cpu, cuda or cuda:i");
  command.add_option("--threads", options.threads)->check(CLI::Range(1, 1024));
  texts->excludes(file)->excludes(interactive);
  file->excludes(interactive);
}

}  // namespace

int run_text_sentiment(int argc, char** argv) {
  const TextTask task;
  Flags defaults;
  defaults.dataset = "reviews";
  defaults.model = "text_cnn";
  defaults.hyper.batch_size = 64;
  Domain domain(task, "Which activation function should a text classifier use?", defaults);
  domain.add_commands(add_text_flags);
  DataOptions data;
  add_data_command(domain.program(), data);
  PredictTextOptions predict;
  add_predict_command(domain.program(), task, predict);
  return domain.program().run(argc, argv);
}

}  // namespace actlab

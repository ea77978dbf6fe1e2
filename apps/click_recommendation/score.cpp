#include "apps/click_recommendation/score.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <iostream>

#include "datasets/clicks/score.h"
#include "lib/core/atomic_file.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

constexpr long batch_size = 8192;

/// How a row is written, and what stands around the rows.
struct Style {
  std::string head, separator, tail;
  std::string (*line)(long line, double probability);
};

Style style_of(const std::string& format) {
  if (format == "json") {
    return {"[\n", ",\n", "\n]\n", [](long line, double probability) {
              return fmt::format(R"({{"line": {}, "probability": {:.6g}}})", line, probability);
            }};
  }
  if (format == "csv") {
    return {"line,probability\n", "\n", "\n",
            [](long line, double probability) { return fmt::format("{},{:.6g}", line, probability); }};
  }
  return {"    line  probability\n", "\n", "\n", [](long line, double probability) {
            return fmt::format("{:>8}  {:9.3f} %", line, 100 * probability);
          }};
}

/// Hands the answers on piece by piece; returns how many rows there were.
template <typename Write>
long write_answers(TrainedModel& model, ClickTable& table, const Style& style, const Write& write) {
  long rows = 0;
  std::string text = style.head;
  for (auto batch = table.next(batch_size); !batch.lines.empty(); batch = table.next(batch_size)) {
    const auto probabilities = model.probabilities(batch.rows).contiguous();
    const auto* probability = probabilities.data_ptr<double>();
    for (const long line : batch.lines) {
      text += rows++ == 0 ? "" : style.separator;
      text += style.line(line, *probability++);
    }
    write(text);
    text.clear();
  }
  write(text + style.tail);
  return rows;
}

}  // namespace

int score_rows(const ScoreOptions& options) {
  TrainedModel model(options);
  ClickTable table(model.facts(), options.file);
  long rows = 0;
  if (options.output.empty()) {
    rows = write_answers(model, table, style_of(options.format),
                         [](const std::string& text) { std::cout << text; });
  } else {
    AtomicFile file(options.output);
    rows = write_answers(model, table, style_of("csv"), [&](const std::string& text) { file.write(text); });
    file.finish();
    std::cerr << fmt::format("probabilities of {} rows are in {}\n", thousands(rows), options.output);
  }
  if (table.left_out() > 0) {
    const long count = table.left_out();
    std::cerr << fmt::format("{} {} could not be read and {} no probability; the first: {}\n",
                             thousands(count), count == 1 ? "row" : "rows", count == 1 ? "has" : "have",
                             table.first_left_out());
  }
  if (rows == 0)
    throw data_error("no row could be scored", options.file, "rows with the columns of the model's schema");
  return 0;
}

}  // namespace actlab

#include "datasets/clicks/score.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include "datasets/clicks/encoder.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// Rows to be filled one by one; targets stay undefined.
struct GrowingRows {
  explicit GrowingRows(const ClickEncoder& e) : encoder(e) {}

  void add(const Event& event) {
    const size_t columns = static_cast<size_t>(encoder.columns()),
                 count = static_cast<size_t>(encoder.numbers());
    tokens.resize(tokens.size() + columns);
    numbers.resize(numbers.size() + count);
    encoder.encode(event, tokens.data() + tokens.size() - columns, numbers.data() + numbers.size() - count);
    ++rows;
  }
  ClickRows finish() const {
    return {torch::tensor(tokens, torch::kInt).view({rows, encoder.columns()}),
            torch::tensor(numbers, torch::kFloat).view({rows, encoder.numbers()}),
            {}};
  }

  const ClickEncoder& encoder;
  std::vector<int32_t> tokens;
  std::vector<float> numbers;
  long rows = 0;
};

/// The column that a field is read from; a history has one of its name.
const std::string& column_of(const ClickField& field) {
  return field.column.empty() ? field.name : field.column;
}

void check_columns(const ClickSchema& schema, const ClickValues& values, size_t row) {
  std::vector<std::string> known{schema.label, schema.user, schema.item,
                                 schema.title, schema.time, schema.split};
  for (const auto& field : schema.fields) known.push_back(column_of(field));
  for (const auto& [column, value] : values) {
    if (std::count(known.begin(), known.end(), column) > 0) continue;
    const std::string close = nearest(column, known);
    throw data_error("a row has a column that the model's schema does not know",
                     fmt::format("'{}' in row {}", column, row + 1), "",
                     close.empty() ? "leave it out" : fmt::format("did you mean '{}'?", close));
  }
}

/// Where a table of one's own is separated otherwise than the training data was, or has a header where that
/// had none: the first line, cut at some sign, names every column that is needed.
void recognise_header(const fs::path& file, ClickSchema& schema) {
  for (const char* separator : {",", "\t", ";"}) {
    RecordReader reader(file, separator, Quotes::rfc4180);
    Record first;
    if (!reader.next(first)) return;
    const auto named = [&](const ClickField& field) {
      const bool needed = field.kind != ClickKind::history && field.derive == Derive::value;
      return !needed || std::count(first.fields.begin(), first.fields.end(), field.column) > 0;
    };
    if (!std::all_of(schema.fields.begin(), schema.fields.end(), named)) continue;
    schema.separator = separator;
    schema.quotes = Quotes::rfc4180;
    schema.columns.clear();
    return;
  }
}

}  // namespace

ClickRows encode_events(const nlohmann::json& facts, const std::vector<ClickValues>& events) {
  const ClickEncoder encoder(facts);
  const ClickSchema& schema = encoder.schema();
  GrowingRows rows(encoder);
  for (size_t row = 0; row < events.size(); ++row) {
    check_columns(schema, events[row], row);
    Event event;
    for (const auto& field : schema.fields) {
      const auto found = events[row].find(column_of(field));
      std::string reason;
      const auto text = found == events[row].end() ? std::string_view() : std::string_view(found->second);
      if (!add_field(schema, text, event, reason))
        throw data_error("a row cannot be read", fmt::format("row {}: {}", row + 1, reason), "", "repair it");
    }
    rows.add(event);
  }
  return rows.finish();
}

struct ClickTable::State {
  ClickEncoder encoder;
  EventSource source;
  EventReader reader;

  State(const nlohmann::json& facts, const fs::path& file)
      : encoder(facts),
        source(table(encoder.schema(), file)),
        reader(source, EventReader::Needs::fields, 0) {}

  static EventSource table(ClickSchema schema, const fs::path& file) {
    recognise_header(file, schema);
    return {file.filename().string(), std::move(schema), {{file}}};
  }
};

ClickTable::ClickTable(const nlohmann::json& facts, const fs::path& file)
    : state_(std::make_unique<State>(facts, file)) {}

ClickTable::~ClickTable() = default;

ClickTable::Batch ClickTable::next(long largest) {
  GrowingRows rows(state_->encoder);
  Batch batch;
  for (Event event; rows.rows < largest && state_->reader.next(event);) {
    rows.add(event);
    batch.lines.push_back(event.line);
  }
  batch.rows = rows.finish();
  return batch;
}

long ClickTable::left_out() const { return state_->reader.damaged().count; }

const std::string& ClickTable::first_left_out() const { return state_->reader.damaged().first; }

}  // namespace actlab

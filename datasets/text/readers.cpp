#include "datasets/text/readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "datasets/delimited.h"
#include "datasets/encoding.h"
#include "datasets/files.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

void note_encoding(const fs::path& file, const std::string& encoding, const TextFormat& format,
                   std::vector<std::string>& notes) {
  if (!format.encoding.empty() || encoding == "UTF-8") return;
  notes.push_back(fmt::format("{} read as {}", file.filename().string(), encoding));
}

LabelledTexts labelled_texts(Table table, const TextFormat& format) {
  const size_t text = find_column(table, "text column", format.text_column);
  const size_t label = find_column(table, "label column", format.label_column);
  LabelledTexts texts;
  texts.reserve(table.rows.size());
  for (auto& row : table.rows) {
    texts.push_back({std::move(row.fields[text]), std::move(row.fields[label])});
  }
  return texts;
}

/// Reads a table; `format` names both columns afterwards.
LabelledTexts read_labelled(const fs::path& file, TextFormat& format, std::vector<std::string>& notes) {
  Table table = read_table(file, format);
  note_encoding(file, table.encoding, format, notes);
  format = resolve_columns(table, format);
  return labelled_texts(std::move(table), format);
}

/// Publishers write 0 and 1.
void name_polarity(TextFiles& files) {
  files.class_names = {"negative", "positive"};
  for (auto* part : {&files.train, &files.validation, &files.test}) {
    for (auto& text : *part)
      text.label = text.label == "0" ? "negative" : text.label == "1" ? "positive" : text.label;
  }
}

/// Sentence polarity of Pang & Lee 2005: one snippet a line.
TextFiles read_rt_polarity(const fs::path& folder, const TextFormat& format) {
  TextFiles files;
  files.class_names = {"negative", "positive"};
  // The dashes and quotes of CP-1252 tell nobody's detector what they are.
  const std::string encoding = format.encoding.empty() ? "CP1252" : format.encoding;
  for (const bool positive : {false, true}) {
    const fs::path file = find_file(folder, positive ? "rt-polarity.pos" : "rt-polarity.neg");
    const std::string text = read_text(file, encoding).text;
    long number = 0;
    for (size_t position = 0; position < text.size();) {
      const std::string_view line = next_line(text, position);
      check_length(line, file, ++number);
      files.train.push_back({std::string(line), files.class_names[positive ? 1 : 0]});
    }
  }
  return files;
}

/// UCI's three files (Kotzias et al. 2015), as many as there are: sentence, tab, 0 or 1.
TextFiles read_labelled_sentences(const fs::path& folder, TextFormat format) {
  TextFiles files;
  std::vector<std::string> missing;
  format.text_column = "1";
  format.label_column = "2";
  for (const std::string name : {"amazon_cells_labelled.txt", "imdb_labelled.txt", "yelp_labelled.txt"}) {
    const fs::path file = find_file(folder, name);
    if (file.empty()) {
      missing.push_back(name);
      continue;
    }
    auto texts = read_labelled(file, format, files.notes);
    std::move(texts.begin(), texts.end(), std::back_inserter(files.train));
  }
  if (!missing.empty()) files.notes.push_back("part: without " + join(missing));
  name_polarity(files);
  return files;
}

/// A table called `stem` in a folder, in any format; empty when there is none.
fs::path find_table(const fs::path& folder, const std::vector<std::string>& stems) {
  for (const auto& stem : stems) {
    for (const char* ending : {".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json"}) {
      if (const fs::path file = find_file(folder, stem + ending); !file.empty()) return file;
    }
  }
  return {};
}

/// train, and where they stand, dev or validation, and test. A test file without labels (GLUE's) is not used:
/// the validation data takes its place.
TextFiles read_table_folder(const fs::path& folder, TextFormat format) {
  TextFiles files;
  files.train = read_labelled(find_table(folder, {"train"}), format, files.notes);
  const fs::path validation = find_table(folder, {"dev", "validation", "valid", "val"});
  const fs::path test = find_table(folder, {"test"});
  if (!validation.empty()) files.validation = read_labelled(validation, format, files.notes);
  if (!test.empty()) {
    Table table = read_table(test, format);
    const auto& columns = table.columns;
    if (std::find(columns.begin(), columns.end(), format.label_column) != columns.end()) {
      files.test = labelled_texts(std::move(table), format);
    } else {
      files.notes.push_back(test.filename().string() + " has no labels");
    }
  }
  if (files.test.empty() && !files.validation.empty()) {
    files.test = std::move(files.validation);
    files.validation.clear();
    files.notes.push_back(fmt::format("{} is the test data, validation data comes from {}",
                                      validation.filename().string(), "the training data"));
  }
  for (const char* known : {"sst2-glue", "sst2-sentences", "SST-2"}) {
    if (folder_name(folder) == known) name_polarity(files);
  }
  return files;
}

/// Without the folder and the ending, also of "reviews.csv.gz" and "reviews.tar.gz".
std::string plain_name(const fs::path& file) {
  return (file.extension() == ".gz" ? file.stem() : file).stem().string();
}

bool is_archive(const fs::path& file) {
  const std::string name = file.filename().string();
  const auto ends_with = [&](const std::string& end) {
    return name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
  };
  return ends_with(".zip") || ends_with(".tar.gz") || ends_with(".tgz") || ends_with(".tar");
}

TextFiles read_table_file(const fs::path& file, TextFormat format) {
  TextFiles files;
  files.train = read_labelled(file, format, files.notes);
  const std::string name = plain_name(file);
  if (name == "waimai_10k" || name == "online_shopping_10_cats") name_polarity(files);
  return files;
}

using Found = std::optional<TextFiles>;
constexpr int deepest = 3;  // folders in folders and archives

Found read_below(const fs::path& path, const TextFormat& format, int depth);

Found read_folder(const fs::path& folder, const TextFormat& format, int depth) {
  const auto has = [&](const char* name) { return !find_file(folder, name).empty(); };
  if (has("rt-polarity.pos") && has("rt-polarity.neg")) return read_rt_polarity(folder, format);
  if (has("train.txt") && has("dev.txt") && has("test.txt")) return read_trees(folder, format);
  if (has("amazon_cells_labelled.txt") || has("imdb_labelled.txt") || has("yelp_labelled.txt"))
    return read_labelled_sentences(folder, format);
  if (!find_table(folder, {"train"}).empty()) return read_table_folder(folder, format);
  for (const char* table : {"waimai_10k.csv", "online_shopping_10_cats.csv"}) {
    if (has(table)) return read_table_file(find_file(folder, table), format);
  }
  const auto folders = data_folders(folder);
  if (folders.size() > 1) return read_class_folders(folder, format);
  if (folders.size() == 1) {
    if (Found inner = read_below(folders[0], format, depth + 1)) return inner;
  }
  for (const auto& entry : list_folder(folder)) {
    if (is_archive(entry)) return read_below(entry, format, depth + 1);
  }
  return {};
}

Found read_below(const fs::path& path, const TextFormat& format, int depth) {
  if (depth > deepest) return {};
  if (fs::is_directory(path)) return read_folder(path, format, depth);
  if (is_archive(path)) return read_below(unpacked_folder(path), format, depth);
  return read_table_file(path, format);
}

}  // namespace

Found read_text_files(const fs::path& path, const TextFormat& format) {
  Found files = read_below(path, format, 0);
  if (files) files->name = fs::is_directory(path) ? folder_name(path) : plain_name(path);
  return files;
}

std::vector<TextRow> read_texts(const fs::path& file, const TextFormat& format) {
  std::vector<TextRow> texts;
  if (has_table_name(file)) {
    Table table = read_table(file, format);
    const size_t column = find_column(table, "text column", resolve_text_column(table, format));
    for (auto& row : table.rows) texts.push_back({std::move(row.fields[column]), row.line});
    return texts;
  }
  const std::string text = read_text(file, format.encoding).text;
  for (size_t position = 0; position < text.size();) {
    const auto line = next_line(text, position);
    texts.push_back({std::string(line), static_cast<long>(texts.size()) + 1});
    check_length(line, file, texts.back().line);
  }
  if (texts.empty()) {
    throw data_error("a file of texts is empty", file.string(), "one text a line, CSV, TSV or JSON lines",
                     "check the path");
  }
  return texts;
}

}  // namespace actlab

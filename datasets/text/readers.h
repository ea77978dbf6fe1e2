#pragma once

// What the readers of this folder hand to load_texts().

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "datasets/text/texts.h"

namespace actlab {

struct LabelledText {
  std::string text, label;  // as the file has them
};
using LabelledTexts = std::vector<LabelledText>;

/// What a reader finds, before texts are divided and classes numbered.
struct TextFiles {
  std::string name;
  std::vector<std::string> notes;
  LabelledTexts train, validation;
  LabelledTexts test;                    // empty where the publisher gives no split
  std::vector<std::string> class_names;  // in the publisher's order; empty: the labels in `train`, sorted
};

/// A table in memory. All fields are text; a JSON value is its text, null and a missing key are "".
struct Table {
  struct Row {
    std::vector<std::string> fields;  // as many as `columns`
    long line;                        // in the file, from 1
  };
  std::filesystem::path file;
  std::string encoding;
  std::vector<std::string> columns;  // names of the header, or "1", "2", … without one
  std::vector<Row> rows;
};

/// Whether a file's name says that it is a table: .csv, .tsv, .tab, .json, .jsonl or .ndjson, also with .gz.
bool has_table_name(const std::filesystem::path& file);

/// Reads CSV (separated by comma, semicolon or tab), TSV or JSON lines (their keys are those of the first
/// line). The first row is a header when `format` names a column, else unless it holds a number or a field
/// that occurs again in its column. Quotes in TSV that do not fit RFC 4180 mean themselves. Throws a data
/// error with file and line for damaged files.
Table read_table(const std::filesystem::path& file, const TextFormat& format);

/// `format` with the names of both columns. Where it names none: a column called text, sentence, review, …
/// or label, sentiment, class, …; of two columns also the other one, or the longer one
/// as the text unless it has fewer different values. Throws a usage error that lists the columns when that
/// leaves a choice.
TextFormat resolve_columns(const Table& table, TextFormat format);

/// The same for the text alone.
std::string resolve_text_column(const Table& table, const TextFormat& format);

/// The index of a column by its name or its number from 1. Throws a usage error with the nearest name.
size_t find_column(const Table& table, const std::string& kind, const std::string& name);

/// Texts of a table, of an archive, or of a folder by what it holds (see docs/add-a-data-set.md); an archive
/// in it, or its only sub-folder, is read in its place. Nothing when a folder holds nothing of that kind.
std::optional<TextFiles> read_text_files(const std::filesystem::path& path, const TextFormat& format);

/// Sentiment trees of Socher et al. 2013 (train.txt, dev.txt, test.txt: one bracketed tree a line): the words
/// of each whole sentence and the label of its root.
TextFiles read_trees(const std::filesystem::path& folder, const TextFormat& format);

/// One sub-folder of .txt files a class, or train/ and test/ with such sub-folders, as IMDB has them: its
/// `unsup` is no class, and classes called neg and pos are negative and positive.
TextFiles read_class_folders(const std::filesystem::path& folder, const TextFormat& format);

/// Sub-folders of a folder that can hold data.
std::vector<std::filesystem::path> data_folders(const std::filesystem::path& folder);

/// Drops texts without content or label, divides where the files do not (by a hash of each text, so copies
/// never stand on both sides), numbers the classes and takes the parts that the limits of `request` leave.
/// Everything left out is counted in the note. Throws a data error for less than two classes in the training
/// data or no test data, and a usage error for a fold of files that are divided already.
TextSet make_text_set(TextFiles files, const TextRequest& request);

}  // namespace actlab

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/text/text_set.h"

namespace actlab {

/// How a table of texts is read: CSV, TSV or JSON lines, by its name and its first lines.
struct TextFormat {
  std::string text_column;   // name, or number from 1; empty: the only candidate, or an error that names them
  std::string label_column;  // likewise
  std::string encoding;      // a name that iconv knows; empty: recognised
};

/// What the user asked for.
struct TextRequest {
  std::string dataset = "reviews";  // reviews, reviews-zh, a catalogue name, or a path to a file or folder
  std::filesystem::path
      data_directory;    // where catalogue sets stand in folders of their names; empty: the default
  long train_limit = 0;  // first N training texts in a fixed shuffled order; 0 = all
  long test_limit = 0;
  TextFormat format;
  long fold = -1;  // 0..9: this tenth is the test data (10-fold cross validation)
  std::vector<std::string>
      class_names;      // not empty: these classes in this order, as a trained model knows them
  bool unseen = false;  // by that model: without a fold, data that is not divided is test data as a whole
};

/// Loads any text set. Throws a usage error for an unknown name (with the nearest) and a data error for
/// missing or damaged files; both say what to do. What is left out is counted in the note.
TextSet load_texts(const TextRequest& request);

/// One text to classify, with what the file says about it.
struct TextRow {
  std::string text;
  long line;  // in the file, from 1
};

/// The texts of a file to classify: CSV, TSV, JSON lines, or plain text with one a line. Labels are not
/// needed.
std::vector<TextRow> read_texts(const std::filesystem::path& file, const TextFormat& format);

/// The embedded generator; see reviews.cpp. Text i of either split depends on language, seed and i alone.
/// `language`: "en" or "zh" (Traditional Chinese).
TextSet make_reviews(const std::string& language, long train, long test, long seed);

}  // namespace actlab

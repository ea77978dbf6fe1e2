#pragma once

#include <torch/torch.h>

#include "datasets/text/texts.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {

/// Tests that write small files and load them.
class Texts : public Folder {
 protected:
  TextSet load(const std::string& dataset, const TextFormat& format = {}) {
    request_.dataset = fs::exists(folder_ / dataset) ? (folder_ / dataset).string() : dataset;
    request_.data_directory = folder_;
    request_.format = format;
    return load_texts(request_);
  }
  /// A file of that name; data errors of reading it.
  template <typename Content>
  std::string failure(const std::string& name, const Content& content, const TextFormat& format = {}) {
    write(folder_ / name, content);
    return data_message([&] { load(name, format); });
  }

  TextRequest request_;
};

inline std::vector<int64_t> labels(const TextSplit& split) {
  return {split.labels.data_ptr<int64_t>(), split.labels.data_ptr<int64_t>() + split.labels.numel()};
}

/// Rows `text 0<separator>good`, `text 1<separator>bad`, … with a line end each.
inline std::string rows(int count, const std::string& separator = ",") {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "text " + std::to_string(i) + separator + (i % 2 == 0 ? "good" : "bad") + "\n";
  }
  return text;
}

}  // namespace actlab::test

#pragma once

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "datasets/clicks/clicks.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Tables of one's own in a folder of their own.
class ClickTables : public Folder {
 protected:
  fs::path write_table(const std::string& text, const std::string& name = "events.csv") {
    write(folder_ / name, text);
    return folder_ / name;
  }
  /// Loads a table with a schema, as TOML.
  ClickSet load(const std::string& text, const std::string& schema) {
    request_.dataset = write_table(text).string();
    request_.schema = folder_ / "schema.toml";
    write(request_.schema, schema);
    return load_clicks(request_);
  }
  std::string refusal(const std::string& text, const std::string& schema) {
    return data_message([&] { load(text, schema); });
  }

  ClickRequest request_;
};

inline std::vector<int32_t> row(const at::Tensor& tensor, long i) {
  const auto one = tensor[i].contiguous();
  return {one.data_ptr<int32_t>(), one.data_ptr<int32_t>() + one.numel()};
}

/// The token of a value, as the facts number them.
inline int32_t token(const nlohmann::json& facts, size_t field, const std::string& value) {
  const auto& values = facts.at("encoder").at("values");
  int32_t first = 1;
  for (size_t i = 0; i < field; ++i) {
    if (facts.at("input").at("fields")[i].at("kind") != "history")
      first += 1 + static_cast<int32_t>(values[i].size());
  }
  for (size_t i = 0; i < values[field].size(); ++i) {
    if (values[field][i] == value) return first + 1 + static_cast<int32_t>(i);
  }
  return first;
}

}  // namespace actlab::test

#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace actlab {

/// A JSON object that many records have alike: a copy costs a pointer, and whoever changes one gets his own.
class SharedJson {
 public:
  SharedJson() : value_(nothing()) {}
  SharedJson(nlohmann::json value) : value_(std::make_shared<nlohmann::json>(std::move(value))) {}
  SharedJson(nlohmann::json::initializer_list_t entries) : SharedJson(nlohmann::json(entries)) {}

  const nlohmann::json& operator*() const { return *value_; }
  const nlohmann::json* operator->() const { return value_.get(); }
  const nlohmann::json& operator[](const std::string& key) const { return value_->at(key); }
  nlohmann::json& operator[](const std::string& key) {
    if (value_.use_count() > 1) value_ = std::make_shared<nlohmann::json>(*value_);
    return (*value_)[key];
  }

  friend void to_json(nlohmann::json& json, const SharedJson& shared) { json = *shared; }

 private:
  /// An empty object, one for all that have nothing else.
  static const std::shared_ptr<nlohmann::json>& nothing() {
    static const auto object = std::make_shared<nlohmann::json>(nlohmann::json::object());
    return object;
  }

  std::shared_ptr<nlohmann::json> value_;
};

}  // namespace actlab

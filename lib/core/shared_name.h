#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace actlab {

/// A text that occurs over and over, like the names of sites and metrics in a hundred thousand records. Equal
/// ones share one place, which lasts as long as the program; a copy costs a pointer.
class SharedName {
 public:
  SharedName() : SharedName("") {}
  // Implicit, so that it can stand wherever a text did.
  SharedName(std::string_view text);
  SharedName(const std::string& text) : SharedName(std::string_view(text)) {}
  SharedName(const char* text) : SharedName(std::string_view(text)) {}

  operator const std::string&() const { return *text_; }
  const std::string& text() const { return *text_; }

  friend bool operator==(SharedName a, SharedName b) { return a.text_ == b.text_; }
  friend bool operator!=(SharedName a, SharedName b) { return a.text_ != b.text_; }
  friend std::ostream& operator<<(std::ostream& stream, SharedName name) { return stream << *name.text_; }

 private:
  const std::string* text_;
};

}  // namespace actlab

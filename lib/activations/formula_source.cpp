#include "lib/activations/formula_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <set>

namespace actlab {
namespace {

constexpr size_t longest_formula = 1000;
constexpr size_t deepest_formula = 100;  // parentheses inside each other: the compiler recurses

const std::map<std::string, std::string>& known_numbers() {
  static const std::map<std::string, std::string> numbers = {{"pi", "3.141592653589793"},
                                                             {"e", "2.718281828459045"}};
  return numbers;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_word(char c) { return starts_word(c) || is_digit(c); }

const FormulaFunction* find_function(const std::string& name) {
  for (const auto& function : formula_functions()) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const auto& function : formula_functions()) names.push_back(function.name);
  return names;
}

/// Throws unless these can be names of constants. (They may be words of Python, as lambda: the script has a
/// '_' behind each.)
void check_constants(const std::vector<std::string>& constants) {
  for (const auto& name : constants) {
    const bool word = name.front() != '_' && starts_word(name.front()) &&
                      std::all_of(name.begin(), name.end(), continues_word);
    if (!word) {
      throw usage_error("a learned constant has no proper name", "'" + name + "'",
                        "a letter, then letters, digits and _");
    }
    if (name == "x" || known_numbers().count(name) > 0 || find_function(name) != nullptr) {
      throw usage_error("the name of a learned constant is taken", "'" + name + "'",
                        "any name but x, pi, e and those of the functions");
    }
  }
}

/// Goes through a formula once. An expression is operands with an operator between each two; what opens
/// inside is kept on a stack.
class Scanner {
 public:
  Scanner(const std::string& formula, const std::vector<std::string>& constants)
      : formula_(formula), constants_(constants), known_(constants.begin(), constants.end()) {
    known_.insert({"x", "pi", "e"});
  }

  FormulaSource scan() {
    if (formula_.size() > longest_formula) {
      throw usage_error("a formula is too long", fmt::format("{} characters", formula_.size()),
                        fmt::format("at most {}", longest_formula));
    }
    begin();
    for (skip_blanks(); place_ < formula_.size(); skip_blanks()) {
      if (operand_next_) {
        read_operand();
      } else {
        read_operator();
      }
    }
    finish();
    return {formula_, std::move(script_), std::move(places_)};
  }

 private:
  /// An open parenthesis.
  struct Level {
    const FormulaFunction* function;  // whose arguments it holds, if any
    size_t place;
    size_t arguments = 1;
    bool compares = false;  // the current argument has a comparison already
  };

  [[noreturn]] void fail(size_t place, const std::string& what, const std::string& allowed = {},
                         const std::string& remedy = {}) const {
    throw formula_error(what, formula_, place, allowed, remedy);
  }

  char sign() const { return place_ < formula_.size() ? formula_[place_] : '\0'; }
  void skip_blanks() {
    while (sign() == ' ') ++place_;
  }

  /// Adds to the script what stands for the formula at `place`. The blank keeps signs apart that TorchScript
  /// would read as one.
  void emit(const std::string& text, size_t place) {
    script_ += text + " ";
    places_.resize(script_.size(), place);
  }

  void begin() {
    emit("def f(x", 0);
    for (const auto& name : constants_) emit(", " + name + "_", 0);
    emit("):\n  return (", 0);
    open(nullptr, 0);
  }

  void open(const FormulaFunction* function, size_t place) {
    if (levels_.size() > deepest_formula) {
      fail(place, "too many parentheses inside each other", fmt::format("at most {}", deepest_formula));
    }
    levels_.push_back({function, place});
    operand_next_ = true;
  }

  void read_operand() {
    const size_t start = place_;
    if (is_digit(sign()) || (sign() == '.' && start + 1 < formula_.size() && is_digit(formula_[start + 1]))) {
      read_number();
    } else if (starts_word(sign())) {
      read_word();
    } else if (sign() == '(') {
      emit("(", place_++);
      open(nullptr, start);
    } else if (sign() == '+') {
      ++place_;  // TorchScript has no such sign before an operand
    } else if (sign() == '-') {
      emit("-", place_++);
    } else {
      refuse_sign("a number, x, a function or a parenthesis is missing here");
    }
  }

  /// Whole numbers become real ones, so that no arithmetic of whole numbers (with its overflow and its
  /// division by zero) can happen.
  void read_number() {
    const char* start = formula_.data() + place_;
    double value = 0;
    const auto [stop, error] = std::from_chars(start, formula_.data() + formula_.size(), value);
    if (error != std::errc()) fail(place_, "a number does not fit into 64 bits", "up to 1e308");
    std::string text(start, stop);
    if (text.find_first_of(".eE") == std::string::npos) text += ".0";
    emit(text, place_);
    place_ += static_cast<size_t>(stop - start);
    operand_next_ = false;
  }

  void read_word() {
    const size_t start = place_;
    while (continues_word(sign())) ++place_;
    const auto word = formula_.substr(start, place_ - start);
    skip_blanks();
    if (const auto* function = find_function(word)) {
      if (sign() != '(') fail(start, fmt::format("'{}' is a function", word), word + "(…)");
      emit("_" + word + "(", start);
      ++place_;
      return open(function, start);
    }
    if (known_.count(word) == 0) refuse_word(start, word, sign() == '(');
    const auto number = known_numbers().find(word);
    const bool fixed = number != known_numbers().end();
    emit(fixed ? number->second : word == "x" ? word : word + "_", start);
    used_.insert(word);
    operand_next_ = false;
  }

  [[noreturn]] void refuse_word(size_t start, const std::string& word, bool called) const {
    auto names = function_names();
    if (!called) names.insert(names.begin(), known_.begin(), known_.end());
    const auto close = nearest(word, names);
    auto remedy = close.empty() ? "" : fmt::format("did you mean '{}'?", close);
    if (!called && word.front() != '_') {
      remedy += fmt::format("{};{}=1 behind the formula makes it a constant that is learned from 1 on",
                            remedy.empty() ? "" : " Or: ", word);
    }
    fail(start, fmt::format("unknown {} '{}'", called ? "function" : "name", word), join(names), remedy);
  }

  void read_operator() {
    static const std::vector<std::string> operators = {"**", "<=", ">=", "==", "!=", "+",
                                                       "-",  "*",  "/",  "%",  "<",  ">"};
    if (sign() == ')') return close();
    if (sign() == ',') return next_argument();
    const auto found = std::find_if(operators.begin(), operators.end(), [this](const std::string& text) {
      return formula_.compare(place_, text.size(), text) == 0;
    });
    if (found == operators.end()) refuse_sign("an operator is missing here");
    if (found->find_first_of("<>=!") != std::string::npos) {
      if (levels_.back().compares) {
        fail(place_, "a comparison of a comparison", "two values", "(x > 0) * (x < 1) is 'and'");
      }
      levels_.back().compares = true;
    }
    emit(*found, place_);
    place_ += found->size();
    operand_next_ = true;
  }

  void close() {
    const auto level = levels_.back();
    if (levels_.size() == 1) fail(place_, "this parenthesis was never opened");
    if (level.function != nullptr && level.arguments != level.function->arguments) {
      fail(level.place, fmt::format("'{}' has {} arguments here", level.function->name, level.arguments),
           fmt::format("{}", level.function->arguments));
    }
    levels_.pop_back();
    emit(")", place_++);
  }

  void next_argument() {
    auto& level = levels_.back();
    if (level.function == nullptr) {
      fail(place_, "a comma parts the arguments of a function only", "",
           "write . in numbers; a semicolon before constants: expr:FORMULA;beta=1");
    }
    ++level.arguments;
    level.compares = false;
    emit(",", place_++);
    operand_next_ = true;
  }

  [[noreturn]] void refuse_sign(const std::string& missing) const {
    static const std::string signs = "+-*/%()<>,=!";
    const bool known = signs.find(sign()) != std::string::npos || continues_word(sign());
    if (sign() == '=' || sign() == '!') fail(place_, "this is no comparison", "< <= > >= == !=");
    fail(place_, known ? missing : "this sign has no place in a formula",
         "numbers, x, constants, functions and + - * / % ** < <= > >= == != ( ) ,");
  }

  void finish() {
    if (operand_next_) fail(place_, "the formula ends where a value is missing");
    if (levels_.size() > 1) fail(levels_.back().place, "a parenthesis is never closed");
    emit(")\n", place_);
    if (used_.count("x") == 0) throw usage_error("the formula does not depend on x", "'" + formula_ + "'");
    for (const auto& name : constants_) {
      if (used_.count(name) > 0) continue;
      std::vector<std::string> possible = {"shared", "frozen"};
      std::copy_if(constants_.begin(), constants_.end(), std::back_inserter(possible),
                   [this](const std::string& other) { return used_.count(other) > 0; });
      throw unknown_name("constant or argument of the formula " + formula_, name, possible);
    }
  }

  const std::string& formula_;
  const std::vector<std::string>& constants_;
  std::set<std::string> known_;  // names that stand for a value
  size_t place_ = 0;
  bool operand_next_ = true;
  std::vector<Level> levels_;
  std::set<std::string> used_;
  std::string script_;
  std::vector<size_t> places_;
};

}  // namespace

const std::vector<FormulaFunction>& formula_functions() {
  static const auto functions = [] {
    std::vector<FormulaFunction> list;
    for (const auto* name : {"exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos",
                             "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc"}) {
      list.push_back({name, name, 1, /*numbers=*/true});
    }
    for (const auto* name : {"log2", "rsqrt", "square", "reciprocal", "abs", "sign", "sigmoid", "softplus",
                             "relu", "silu", "gelu", "elu", "mish"}) {
      list.push_back({name, name});
    }
    // clang-format off
    list.insert(list.end(), {{"arctan", "atan", 1, /*numbers=*/true}, {"pow", "pow", 2, /*numbers=*/true},
                             {"minimum", "minimum", 2}, {"min", "minimum", 2}, {"maximum", "maximum", 2},
                             {"max", "maximum", 2}, {"clamp", "clamp", 3}, {"where", "where", 3}});
    // clang-format on
    return list;
  }();
  return functions;
}

FormulaSource translate_formula(const std::string& formula, const std::vector<std::string>& constants) {
  check_constants(constants);
  return Scanner(formula, constants).scan();
}

Error formula_error(const std::string& what, const std::string& formula, size_t place,
                    const std::string& allowed, const std::string& remedy) {
  auto line = formula;
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return usage_error(fmt::format("{}\n    {}\n    {:>{}}", what, line, "^", place + 1), {}, allowed, remedy);
}

}  // namespace actlab

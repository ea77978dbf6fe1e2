#pragma once

#include <string>
#include <vector>

#include "lib/core/error.h"

namespace actlab {

/// A function that formulas may call. All work element by element.
struct FormulaFunction {
  std::string name;
  std::string operation;  // of LibTorch, without its `aten::`
  size_t arguments = 1;
  bool numbers = false;  // LibTorch has it for plain numbers too: a part like sqrt(2 / pi) is one number
};
const std::vector<FormulaFunction>& formula_functions();

/// A formula that holds nothing but arithmetic, in TorchScript's words.
struct FormulaSource {
  std::string formula;
  std::string script;          // a function f of x and the constants; functions start with '_'
  std::vector<size_t> places;  // for each character of `script`, its place in `formula`
};

/// Checks a formula sign by sign and translates it. Only numbers, x, pi, e, the constants, calls of
/// formula_functions(), + - * / % **, comparisons and parentheses get through, whatever else TorchScript
/// could do. Throws a usage error that shows the place.
FormulaSource translate_formula(const std::string& formula, const std::vector<std::string>& constants);

/// A usage error with the formula on a line of its own and a caret below `place`.
Error formula_error(const std::string& what, const std::string& formula, size_t place,
                    const std::string& allowed = {}, const std::string& remedy = {});

}  // namespace actlab

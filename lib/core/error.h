#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace actlab {

/// Exit codes of every program; the command line's contract.
enum class ExitCode { done = 0, run_failed = 1, usage = 2, data = 3, expectation = 4, interrupted = 130 };

/// The one exception type of the suite. Only `main` catches it.
/// A message has four parts: what is wrong, what was given, what is allowed, what to do.
class Error : public std::runtime_error {
 public:
  /// Any of `given`, `allowed`, `remedy` may be empty and is then left out of what().
  Error(ExitCode code, std::string what, std::string given = {}, std::string allowed = {},
        std::string remedy = {});

  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// A mistake on the command line or in a configuration (exit code 2).
Error usage_error(std::string what, std::string given = {}, std::string allowed = {},
                  std::string remedy = {});

/// Data, a checkpoint or a record that is missing or damaged (exit code 3). `given` names file and place.
Error data_error(std::string what, std::string given = {}, std::string allowed = {}, std::string remedy = {});

/// The candidate with the smallest edit distance (Levenshtein 1966) to `given`; empty without a close one
/// (more than half of the characters wrong).
std::string nearest(const std::string& given, const std::vector<std::string>& candidates);

/// An error for a name that is not in a list: says what was given, what is allowed and the nearest name.
Error unknown_name(const std::string& kind, const std::string& given,
                   const std::vector<std::string>& allowed);

/// "a, b, c"
std::string join(const std::vector<std::string>& parts, const std::string& separator = ", ");

}  // namespace actlab

#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "apps/reproduce/study_page.h"

namespace actlab {

/// Where a report goes and in which format: flags of `run` and `report` alike.
struct Delivery {
  std::string format = "table", html, language = "en", pictures = "svg";
  std::string file;  // instead of standard output

  void add_to(CLI::App& command);
  /// Throws a usage error for a format or language that there is not: before hours of training.
  void check() const;
  /// A study's report; for one with claims, the report of the claims.
  void deliver(const Study& study, Size size, const std::filesystem::path& output) const;
  void deliver(const StudyReport& report) const;

 private:
  void deliver_claims(const Study& study, Size size, const std::filesystem::path& output) const;
};

/// Where a study with claims keeps its measurements.
std::filesystem::path measured_folder(const std::filesystem::path& output);

}  // namespace actlab

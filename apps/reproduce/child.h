#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace actlab {

/// The folder of this program, where the domain programs stand too.
std::filesystem::path program_folder();

/// Whether a program of that name is on the PATH.
bool is_installed(const std::string& program);

/// Runs a program to its end and returns its exit code, 128 + signal when one ended it. What it prints on
/// standard output is dropped unless `show_output`. An interrupt of this process is passed on, once each
/// time (count_interrupts() must have been called). Throws a data error when the program is missing.
int run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
              bool show_output);

}  // namespace actlab

#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace actlab {

/// How much of a study is run: on embedded data in minutes, or on the data that it is about.
enum class Size { smoke, full };

/// "smoke" or "full"
const char* to_string(Size size);

/// One call of a domain program's `compare`.
struct CompareCall {
  std::string name;      // of its output folder within the study's
  std::string program;   // e.g. image_classification
  std::string needs;     // a program of the system without which it is skipped; empty: none
  std::string baseline;  // canonical, of its flags; empty: the usual one
  std::vector<std::string> flags;
};

/// One activation beside another, in some comparisons of a study.
struct Pairing {
  std::string call;   // name of the call, or the beginning of it before a sweep's value; empty: every one
  std::string model;  // of the setting, canonical; empty: every one
  std::string activation, against;
  std::string metric;  // empty: the task's own
  std::string place;   // file and line

  bool is_about(const std::string& call_name) const;
};

/// What a study asks of its records (docs/reproduce.md).
struct Question : Pairing {
  std::string text;
};

/// Something that the records of a study are expected to show (docs/reproduce.md).
struct Expectation : Pairing {
  std::string quantity;               // what is held against the bounds (expectations.h)
  std::optional<double> low, high;    // bounds of the quantity, inclusive
  std::vector<std::string> verdicts;  // words of which one is expected
  std::optional<Size> size;           // of the records that it is about; nothing: either
};

/// What a study file says.
struct Study {
  std::string name, title;
  std::string found;    // what others found, with the source
  std::string differ;   // why the figures may differ from theirs
  bool claims = false;  // the article's claims are examined with these records
  std::filesystem::path file;
  std::map<Size, std::vector<CompareCall>> calls;  // a size that no comparison is described for is missing
  std::vector<Question> questions;
  std::vector<Expectation> expectations;

  /// Throws a usage error when the study has no such size; without a wish, the only size or an error.
  Size size(std::optional<Size> wanted) const;
  /// Where records lie: `wanted`, else results/NAME, for the smaller of two sizes results/NAME-smoke.
  std::filesystem::path output(const std::string& wanted, Size size) const;
};

/// Reads a study file (TOML, docs/reproduce.md). An unknown key, program or activation, a missing key and a
/// value of the wrong kind are usage errors that name file and line.
Study read_study(const std::filesystem::path& file);

/// The folder of study files: `given`, else one beside the programs, else the source tree's.
std::filesystem::path studies_folder(const std::string& given);

/// Every study of a folder by name. Throws a usage error without such a folder.
std::vector<Study> read_studies(const std::filesystem::path& folder);

/// The study of that name; throws a usage error with the nearest name.
Study find_study(const std::filesystem::path& folder, const std::string& name);

/// Whether the folder has a study of that name.
bool has_study(const std::filesystem::path& folder, const std::string& name);

}  // namespace actlab

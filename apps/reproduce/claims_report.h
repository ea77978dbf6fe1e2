#pragma once

#include <string>

#include "apps/reproduce/claims.h"

namespace actlab {

/// What stands in the report of a study's claims besides the claims themselves.
struct ClaimsPage {
  Words title;
  std::vector<Batch> batches;
  std::string command;  // that made the records
};

/// "en" or "zh-Hant"; throws a usage error for another.
Language language_named(const std::string& name);

/// Verdicts alone, for a terminal.
std::string claims_table(const Evidence& evidence, Language language);

/// Every claim with its tests, remarks and pictures. Pictures are written into the folder `pictures` with
/// that ending (svg, png), and `link` is how the page calls that folder; none without a folder.
std::string claims_markdown(const ClaimsPage& page, const Evidence& evidence, Language language,
                            const std::filesystem::path& pictures, const std::string& link,
                            const std::string& ending);

/// The same as one HTML page, with every comparison that it rests on.
std::string claims_html(const ClaimsPage& page, const Evidence& evidence, Language language);

/// Every claim with its standing and tests.
std::string claims_json(const Evidence& evidence, Language language);

}  // namespace actlab

#pragma once

#include <filesystem>
#include <string>

namespace actlab {

/// The contents of a text file.
struct DecodedText {
  std::string text;      // valid UTF-8 without a byte order mark and without NUL
  std::string encoding;  // what the file's bytes were: "UTF-8", or another name that iconv knows
};

/// Bytes of `file` as UTF-8: from `encoding` when it is not empty, else by byte order mark, as UTF-8 where
/// that is valid, else as uchardet recognises. Throws a usage error for an encoding that iconv does not know
/// and a data error with file, byte and line for bytes that do not fit it, for UTF-8 that is damaged in
/// places, and for NUL.
DecodedText decode_text(std::string bytes, const std::filesystem::path& file, const std::string& encoding);

/// decode_text() of a whole file, decompressed when its name ends in .gz.
DecodedText read_text(const std::filesystem::path& file, const std::string& encoding);

}  // namespace actlab

#include "datasets/encoding.h"

#include <fmt/format.h>
#include <iconv.h>
#include <uchardet/uchardet.h>
#include <utf8proc.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "datasets/files.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// `before`: the text up to the place, in any encoding that keeps the line feed's code.
std::string place_in(const fs::path& file, size_t offset, const std::string& before) {
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  return fmt::format("byte {} (line {}) of {}", thousands(static_cast<long>(offset)), line, file.string());
}

/// Where UTF-8 is broken for the first time (npos = nowhere), and how often it is and is not beyond ASCII.
struct Utf8Check {
  size_t first_error = std::string::npos;
  long errors = 0, sequences = 0;
};

Utf8Check check_utf8(const std::string& bytes) {
  Utf8Check check;
  const auto* data = reinterpret_cast<const utf8proc_uint8_t*>(bytes.data());
  for (size_t at = 0; at < bytes.size();) {
    if (data[at] < 0x80) {
      ++at;
      continue;
    }
    utf8proc_int32_t code = 0;
    const auto length = utf8proc_iterate(data + at, static_cast<utf8proc_ssize_t>(bytes.size() - at), &code);
    if (length > 0) {
      ++check.sequences;
      at += static_cast<size_t>(length);
    } else {
      if (check.errors++ == 0) check.first_error = at;
      ++at;
    }
  }
  return check;
}

/// The encoding that a byte order mark announces; empty without one. The longer mark comes first: UTF-32's
/// begins with UTF-16's.
std::string marked_encoding(const std::string& bytes) {
  using namespace std::string_literals;
  const std::pair<std::string, const char*> marks[] = {{"\xff\xfe\0\0"s, "UTF-32LE"},
                                                       {"\0\0\xfe\xff"s, "UTF-32BE"},
                                                       {"\xef\xbb\xbf"s, "UTF-8"},
                                                       {"\xff\xfe"s, "UTF-16LE"},
                                                       {"\xfe\xff"s, "UTF-16BE"}};
  for (const auto& [mark, name] : marks) {
    if (bytes.compare(0, mark.size(), mark) == 0) return name;
  }
  return "";
}

/// The usual detector of browsers; empty when it has no idea.
std::string guessed_encoding(const std::string& bytes) {
  const std::unique_ptr<uchardet, void (*)(uchardet_t)> detector(uchardet_new(), uchardet_delete);
  if (uchardet_handle_data(detector.get(), bytes.data(), bytes.size()) != 0) return "";
  uchardet_data_end(detector.get());
  return uchardet_get_charset(detector.get());
}

iconv_t open_converter(const std::string& encoding) {
  // A slash begins glibc's options, such as //IGNORE, which would drop broken bytes without a word.
  const auto converter = encoding.find('/') == std::string::npos ? iconv_open("UTF-8", encoding.c_str())
                                                                 : reinterpret_cast<iconv_t>(-1);
  if (converter == reinterpret_cast<iconv_t>(-1)) {
    throw usage_error("unknown encoding", "'" + encoding + "'",
                      "a name that iconv knows, such as UTF-8, CP1252, GB18030, BIG5, UTF-16LE",
                      "the list that `iconv -l` prints");
  }
  return converter;
}

std::string convert(const std::string& bytes, const std::string& encoding, const fs::path& file) {
  const std::unique_ptr<void, int (*)(iconv_t)> converter(open_converter(encoding), iconv_close);
  std::string text, piece(1 << 16, '\0');
  auto* in = const_cast<char*>(bytes.data());
  size_t left = bytes.size();
  bool flushing = false;  // encodings with shift states have a last word
  for (;;) {
    char* out = piece.data();
    size_t room = piece.size();
    const size_t status = iconv(converter.get(), flushing ? nullptr : &in, &left, &out, &room);
    text.append(piece.data(), piece.size() - room);
    if (status == static_cast<size_t>(-1) && errno != E2BIG) {
      throw data_error("a file is no valid " + encoding, place_in(file, bytes.size() - left, text),
                       "bytes of that encoding",
                       "name the right one with --encoding NAME, or repair the file");
    }
    if (status == static_cast<size_t>(-1)) continue;
    if (flushing) return text;
    flushing = true;
  }
}

/// The encoding of bytes without a mark. UTF-8 that is broken in a few places is an error: to read it as
/// another encoding would spoil every other character.
std::string recognise(const std::string& bytes, const fs::path& file) {
  const Utf8Check check = check_utf8(bytes);
  if (check.errors == 0) return "UTF-8";
  const std::string guess = check.sequences > check.errors ? "UTF-8" : guessed_encoding(bytes);
  if (!guess.empty() && guess != "UTF-8") return guess;
  throw data_error("the encoding of a file is not recognised: it is no valid UTF-8",
                   place_in(file, check.first_error, bytes.substr(0, check.first_error)),
                   "UTF-8, or an encoding that can be recognised",
                   "name it with --encoding NAME, such as CP1252 or GB18030, or repair the file");
}

}  // namespace

DecodedText decode_text(std::string bytes, const fs::path& file, const std::string& encoding) {
  DecodedText decoded{"", encoding.empty() ? marked_encoding(bytes) : encoding};
  if (decoded.encoding.empty()) {
    decoded.encoding = recognise(bytes, file);
    if (decoded.encoding == "UTF-8") decoded.text = std::move(bytes);  // checked already
  }
  if (decoded.text.empty()) decoded.text = convert(bytes, decoded.encoding, file);
  if (decoded.text.compare(0, 3, "\xef\xbb\xbf") == 0) decoded.text.erase(0, 3);
  if (const size_t nul = decoded.text.find('\0'); nul != std::string::npos) {
    throw data_error("a text file holds a NUL", place_in(file, nul, decoded.text.substr(0, nul)),
                     "text without NUL bytes",
                     "--encoding UTF-16LE (or UTF-16BE) if it was saved as such, or repair the file");
  }
  return decoded;
}

DecodedText read_text(const fs::path& file, const std::string& encoding) {
  const auto bytes = read_maybe_gzip(file);
  return decode_text({bytes.begin(), bytes.end()}, file, encoding);
}

}  // namespace actlab

#include <zlib.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "datasets/files.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

using Bytes = std::vector<uint8_t>;

Bytes read_bytes(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    throw data_error("a file is missing", file.string(), "a readable file", "check the path");
  }
  const auto size = fs::file_size(file, error);
  if (!error && size > static_cast<uintmax_t>(memory_limit)) {
    throw data_error("a file is too large to be read into memory", file.string(),
                     fmt::format("at most {} bytes", thousands(memory_limit)), "check the path");
  }
  Bytes bytes(error ? 0 : size);
  std::ifstream stream(file, std::ios::binary);
  if (error ||
      !stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()))) {
    throw data_error("a file cannot be read", file.string(), "a readable file", "check its permissions");
  }
  return bytes;
}

/// The state of zlib's decoder, released on every way out.
struct Inflater {
  z_stream stream{};
  Inflater() {
    constexpr int largest_window = 15, gzip_only = 16;
    if (inflateInit2(&stream, largest_window + gzip_only) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

Error damaged_gzip(const fs::path& file, const std::string& reason) {
  return data_error("a gzip file is damaged: " + reason, file.string(), "a complete gzip file",
                    "get the file again, or compare its checksum with the publisher's");
}

/// The first guess at the unpacked size is gzip's own (the last four bytes), which a damaged file may lie
/// about.
size_t expected_size(const Bytes& packed) {
  uint32_t stated = 0;
  if (packed.size() >= 4) std::memcpy(&stated, packed.data() + packed.size() - 4, 4);
  constexpr size_t deflate_limit = 1032;  // deflate never packs tighter
  return std::clamp<size_t>(stated, 1 << 12, std::max<size_t>(1 << 12, packed.size() * deflate_limit)) + 1;
}

Bytes gunzip(const Bytes& packed, const fs::path& file) {
  Inflater inflater;
  z_stream& z = inflater.stream;
  Bytes plain(expected_size(packed));
  size_t taken = 0, made = 0;
  for (;;) {
    // zlib counts in 32 bits: both sides are handed over in pieces.
    constexpr size_t piece = size_t{1} << 30;
    const size_t in = std::min(piece, packed.size() - taken), out = std::min(piece, plain.size() - made);
    z.next_in = const_cast<Bytef*>(packed.data()) + taken;
    z.avail_in = static_cast<uInt>(in);
    z.next_out = plain.data() + made;
    z.avail_out = static_cast<uInt>(out);
    const int status = inflate(&z, Z_NO_FLUSH);
    taken += in - z.avail_in;
    made += out - z.avail_out;
    if (status == Z_STREAM_END) {
      if (taken == packed.size()) break;
      inflateReset(&z);  // another member follows; what is none fails with a wrong header
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      throw damaged_gzip(file, z.msg != nullptr ? z.msg : "no valid data");
    } else if (taken == packed.size() && z.avail_out != 0) {
      throw damaged_gzip(
          file, fmt::format("it ends after {} bytes, in the middle", thousands(static_cast<long>(taken))));
    } else if (made == plain.size()) {
      if (made >= static_cast<size_t>(memory_limit))
        throw damaged_gzip(file, "it unpacks to more than 4 GiB");
      plain.resize(std::min(made * 2, static_cast<size_t>(memory_limit)));
    }
  }
  plain.resize(made);
  return plain;
}

}  // namespace

Bytes read_maybe_gzip(const fs::path& file) {
  Bytes bytes = read_bytes(file);
  return file.extension() == ".gz" ? gunzip(bytes, file) : bytes;
}

}  // namespace actlab

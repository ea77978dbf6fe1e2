#include <openssl/evp.h>

#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "datasets/catalogue.h"
#include "datasets/files.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// A checksum over bytes that come in pieces.
class Digest {
 public:
  explicit Digest(const std::string& algorithm) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    const EVP_MD* method = EVP_get_digestbyname(algorithm.c_str());
    if (method == nullptr || EVP_DigestInit_ex(context_.get(), method, nullptr) != 1) {
      throw usage_error("a checksum cannot be computed by this OpenSSL", algorithm, "md5, sha1 or sha256");
    }
  }
  void add(const void* data, size_t bytes) { EVP_DigestUpdate(context_.get(), data, bytes); }
  std::string hexadecimal() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(context_.get(), digest, &length);
    std::string text;
    for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

/// The digest of a plain file or a member of an archive, which may have been packed by its owner.
FileState check_member(const fs::path& file, const PublicFile& member) {
  try {
    const auto bytes = read_maybe_gzip(file);
    Digest digest(member.algorithm);
    digest.add(bytes.data(), bytes.size());
    return digest.hexadecimal() == member.digest ? FileState::intact : FileState::damaged;
  } catch (const Error&) {
    return FileState::damaged;  // gzip itself says so
  }
}

/// A member without a digest, such as a folder, can only be there.
FileState check_members(const fs::path& folder, const PublicFile& archive) {
  size_t there = 0;
  bool verified = true;
  for (const auto& member : archive.members) {
    const fs::path file = find_file(folder, member.name);
    if (member.digest.empty() ? !fs::exists(folder / member.name) && file.empty() : file.empty()) continue;
    if (!member.digest.empty() && check_member(file, member) == FileState::damaged) return FileState::damaged;
    verified = verified && !member.digest.empty();
    ++there;
  }
  if (there == 0) return FileState::missing;
  if (there < archive.members.size()) return FileState::part;
  return verified ? FileState::intact : FileState::unverified;
}

}  // namespace

std::string file_digest(const fs::path& file, const std::string& algorithm) {
  Digest digest(algorithm);
  std::ifstream stream(file, std::ios::binary);
  std::vector<char> buffer(1 << 20);
  while (stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || stream.gcount() > 0) {
    digest.add(buffer.data(), static_cast<size_t>(stream.gcount()));
  }
  if (!stream.eof()) throw data_error("a file cannot be read", file.string(), "a readable file");
  return digest.hexadecimal();
}

FileState check_file(const PublicSet& set, const PublicFile& file, const fs::path& data_directory) {
  const fs::path folder = data_directory / set.name, whole = folder / file.name;
  if (fs::is_regular_file(whole)) {
    if (file.bytes > 0 && fs::file_size(whole) != static_cast<uintmax_t>(file.bytes))
      return FileState::damaged;
    if (file.digest.empty()) return FileState::unverified;
    return file_digest(whole, file.algorithm) == file.digest ? FileState::intact : FileState::damaged;
  }
  // Packed by its owner; publishers state the checksum of the plain file.
  if (const fs::path packed = find_file(folder, file.name); !packed.empty())
    return file.digest.empty() ? FileState::unverified : check_member(packed, file);
  // Unpacked by its owner; publishers state the checksum of the packed file only.
  if (file.members.empty() && fs::is_regular_file(folder / whole.stem())) return FileState::unverified;
  for (const auto& place : {folder, folder / file.inner_folder}) {
    const FileState state = check_members(place, file);
    if (state != FileState::missing) return state;
  }
  return fs::exists(whole.string() + ".part") ? FileState::part : FileState::missing;
}

}  // namespace actlab

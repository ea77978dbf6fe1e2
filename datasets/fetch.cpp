#include <curl/curl.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstring>
#include <memory>

#include "datasets/catalogue.h"
#include "datasets/files.h"
#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// One download of one file, as libcurl's callbacks see it.
struct Transfer {
  const PublicFile& file;
  const FetchProgress& progress;
  long offset = 0;  // bytes that an earlier call has left
  bool stopped = false;
};

int on_progress(void* data, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(data);
  const long expected = transfer.file.bytes > 0 ? transfer.file.bytes
                        : total > 0             ? transfer.offset + total
                                                : 0;
  transfer.stopped =
      transfer.progress && !transfer.progress(transfer.file.name, transfer.offset + now, expected);
  return transfer.stopped ? 1 : 0;
}

void configure(CURL* curl, const std::string& address, Transfer& transfer, std::FILE* out, char* message) {
  curl_easy_setopt(curl, CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https,file");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "actlab");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 30L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);  // a minute of silence ends it
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 60L);
  curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer.offset));
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);  // libcurl's own writer is fwrite
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

long size_of(const fs::path& file) {
  std::error_code missing;
  const auto size = fs::file_size(file, missing);
  return missing ? 0 : static_cast<long>(size);
}

struct Outcome {
  std::string failure;           // empty on success
  bool cannot_continue = false;  // the server sends whole files only, or has less than `part`
};

/// Continues `part` from where it ends.
Outcome download(const std::string& address, const PublicFile& file, const fs::path& part,
                 const FetchProgress& progress) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(ready == CURLE_OK ? curl_easy_init() : nullptr,
                                                    curl_easy_cleanup);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(part.c_str(), "ab"), std::fclose);
  if (!curl) return {"libcurl cannot start"};
  if (!out) {
    throw data_error("a file cannot be written", part.string(),
                     "a data directory with room and write permission",
                     fmt::format("{}: choose another with --data-dir", std::strerror(errno)));
  }
  Transfer transfer{file, progress, size_of(part), false};
  char message[CURL_ERROR_SIZE] = "";
  configure(curl.get(), address, transfer, out.get(), message);
  const CURLcode result = curl_easy_perform(curl.get());
  if (transfer.stopped) {
    throw Error(ExitCode::interrupted, "the download was stopped", part.string(), "",
                "the same command continues it");
  }
  const bool cannot_continue = result == CURLE_RANGE_ERROR || result == CURLE_BAD_DOWNLOAD_RESUME;
  if (result != CURLE_OK) return {*message != '\0' ? message : curl_easy_strerror(result), cannot_continue};
  if (std::fflush(out.get()) != 0) return {std::strerror(errno)};
  return {};
}

/// What is wrong with a finished download; empty when nothing is.
std::string mismatch(const PublicFile& file, const fs::path& part) {
  const long size = size_of(part);
  if (file.bytes > 0 && size != file.bytes) {
    return fmt::format("{} bytes arrived instead of {}", thousands(size), thousands(file.bytes));
  }
  if (file.digest.empty()) return "";
  const std::string digest = file_digest(part, file.algorithm);
  return digest == file.digest
             ? ""
             : fmt::format("what arrived has the {} {} instead of {}", file.algorithm, digest, file.digest);
}

/// Downloads to `part` and checks it; returns what went wrong. What an earlier call left is continued but
/// proves nothing: when it cannot be continued, or the result is wrong, the whole file is asked for once
/// more. A line that breaks leaves its part for the next call.
std::string fetch_from(const std::string& address, const PublicFile& file, const fs::path& part,
                       const FetchProgress& progress) {
  for (;;) {
    const long before = size_of(part);
    const bool complete = file.bytes > 0 && before >= file.bytes;
    Outcome outcome = complete ? Outcome{} : download(address, file, part, progress);
    if (!outcome.failure.empty() && !outcome.cannot_continue) return outcome.failure;
    if (outcome.failure.empty()) outcome.failure = mismatch(file, part);
    if (outcome.failure.empty()) return "";
    fs::remove(part);
    if (before == 0) return outcome.failure;
  }
}

std::vector<std::string> addresses(const PublicSet& set, const PublicFile& file, std::string mirror) {
  if (mirror.empty() && set.mirror.empty() && file.address.empty()) return {};  // nobody offers it
  if (mirror.empty() && set.mirror.empty()) return {file.address};
  const bool publisher_first = mirror.empty();
  if (publisher_first) mirror = set.mirror;
  if (mirror.back() != '/') mirror += '/';
  if (publisher_first) return {file.address, mirror + file.name};
  return {mirror + file.name};
}

void fetch_file(const PublicSet& set, const PublicFile& file, const fs::path& data_directory,
                const std::string& mirror, const FetchProgress& progress) {
  const fs::path target = data_directory / set.name / file.name, part = target.string() + ".part";
  fs::create_directories(target.parent_path());
  std::string tried;
  for (const auto& address : addresses(set, file, mirror)) {
    const std::string reason = fetch_from(address, file, part, progress);
    if (reason.empty()) {
      fs::rename(part, target);
      return;
    }
    tried += fmt::format("{}{}: {}", tried.empty() ? "" : "\n           ", address, reason);
  }
  if (size_of(part) == 0) fs::remove(part);
  throw data_error(
      fmt::format("{} could not be fetched", file.name), tried, "",
      "the same command later, or --mirror URL, or\n  " + manual_instructions(set, data_directory));
}

}  // namespace

void fetch(const PublicSet& set, const fs::path& data_directory, const std::string& mirror,
           const FetchProgress& progress) {
  const fs::path folder = data_directory / set.name;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw data_error("the data directory cannot be written", folder.string(),
                     "a folder with room and write permission",
                     error.message() + ": choose another with --data-dir");
  }
  for (const auto& file : set.files) {
    const FileState state = check_file(set, file, data_directory);
    if (state != FileState::intact && state != FileState::unverified) {
      fetch_file(set, file, data_directory, mirror, progress);
    }
    if (!file.members.empty() && fs::exists(folder / file.name)) unpacked_folder(folder / file.name);
  }
}

}  // namespace actlab

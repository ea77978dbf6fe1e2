#include "lib/experiment/event_file.h"

#include <fmt/format.h>

#include <boost/crc.hpp>
#include <cctype>
#include <chrono>
#include <cstring>

#include "lib/core/error.h"
#include "lib/core/files.h"

namespace actlab {
namespace {

namespace fs = std::filesystem;

/// The bytes of a number as they lie in memory: lowest first, as both formats want them, on every machine
/// that LibTorch runs on.
template <typename Number>
std::string bytes_of(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

/// CRC-32C (Castagnoli), turned and shifted as TFRecord asks for, so that the sum of data that hold sums is
/// no trivial one.
uint32_t masked_crc(const std::string& bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  const uint32_t sum = crc.checksum();
  return ((sum >> 15) | (sum << 17)) + 0xA282EAD8U;
}

// Protobuf, https://protobuf.dev/programming-guides/encoding: a field is its number and kind, then its value.

std::string varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7F) | 0x80);
  return bytes + static_cast<char>(value);
}

enum Kind : uint64_t { whole = 0, eight_bytes = 1, text = 2, four_bytes = 5 };

std::string key(uint64_t field, Kind kind) { return varint(field << 3 | kind); }

std::string text_field(uint64_t field, const std::string& value) {
  return key(field, text) + varint(value.size()) + value;
}

/// The beginning of every Event: wall_time (field 1, seconds since 1970).
std::string event_now() {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  return key(1, eight_bytes) + bytes_of(now.count());
}

/// A Summary.Value: tag (field 1) and simple_value (field 2).
std::string scalar(const std::string& tag, double value) {
  return text_field(1, tag) + key(2, four_bytes) + bytes_of(static_cast<float>(value));
}

std::map<std::string, double> with_prefix(const std::string& prefix, const MetricValues& values) {
  std::map<std::string, double> result;
  for (const auto& [name, value] : values) result[prefix + name] = value;
  return result;
}

/// TensorBoard takes every file with "tfevents" in its name for a part of the run.
fs::path fresh_file(const fs::path& folder, const std::string& run_id) {
  make_writable_folder(folder);
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().find("tfevents") != std::string::npos) fs::remove(entry.path());
  }
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return folder / fmt::format("events.out.tfevents.{}.{}", now, run_id);
}

}  // namespace

EventWriter::EventWriter(const fs::path& file)
    : file_(file), stream_(file, std::ios::binary | std::ios::trunc) {
  write(event_now() + text_field(3, "brain.Event:2"));  // file_version
}

void EventWriter::add(long step, const std::map<std::string, double>& scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars) summary += text_field(1, scalar(tag, value));
  write(event_now() + key(2, whole) + varint(static_cast<uint64_t>(step)) + text_field(5, summary));
}

void EventWriter::write(const std::string& event) {
  const auto length = bytes_of(static_cast<uint64_t>(event.size()));
  stream_ << length + bytes_of(masked_crc(length)) + event + bytes_of(masked_crc(event));
  stream_.flush();
  if (!stream_)
    throw data_error("the events for TensorBoard cannot be written", file_.string(),
                     "a folder with room in it");
}

fs::path event_folder(const fs::path& folder, const RunSpec& spec) {
  constexpr size_t room = 160;  // of the 255 bytes that a name may have; formulas can be long
  auto name =
      (spec.activation + " " + spec.model.text()).substr(0, room) + fmt::format(" seed {}", spec.seed);
  if (spec.is_trial()) name += fmt::format(" trial of lr {:g}", spec.hyper.lr);
  name += " " + spec.run_id().substr(0, 8);
  for (char& character : name) {
    const bool keep = std::isalnum(static_cast<unsigned char>(character)) != 0 ||
                      std::string(" .,=:+-_()").find(character) != std::string::npos;
    if (!keep) character = '_';
  }
  return folder / name;
}

RunEvents::RunEvents(const fs::path& folder, const RunSpec& spec)
    : file_(fresh_file(event_folder(folder, spec), spec.run_id())) {}

void RunEvents::epoch(const EpochResult& epoch) {
  seconds_ += epoch.seconds;
  last_epoch_ = epoch.epoch;
  auto scalars = with_prefix("validation/", epoch.validation);
  scalars["train/loss"] = epoch.train_loss;
  scalars["train/learning_rate"] = epoch.lr;
  scalars["train/seconds"] = seconds_;
  file_.add(epoch.epoch, scalars);
}

void RunEvents::end(const RunRecord& record) {
  if (!record.test.empty()) file_.add(last_epoch_, with_prefix("test/", record.test));
}

}  // namespace actlab

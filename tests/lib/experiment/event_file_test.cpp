#include "lib/experiment/event_file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <ctime>
#include <sstream>
#include <vector>

#include "lib/experiment/run_one.h"
#include "tests/errors.h"
#include "tests/lib/experiment/tiny_task.h"

namespace actlab::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Bit by bit, so that it shares nothing with the writer's.
uint32_t crc32c(const std::string& bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82F63B78U : 0);
  }
  return ~crc;
}

uint32_t masked(const std::string& bytes) {
  const uint32_t crc = crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U;
}

struct Event {
  double wall_time = 0;
  long step = 0;
  std::string version;
  std::map<std::string, float> scalars;
};

/// Reads what the protobufs of an event hold, in whatever order.
class Reader {
 public:
  explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}

  bool more() const { return place_ < bytes_.size(); }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_.at(place_++));
      value |= uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
  }
  template <typename Number>
  Number number() {
    Number value;
    std::memcpy(&value, text(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text(size_t size) {
    if (place_ + size > bytes_.size()) throw std::out_of_range("the end of a record");
    place_ += size;
    return bytes_.substr(place_ - size, size);
  }

 private:
  std::string bytes_;
  size_t place_ = 0;
};

void read_value(Reader value, Event& event) {
  std::string tag;
  while (value.more()) {
    const auto key = value.varint();
    if (key == (1 << 3 | 2)) tag = value.text(value.varint());
    if (key == (2 << 3 | 5)) event.scalars[tag] = value.number<float>();
  }
}

Event read_event(Reader fields) {
  Event event;
  while (fields.more()) {
    const auto key = fields.varint();
    if (key == (1 << 3 | 1)) event.wall_time = fields.number<double>();
    if (key == (2 << 3 | 0)) event.step = static_cast<long>(fields.varint());
    if (key == (3 << 3 | 2)) event.version = fields.text(fields.varint());
    if (key != (5 << 3 | 2)) continue;
    Reader summary(fields.text(fields.varint()));
    while (summary.more()) {
      EXPECT_EQ(summary.varint(), 1U << 3 | 2);
      read_value(Reader(summary.text(summary.varint())), event);
    }
  }
  return event;
}

/// Every whole record; both sums of each are checked.
std::vector<Event> read_events(const std::string& bytes) {
  std::vector<Event> events;
  Reader records(bytes);
  try {
    while (records.more()) {
      const auto length = records.text(8);
      EXPECT_EQ(records.number<uint32_t>(), masked(length));
      const auto data = records.text(Reader(length).number<uint64_t>());
      EXPECT_EQ(records.number<uint32_t>(), masked(data));
      events.push_back(read_event(Reader(data)));
    }
  } catch (const std::out_of_range&) {
  }
  return events;
}

std::string slurp(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

class EventFiles : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<fs::path> files() const {
    std::vector<fs::path> result;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) result.push_back(entry.path());
    }
    return result;
  }

  const fs::path folder_ = fs::temp_directory_path() / ("actlab_events_" + std::to_string(getpid()));
};

TEST(Crc32c, IsThatOfRfc3720) { EXPECT_EQ(crc32c("123456789"), 0xE3069283U); }

TEST_F(EventFiles, HoldVersionStepsAndValues) {
  const auto file = folder_ / "events.out.tfevents.1.test";
  {
    EventWriter events(file);
    events.add(1, {{"train/loss", 0.5}, {"validation/accuracy", 0.75}});
    events.add(300, {{"train/loss", std::nan("")}});
  }
  const auto events = read_events(slurp(file));
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].version, "brain.Event:2");
  EXPECT_NEAR(events[0].wall_time, static_cast<double>(std::time(nullptr)), 60);
  EXPECT_EQ(events[1].step, 1);
  EXPECT_THAT(events[1].scalars,
              ElementsAre(testing::Pair("train/loss", 0.5F), testing::Pair("validation/accuracy", 0.75F)));
  EXPECT_EQ(events[2].step, 300);
  EXPECT_TRUE(std::isnan(events[2].scalars.at("train/loss")));
}

TEST_F(EventFiles, CutAnywhereTheyGiveAllThatIsWhole) {
  const auto file = folder_ / "events.out.tfevents.1.test";
  EventWriter events(file);
  for (long step = 1; step <= 3; ++step) events.add(step, {{"train/loss", 1.0 / static_cast<double>(step)}});
  const auto bytes = slurp(file);  // while the writer still has it open
  const size_t whole = bytes.size() / 2;
  size_t most = 0;
  for (size_t size = whole; size <= bytes.size(); ++size)
    most = std::max(most, read_events(bytes.substr(0, size)).size());
  EXPECT_EQ(most, 4U);
  EXPECT_EQ(read_events(bytes.substr(0, bytes.size() - 1)).size(), 3U);
}

TEST_F(EventFiles, OfARunSayWhatItsRecordSays) {
  const TinyTask task;
  const auto spec = tiny_spec("relu", 3);
  RunEvents events(folder_, spec);
  RunHooks hooks;
  hooks.on_epoch = [&](const EpochResult& epoch) { events.epoch(epoch); };
  const auto record = run_one(task, task.load({}), spec, hooks);
  events.end(record);
  ASSERT_EQ(files().size(), 1U);
  EXPECT_THAT(files()[0].parent_path().filename().string(), HasSubstr("relu tiny seed 3 "));
  const auto read = read_events(slurp(files()[0]));
  ASSERT_EQ(read.size(), 1 + record.history.size() + 1);
  for (size_t i = 0; i < record.history.size(); ++i) {
    const auto figure = [&](const char* name) { return static_cast<float>(record.history.column(name)[i]); };
    const auto& scalars = read[i + 1].scalars;
    EXPECT_EQ(read[i + 1].step, std::lround(figure("epoch")));
    EXPECT_FLOAT_EQ(scalars.at("train/loss"), figure("train_loss"));
    EXPECT_FLOAT_EQ(scalars.at("train/learning_rate"), figure("lr"));
    EXPECT_FLOAT_EQ(scalars.at("validation/accuracy"), figure("validation_accuracy"));
  }
  EXPECT_FLOAT_EQ(read.back().scalars.at("test/accuracy"), static_cast<float>(record.test.at("accuracy")));
}

TEST_F(EventFiles, OfARunDoneAgainTakeThePlaceOfTheOldOnes) {
  const auto spec = tiny_spec("relu");
  for (int call = 0; call < 2; ++call) RunEvents(folder_, spec).epoch({});
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(EventFiles, HaveFoldersThatAnySystemTakes) {
  auto spec = tiny_spec("relu");
  spec.activation = "expr:x / (1 + exp(-x))" + std::string(400, '*') + "\n";
  const auto name = event_folder(folder_, spec).filename().string();
  EXPECT_THAT(name,
              testing::AllOf(HasSubstr("x _ (1 + exp(-x))"), Not(HasSubstr("\n")), Not(HasSubstr("/"))));
  EXPECT_LT(name.size(), 255U);
  spec.tuning = {{"trial", true}};
  EXPECT_THAT(event_folder(folder_, spec).filename().string(), HasSubstr("trial of lr 0.001"));
}

TEST_F(EventFiles, ThatCannotBeWrittenAreAnErrorWithTheirName) {
  const auto write = [&] { EventWriter(folder_ / "missing" / "events"); };
  EXPECT_THAT(message_of(ExitCode::data, write), HasSubstr("missing"));
}

}  // namespace
}  // namespace actlab::test

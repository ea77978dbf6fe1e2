#include "datasets/clicks/row_cache.h"

#include <sys/resource.h>
#include <csignal>

#include "tests/datasets/clicks/helpers.h"

namespace actlab::test {
namespace {

constexpr const char* cache_schema = R"(
label = "click"
user = "user"
time = "time"
in_order = true
fields = [ { name = "user", min_count = 1 }, { name = "item", min_count = 2 },
           { name = "liked", kind = "history", of = "item", longest = 2 },
           { name = "price", kind = "numerical", transform = "log" } ]
)";

class RowCaches : public ClickTables {
 protected:
  static std::string rows(int count) {
    std::string text = "user,item,price,time,click\n";
    for (int i = 0; i < count; ++i) {
      text += "u" + std::to_string(i % 60) + ",i" + std::to_string(i * 7 % 23) + "," +
              (i % 5 == 0 ? "" : std::to_string(i * 13 % 100)) + "," + std::to_string(1000 + i / 3) + "," +
              std::to_string(i * 31 % 3 == 0 ? 1 : 0) + "\n";
    }
    return text;
  }
  ClickSet load_cached(const std::string& text) {
    request_.in_memory_bytes = 0;
    said_.clear();
    request_.say = [this](const std::string& line) { said_ += line + "\n"; };
    return load(text, cache_schema);
  }
  /// The same rows without touching the file.
  ClickSet load_again() {
    said_.clear();
    return load_clicks(request_);
  }
  fs::path cache() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder_ / "cache" / "actlab" / "clicks"))
      files.push_back(entry);
    EXPECT_EQ(files.size(), 1U);
    return files.at(0);
  }
  std::string said_;
};

void expect_equal(const ClickRows& a, const ClickRows& b) {
  EXPECT_TRUE(torch::equal(a.tokens, b.tokens));
  EXPECT_TRUE(torch::equal(a.numbers, b.numbers));
  EXPECT_TRUE(torch::equal(a.targets, b.targets));
}

TEST_F(RowCaches, HoldTheRowsThatMemoryWould) {
  for (const char* split : {"time", "random", "user"}) {
    request_.split = split;
    request_.in_memory_bytes = 1 << 20;
    const ClickSet memory = load(rows(5000), cache_schema);
    const ClickSet cached = load_cached(rows(5000));
    EXPECT_EQ(memory.block, 0);
    EXPECT_EQ(cached.block, cache_block);
    EXPECT_EQ(cached.facts, memory.facts);
    EXPECT_EQ(cached.note, memory.note);
    EXPECT_EQ(cached.fingerprint.size(), 16U);
    expect_equal(cached.train, memory.train);
    expect_equal(cached.validation, memory.validation);
    expect_equal(cached.test, memory.test);
    fs::remove_all(folder_ / "cache");
  }
}

TEST_F(RowCaches, OfManyBlocksKeepTheirRows) {
  const RowShape shape{{cache_block + 5, 3, 2 * cache_block}, 2, 1};
  const fs::path file = folder_ / "rows";
  CacheWriter writer(file, shape, {{"note", "x"}});
  std::array<long, 3> next{};
  for (long i = 0; i < 2 * cache_block; ++i) {
    for (const auto part : {ClickPart::test, ClickPart::train, ClickPart::validation}) {
      auto& row = next[static_cast<size_t>(part)];
      if (row == shape.rows[static_cast<size_t>(part)]) continue;
      const RowPlace place = writer.next(part);
      const auto value = static_cast<int32_t>(row * 3 + static_cast<long>(part));
      place.tokens[0] = value;
      place.tokens[1] = -value;
      place.numbers[0] = static_cast<float>(row);
      place.targets[0] = value;
      place.targets[1] = 7;
      ++row;
    }
  }
  writer.finish();
  std::string reason;
  const auto cached = open_cache(file, reason);
  ASSERT_TRUE(cached) << reason;
  EXPECT_EQ(cached->about.at("note"), "x");
  for (long part = 0; part < 3; ++part) {
    const auto& rows = cached->parts[static_cast<size_t>(part)];
    const auto expected = torch::arange(shape.rows[static_cast<size_t>(part)]);
    EXPECT_TRUE(torch::equal(rows.tokens.select(1, 0), (expected * 3 + part).to(torch::kInt)));
    EXPECT_TRUE(torch::equal(rows.tokens.select(1, 1), (-expected * 3 - part).to(torch::kInt)));
    EXPECT_TRUE(torch::equal(rows.numbers.select(1, 0), expected.to(torch::kFloat)));
    EXPECT_TRUE(torch::equal(rows.targets.select(1, 0), rows.tokens.select(1, 0)));
  }
}

TEST_F(RowCaches, OutliveTheirFile) {
  const ClickRows cached = load_cached(rows(500)).train;
  const auto copy = cached.tokens.clone();
  fs::remove_all(folder_ / "cache");
  EXPECT_TRUE(torch::equal(cached.tokens, copy));
}

TEST_F(RowCaches, AreMadeOnce) {
  const ClickSet first = load_cached(rows(500));
  EXPECT_THAT(said_, HasSubstr("converting events.csv"));
  const ClickSet second = load_again();
  EXPECT_EQ(said_, "");
  EXPECT_EQ(second.fingerprint, first.fingerprint);
  request_.min_count = 3;
  EXPECT_NE(load_again().fingerprint, first.fingerprint);
  EXPECT_THAT(said_, HasSubstr("converting"));
}

TEST_F(RowCaches, AreMadeAgainWhereTheyAreDamaged) {
  const ClickSet good = load_cached(rows(500));
  const fs::path file = cache();
  const std::string bytes = [&] {
    std::ifstream stream(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  }();
  std::vector<std::pair<std::string, std::string>> damages{
      {bytes.substr(0, 20), "is cut short"},
      {bytes.substr(0, bytes.size() - 1), "has another size"},
      {bytes + "x", "has another size"},
      {"not " + bytes, "is no cache"}};
  std::string version = bytes;
  version[8] = 9;
  damages.emplace_back(version, "is of version 9, not 1");
  for (const size_t place : {size_t{16}, size_t{60}, size_t{200}}) {
    std::string flipped = bytes;
    flipped[place] = static_cast<char>(flipped[place] ^ 4);
    damages.emplace_back(flipped, "is damaged in its head");
  }
  std::string flipped = bytes;
  flipped[bytes.size() - 3] = static_cast<char>(flipped[bytes.size() - 3] ^ 1);
  damages.emplace_back(flipped, "is damaged in its rows");
  for (const auto& [damaged, reason] : damages) {
    write(file, damaged);
    const ClickSet again = load_again();
    EXPECT_THAT(said_, AllOf(HasSubstr(reason), HasSubstr("made again")));
    EXPECT_EQ(again.fingerprint, good.fingerprint);
    expect_equal(again.train, good.train);
    load_again();
    EXPECT_EQ(said_, "") << reason;
  }
}

TEST_F(RowCaches, AreMadeAgainWhereTheDataChanged) {
  load_cached(rows(500));
  const fs::path data = folder_ / "events.csv";
  fs::last_write_time(data, fs::last_write_time(data) + std::chrono::seconds(5));
  load_again();
  EXPECT_THAT(said_, HasSubstr("older than the data"));
}

TEST_F(RowCaches, LeaveNothingBehindOnAFullDisk) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  request_.in_memory_bytes = 0;
  request_.dataset = write_table(rows(5000)).string();
  request_.schema = folder_ / "schema.toml";
  write(request_.schema, std::string(cache_schema));
  rlimit tiny = old;
  tiny.rlim_cur = 4096;
  setrlimit(RLIMIT_FSIZE, &tiny);
  const std::string message = data_message([&] { load_clicks(request_); });
  setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_THAT(message, AllOf(HasSubstr("cannot be written"), HasSubstr("XDG_CACHE_HOME")));
  EXPECT_TRUE(fs::is_empty(folder_ / "cache" / "actlab" / "clicks"));
  EXPECT_GT(load_clicks(request_).train.count(), 0);
}

TEST_F(RowCaches, ThatCannotBeWrittenSayWhere) {
  fs::create_directories(folder_ / "taken");
  EXPECT_THAT(data_message([&] {
                CacheWriter(folder_ / "none" / "rows", {{1, 0, 0}, 1, 1}, {});
              }),
              AllOf(HasSubstr("none/rows"), HasSubstr("No such file")));
}

}  // namespace
}  // namespace actlab::test

// Tables, schemas and caches come from anybody: whatever the bytes, they are read or refused with an Error.

#include "datasets/clicks/row_cache.h"
#include "tests/datasets/clicks/helpers.h"
#include "tests/datasets/mutate.h"

namespace actlab::test {
namespace {

constexpr int rounds = 400;

class ClickFuzz : public ClickTables {
 protected:
  static Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

  /// `read` gets a changed copy in each round.
  template <typename Read>
  void feed(const std::string& seed, Read&& read) {
    int refused = 0;
    for (int round = 0; round < rounds; ++round) {
      try {
        read(mutate(bytes_of(seed), random_));
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data) << error.what();
        ++refused;
      }
    }
    EXPECT_GT(refused, rounds / 20) << "the mutations hardly ever matter";
    EXPECT_LT(refused, rounds) << "every change is fatal";
  }
  static std::string table() {
    std::string text = "user,item,tags,price,time,click\n";
    for (int i = 0; i < 1500; ++i)
      text += "u" + std::to_string(i % 7) + ",\"i,\"\"" + std::to_string(i % 9) + "\"\"\",a|b," +
              std::to_string(i % 5) + ".5," + std::to_string(1000 + i) + "," + std::to_string(i % 2) + "\n";
    return text;
  }

  const std::string schema_ = R"(
label = "click"
user = "user"
time = "time"
fields = [ { name = "item" }, { name = "tags", kind = "multi_valued" },
           { name = "seen", kind = "history", of = "item", longest = 3 },
           { name = "price", kind = "numerical", transform = "quantile" } ]
)";
  std::mt19937 random_{1};
};

TEST_F(ClickFuzz, Tables) {
  request_.dataset = (folder_ / "events.csv").string();
  request_.schema = folder_ / "schema.toml";
  write(request_.schema, schema_);
  feed(table(), [&](const Bytes& bytes) {
    write(folder_ / "events.csv", bytes);
    request_.in_memory_bytes = random_() % 4 == 0 ? 0 : 1 << 20;
    const ClickSet set = load_clicks(request_);
    EXPECT_TRUE(torch::isfinite(set.train.numbers).all().item<bool>());
    EXPECT_LT(set.train.tokens.max().item<int>(), set.facts.at("input").at("tokens").get<int>());
  });
}

TEST_F(ClickFuzz, Schemas) {
  feed(schema_,
       [&](const Bytes& bytes) { parse_schema(std::string(bytes.begin(), bytes.end()), "schema.toml"); });
}

TEST_F(ClickFuzz, Proposals) {
  feed(table().substr(0, 400), [&](const Bytes& bytes) {
    write(folder_ / "events.csv", bytes);
    parse_schema(propose_schema(folder_ / "events.csv"), "proposal");
  });
}

TEST_F(ClickFuzz, FilesOfPublicSets) {
  std::string ratings = "userId,movieId,rating,timestamp\n", data,
              log =
                  "0,timestamp,item_id,position,click,pscore,"
                  "user_feature_0,user_feature_1,user_feature_2,user_feature_3,user-item_affinity_0,user-"
                  "item_affinity_1\n",
              libfm;
  for (int i = 0; i < 1200; ++i) {
    const std::string user = std::to_string(i % 4), item = std::to_string(i % 2),
                      time = std::to_string(1000 + i);
    ratings += user + "," + item + ",4," + time + "\n";
    data += user + "\t" + item + "\t4\t" + time + "\n";
    log += "0,2019-11-24 00:" + std::to_string(10 + i % 50) + ":00," + item + ",1,0,0.5,a,b,c,d,0.5,1\n";
    libfm += item + " " + user + ":1 9:0.5\n";
  }
  const std::vector<std::vector<std::pair<std::string, std::string>>> sets{
      {{"ratings.csv", ratings}, {"movies.csv", "movieId,title,genres\n0,A (1990),X|Y\n1,\"B, b\",Z\n"}},
      {{"u.data", data},
       {"u.item", "0|A (1990)|||x|0|1|0|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n"},
       {"u.user", "1|2|M|x|3\n"}},
      {{"men.csv", log}, {"item_context.csv", "0,item_id,a,b,c,d\n0,0,-1,x,y,z\n1,1,2,x,y,z\n"}},
      {{"rows.libfm", libfm}}};
  for (const auto& files : sets) {
    int read = 0;
    for (int round = 0; round < rounds / 4; ++round) {
      const size_t changed = random_() % files.size();
      for (size_t i = 0; i < files.size(); ++i) {
        const Bytes bytes = bytes_of(files[i].second);
        write(folder_ / "set" / files[i].first, i == changed ? mutate(bytes, random_) : bytes);
      }
      request_.dataset = (files.size() == 1 ? folder_ / "set" / files[0].first : folder_ / "set").string();
      try {
        load_clicks(request_);
        ++read;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data) << error.what();
      }
    }
    EXPECT_GT(read, 0) << files[0].first;
    fs::remove_all(folder_ / "set");
  }
}

TEST_F(ClickFuzz, Caches) {
  const fs::path file = folder_ / "rows";
  CacheWriter writer(file, {{3, 1, 2}, 2, 1}, {{"note", "x"}});
  for (const auto part : {ClickPart::train, ClickPart::train, ClickPart::train, ClickPart::validation,
                          ClickPart::test, ClickPart::test}) {
    const RowPlace place = writer.next(part);
    place.tokens[0] = place.tokens[1] = place.targets[0] = place.targets[1] = 1;
    place.numbers[0] = 1;
  }
  writer.finish();
  std::ifstream stream(file, std::ios::binary);
  const std::string seed(std::istreambuf_iterator<char>(stream), {});
  for (int round = 0; round < rounds; ++round) {
    write(file, mutate(bytes_of(seed), random_));
    std::string reason;
    const auto cached = open_cache(file, reason);
    EXPECT_NE(cached.has_value(), !reason.empty());
    if (!cached) continue;  // what is accepted differs in the gaps between sections alone
    for (const auto& rows : cached->parts) EXPECT_TRUE(rows.tokens.eq(1).all().item<bool>());
  }
}

}  // namespace
}  // namespace actlab::test

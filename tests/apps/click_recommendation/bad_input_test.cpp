#include <sys/resource.h>

#include <functional>

#include "tests/apps/click_recommendation/program_test.h"

namespace actlab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// What the program says of a table of its own, one mistake at a time.
class BadClicks : public SavedClickModel {
 protected:
  /// The shop with line `line` (from 1; the first is the header) changed.
  static std::string shop_with(size_t line, const std::function<void(std::string&)>& change) {
    std::istringstream lines(shop_table());
    std::string text, result;
    for (size_t number = 1; std::getline(lines, text); ++number) {
      if (number == line) change(text);
      result += text + "\n";
    }
    return result;
  }

  Result train(const std::string& content, const std::string& schema = shop_schema) const {
    return run({"train", "--dataset", write("shop.csv", content), "--schema", write("shop.toml", schema),
                "--model", small_model, "--epochs", "1", "--quiet"});
  }
};

TEST_F(BadClicks, OneBadRowInThousandIsCountedWithItsPlaceAndMoreAreRefused) {
  const struct {
    const char* what;
    std::function<void(std::string&)> change;
  } mistakes[] = {
      {"fields", [](std::string& line) { line = "1600000000,u1,i1"; }},
      {"fields", [](std::string& line) { line += ",1"; }},
      {"'2'", [](std::string& line) { line.back() = '2'; }},
      {"'yes'", [](std::string& line) { line.replace(line.size() - 1, 1, "yes"); }},
      {"'dear'", [](std::string& line) { line.replace(line.size() - 5, 3, "dear"); }},
      {"'noon'", [](std::string& line) { line.replace(0, 10, "noon"); }},
  };
  std::string longer;  // of more than 1,000 rows
  for (int i = 0; i < 3; ++i) longer += shop_table().substr(longer.empty() ? 0 : shop_table().find('\n') + 1);
  const auto last = std::to_string(std::count(longer.begin(), longer.end(), '\n') + 1);
  for (const auto& mistake : mistakes) {
    const auto refused = train(shop_with(17, mistake.change));
    EXPECT_EQ(refused.code, 3) << mistake.what;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("shop.csv"), HasSubstr("17"), HasSubstr(mistake.what)));
    auto line = std::string("1600000000,u1,tea,i1,\"t\",tea,1.5,1");
    mistake.change(line);
    const auto counted = train(longer + line + "\n");
    EXPECT_EQ(counted.code, 0) << mistake.what << counted.err;
    EXPECT_THAT(counted.err, AllOf(HasSubstr("shop.csv:" + last), HasSubstr(mistake.what))) << mistake.what;
  }
}

TEST_F(BadClicks, SchemasAndColumnsThatDoNotFitAreRefused) {
  const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  };
  const struct {
    int code;
    const char* what;
    std::string table, schema;
  } cases[] = {
      {3, "'cost'", shop_table(), replaced(shop_schema, "\"price\"", "\"cost\"")},
      {3, "'price'", replaced(shop_table(), "price", "cost"), shop_schema},
      {3, "'clik'", shop_table(), replaced(shop_schema, "label = \"click\"", "label = \"clik\"")},
      {3, "\"numericl\"", shop_table(), replaced(shop_schema, "\"numerical\"", "\"numericl\"")},
      {3, "shop.toml", shop_table(), "label = "},
      {3, "shop.csv", "", shop_schema},
      {3, "shop.csv", "time,user,favourite,item,title,kind,price,click\n", shop_schema},
  };
  for (const auto& item : cases) {
    const auto result = train(item.table, item.schema);
    EXPECT_EQ(result.code, item.code) << item.what << result.err;
    EXPECT_THAT(result.err, HasSubstr(item.what));
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(BadClicks, RowsOfOneClassCannotBeRanked) {
  std::istringstream lines(shop_table());
  std::string line, clicked;
  for (std::getline(lines, clicked), clicked += "\n"; std::getline(lines, line);) {
    line.back() = '1';
    clicked += line + "\n";
  }
  const auto result = train(clicked);
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, AllOf(HasSubstr("one class only"), HasSubstr("--split")));
}

TEST_F(BadClicks, ASavedModelIsNotAskedWhatItCannotAnswer) {
  auto bytes = slurp(model());
  bytes.resize(bytes.size() / 2);
  const auto damaged = write("damaged.actlab", bytes);
  const auto other = write("other.csv", "a,b\n1,2\n"), empty = write("empty.csv", "");
  const auto bad = write("bad.csv", "user,favourite,item,kind,price,time\nu1,tea,i1,tea,dear,1\n");
  const struct {
    int code;
    std::string what;
    std::vector<std::string> arguments;
  } cases[] = {
      {3, "damaged.actlab", {"score", "--load", damaged, table()}},
      {3, "/no/such", {"score", "--load", "/no/such", table()}},
      {3, "/no/such.csv", {"score", "--load", model(), "/no/such.csv"}},
      {3, "other.csv", {"score", "--load", model(), other}},
      {3, "empty.csv", {"score", "--load", model(), empty}},
      {3, "bad.csv:2", {"score", "--load", model(), bad}},
      {2, "'u99'", {"recommend", "--load", model(), "--user", "u99"}},
      {3, "/no/such.csv", {"recommend", "--load", model(), "--user", "u1", "--dataset", "/no/such.csv"}},
      {2, "--top", {"recommend", "--load", model(), "--user", "u1", "--top", "0"}},
      {2, "--at", {"rank", "--load", model(), "--at", "0"}},
      {3, "/no/such.csv", {"data", "inspect", "/no/such.csv"}},
      {3, "empty.csv", {"data", "inspect", empty}},
  };
  for (const auto& item : cases) {
    const auto result = run(item.arguments);
    EXPECT_EQ(result.code, item.code) << item.what << result.err;
    EXPECT_THAT(result.err, HasSubstr(item.what));
  }
}

/// A disk that is full while answers are written leaves neither half of them nor a temporary file.
TEST_F(BadClicks, AFullDiskLeavesNoHalfOfTheAnswers) {
  const auto answers = folder_ / "answers.csv";
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_IGN);
  const rlimit tiny{1000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tiny);
  const auto child = start({"score", "--load", model(), table(), "--output", answers.string()});
  setrlimit(RLIMIT_FSIZE, &before);
  const auto result = wait(child);
  signal(SIGXFSZ, SIG_DFL);
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("answers.csv"), HasSubstr("too large")));
  for (const auto& entry : fs::directory_iterator(folder_))
    EXPECT_EQ(entry.path().filename().string().find("answers"), std::string::npos) << entry.path();
}

}  // namespace
}  // namespace actlab::test

// The formats of public sets, in files that the tests write themselves.

#include "datasets/clicks/score.h"
#include "tests/datasets/clicks/helpers.h"

namespace actlab::test {
namespace {

class PublicClickSets : public ClickTables {
 protected:
  ClickSet load_folder(const std::string& name = "") {
    request_.dataset = (folder_ / "set" / name).string();
    return load_clicks(request_);
  }
  void put(const std::string& name, const std::string& text) { write(folder_ / "set" / name, text); }
  void put_packed(const std::string& name, const std::string& text) {
    write(folder_ / "set" / name, gzip(Bytes(text.begin(), text.end())));
  }
  /// What the first training row with this value in a field says.
  static std::vector<int32_t> with(const ClickSet& set, size_t field, const std::string& value) {
    const long column = set.facts.at("input").at("fields")[field].at("first");
    for (long i = 0; i < set.train.count(); ++i) {
      const auto tokens = row(set.train.tokens, i);
      if (tokens[static_cast<size_t>(column)] == token(set.facts, field, value)) return tokens;
    }
    ADD_FAILURE() << "no row with " << value;
    return {};
  }
  static std::vector<std::string> names(const ClickSet& set) {
    std::vector<std::string> all;
    for (const auto& field : set.facts.at("input").at("fields")) all.push_back(field.at("name"));
    return all;
  }
};

constexpr const char* movies =
    "movieId,title,genres\n"
    "1,Toy Story (1995),Adventure|Comedy\n"
    "2,\"Usual Suspects, The (1995)\",Crime\n"
    "3,Solo,(no genres listed)\n";

std::string ratings_csv() {
  std::string text = "userId,movieId,rating,timestamp\n";
  for (int i = 0; i < 60; ++i) {
    text += std::to_string(i % 4) + "," + std::to_string(1 + i % 3) + "," + (i % 2 == 0 ? "4.0" : "3.5") +
            "," + std::to_string(964982703 + i) + "\n";
  }
  return text;
}

TEST_F(PublicClickSets, MovieLensWithCsv) {
  put("ml/ratings.csv", ratings_csv());
  put("ml/movies.csv", movies);
  const ClickSet set = load_folder();
  EXPECT_EQ(names(set),
            (std::vector<std::string>{"userId", "movieId", "genres", "year", "hour", "weekday", "liked"}));
  EXPECT_EQ(set.train.count(), 42);
  EXPECT_EQ(row(set.train.targets, 0)[0], 1);  // 4.0
  EXPECT_EQ(row(set.train.targets, 1)[0], 0);  // 3.5
  const auto first = with(set, 1, "1");
  EXPECT_EQ(first[2], token(set.facts, 2, "Adventure"));
  EXPECT_EQ(first[3], token(set.facts, 2, "Comedy"));
  EXPECT_EQ(first[12], token(set.facts, 3, "1995"));
  EXPECT_EQ(first[13], token(set.facts, 4, "18"));
  EXPECT_EQ(first[14], token(set.facts, 5, "Sunday"));
  EXPECT_EQ(with(set, 1, "3")[2], 0);  // no genres
  fs::create_directories(folder_ / "movielens-latest-small");
  write_tar(folder_ / "movielens-latest-small" / "ml.tar.gz",
            {{"ml/ratings.csv", ratings_csv()}, {"ml/movies.csv", movies}, {"ml/README.txt", "x"}});
  request_.dataset = "movielens-latest-small";
  request_.data_directory = folder_;
  const ClickSet packed = load_clicks(request_);
  EXPECT_EQ(packed.name, "movielens-latest-small");
  EXPECT_TRUE(torch::equal(packed.train.tokens, set.train.tokens));
}

TEST_F(PublicClickSets, MovieLens100K) {
  std::string ratings;
  for (int i = 0; i < 40; ++i)
    ratings += std::to_string(1 + i % 2) + "\t" + std::to_string(1 + i % 2) + "\t" +
               std::to_string(1 + i % 5) + "\t" + std::to_string(881250949 + i) + "\n";
  put("u.data", ratings);
  // Latin-1, as the publisher has it.
  put("u.item",
      "1|Mis\xe9rables, Les (1995)|01-Jan-1995||http://x|0|1|0|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n"
      "2|GoldenEye (1995)|01-Jan-1995||http://x|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|1\n");
  put("u.user", "1|24|M|technician|85711\n2|53|F|other|94043\n");
  const ClickSet set = load_folder();
  EXPECT_EQ(names(set), (std::vector<std::string>{"userId", "movieId", "genres", "year", "hour", "weekday",
                                                  "age", "gender", "occupation", "liked"}));
  const auto first = with(set, 1, "1");
  EXPECT_EQ(first[2], token(set.facts, 2, "Action"));
  EXPECT_EQ(first[3], token(set.facts, 2, "Comedy"));
  EXPECT_EQ(first[16], token(set.facts, 7, "M"));
  EXPECT_EQ(first[17], token(set.facts, 8, "technician"));
  EXPECT_EQ(with(set, 1, "2")[2], token(set.facts, 2, "Western"));
  request_.facts = set.facts;
  EXPECT_EQ(ClickCatalogue(request_, ClickCatalogue::Known::all).items()[0].title,
            "Mis\xc3\xa9rables, Les (1995)");
}

TEST_F(PublicClickSets, MovieLens1M) {
  std::string ratings;
  for (int i = 0; i < 40; ++i)
    ratings += std::to_string(1 + i % 2) + "::" + std::to_string(1 + i % 2) +
               "::" + std::to_string(1 + i % 5) + "::" + std::to_string(978300760 + i) + "\n";
  put("ratings.dat", ratings);
  put("movies.dat", "1::Toy Story: the \"first\" (1995)::Animation|Comedy\n2::Jumanji (1994)::Fantasy\n");
  const ClickSet without_users = load_folder();
  EXPECT_EQ(names(without_users).size(), 7U);  // as 10M
  put("users.dat", "1::F::1::10::48067\n2::M::56::16::70072\n");
  const ClickSet set = load_folder();
  EXPECT_EQ(names(set).size(), 10U);
  const auto second = with(set, 1, "2");
  EXPECT_EQ(second[2], token(set.facts, 2, "Fantasy"));
  EXPECT_EQ(second[12], token(set.facts, 3, "1994"));
  EXPECT_EQ(second[15], token(set.facts, 6, "56"));
}

std::string criteo_row(int i) {
  std::string text = i % 4 == 0 ? "1" : "0";
  for (int column = 1; column <= 13; ++column)
    text += "\t" + (column == 12 ? "" : std::to_string(i % (column + 7) - 1));
  for (int column = 1; column <= 26; ++column)
    text += column == 19 && i % 2 == 0 ? "\t" : "\t68fd1e" + std::to_string(10 + i % column);
  return text + "\n";
}

TEST_F(PublicClickSets, CriteoPlainAndPacked) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += criteo_row(i);
  put("train_first100.txt", text);
  const ClickSet set = load_folder();
  EXPECT_EQ(set.facts.at("input").at("numbers").size(), 13U);
  EXPECT_EQ(set.facts.at("input").at("fields").size(), 26U);
  EXPECT_EQ(set.train.count(), 70);
  EXPECT_EQ(set.test.count(), 20);
  EXPECT_EQ(row(set.train.targets, 0), (std::vector<int32_t>{1, -1}));
  EXPECT_EQ(set.train.numbers.select(1, 11).abs().max().item<float>(), 0);  // always missing
  // An empty category is a value like any other.
  EXPECT_EQ(row(set.train.tokens, 0)[18], token(set.facts, 18, ""));
  EXPECT_NE(token(set.facts, 18, ""), token(set.facts, 18, "none"));
  fs::remove(folder_ / "set" / "train_first100.txt");
  put_packed("day_0.gz", text);
  const ClickSet packed = load_folder();
  EXPECT_TRUE(torch::equal(packed.train.tokens, set.train.tokens));
  EXPECT_TRUE(torch::equal(packed.train.numbers, set.train.numbers));
  const ClickSet file = load_folder("day_0.gz");
  EXPECT_TRUE(torch::equal(file.test.tokens, set.test.tokens));
}

TEST_F(PublicClickSets, CriteoWithDamagedRows) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += criteo_row(i);
  put("train.txt", text + "0\t1\n");
  EXPECT_THAT(data_message([&] { load_folder(); }), HasSubstr("train.txt:101: 2 fields instead of 40"));
  std::string wrong = criteo_row(1);
  wrong[2] = 'x';
  put("train.txt", text + wrong);
  EXPECT_THAT(data_message([&] { load_folder(); }), HasSubstr("in the column I1 is no number"));
}

TEST_F(PublicClickSets, Avazu) {
  std::string text =
      "id,click,hour,C1,banner_pos,site_id,site_domain,site_category,app_id,app_domain,app_category,device_"
      "id,"
      "device_ip,device_model,device_type,device_conn_type,C14,C15,C16,C17,C18,C19,C20,C21\n";
  for (int i = 0; i < 50; ++i) {
    text += std::to_string(1000009418151094273 + i) + "," + std::to_string(i % 5 == 0 ? 1 : 0) + ",141021" +
            (i < 25   ? "00"
             : i < 40 ? "13"
                      : "14") +
            ",1005,0,1fbe01fe,f3845767,28905ebd,ecad2386,7801e8d9,07d7df22,a99f214a,ddd2926e," +
            "44956a24,1,2,15706,320,50,1722,0,35,-1,79\n";
  }
  put_packed("train.gz", text);
  const ClickSet set = load_folder();
  EXPECT_EQ(names(set).size(), 23U);
  EXPECT_EQ(row(set.train.tokens, 0)[0], token(set.facts, 0, "0"));
  EXPECT_EQ(row(set.train.tokens, 34)[0], token(set.facts, 0, "13"));
  EXPECT_EQ(row(set.train.tokens, 0)[1], token(set.facts, 1, "Tuesday"));
  EXPECT_EQ(set.train.count() + set.validation.count() + set.test.count(), 50);
}

std::string bandit_log(int items, int first_second) {
  std::string text =
      ",timestamp,item_id,position,click,propensity_score,user_feature_0,user_feature_1,user_feature_2,"
      "user_feature_3";
  for (int i = 0; i < items; ++i) text += ",user-item_affinity_" + std::to_string(i);
  text += "\n";
  for (int i = 0; i < 30; ++i) {
    text += std::to_string(i) + ",2019-11-24 00:00:" + (i + first_second < 10 ? "0" : "") +
            std::to_string(i + first_second) + ".5+00:00," + std::to_string(i % items) + ",1," +
            std::to_string(i % 10 == 0 ? 1 : 0) + ",0.25,a,b,c,d";
    for (int item = 0; item < items; ++item) text += "," + std::to_string(item) + ".0";
    text += "\n";
  }
  return text;
}

std::string bandit_items(int items) {
  std::string text = ",item_id,item_feature_0,item_feature_1,item_feature_2,item_feature_3\n";
  for (int i = 0; i < items; ++i) text += std::to_string(i) + "," + std::to_string(i) + ",-0.5,x,y,z\n";
  return text;
}

TEST_F(PublicClickSets, OpenBandit) {
  put_packed("bts/men/men.csv.gz", bandit_log(2, 0));
  put("bts/men/item_context.csv", bandit_items(2));
  put("random/women/women.csv", bandit_log(3, 15));
  put("random/women/item_context.csv", bandit_items(3));
  const ClickSet set = load_folder();
  EXPECT_EQ(set.train.count() + set.validation.count() + set.test.count(), 60);
  EXPECT_THAT(set.note, HasSubstr("policy and propensity are no features"));
  for (const auto& name : names(set)) EXPECT_NE(name, "propensity_score");
  EXPECT_EQ(set.facts.at("input").at("numbers").dump(), R"(["item_feature_0","affinity"])");
  const auto values = set.facts.at("encoder").at("values");
  EXPECT_EQ(values[0].size(), 2U);  // men, women
  EXPECT_EQ(values[1].size(), 5U);  // an item of one campaign is none of the other
  // The affinity to the row's own item, 0 to 2, standardised: five values, but two of them in both campaigns.
  EXPECT_EQ(std::get<0>(torch::_unique(set.train.numbers.select(1, 1))).numel(), 3);
  EXPECT_EQ(load_folder("bts/men").train.count(), 21);
}

TEST_F(PublicClickSets, LibFm) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += std::string(i % 2 == 0 ? "1" : "-1") + " " + std::to_string(i % 5) + ":1 " +
            std::to_string(10 + i % 3) + ":1 99:" + std::to_string(i % 4) + ".5" +
            (i % 7 == 0 ? " # comment" : "") + "\n";
  }
  const fs::path file = write_table(text, "rows.libfm");
  request_.dataset = file.string();
  request_.split = "random";
  const ClickSet set = load_clicks(request_);
  EXPECT_EQ(set.name, "rows.libfm");
  EXPECT_EQ(set.facts.at("input").at("numbers").dump(), R"(["99"])");
  EXPECT_EQ(set.facts.at("encoder").at("values")[0].size(), 8U);
  const auto first = row(set.train.tokens, 0);
  EXPECT_GT(first[0], 0);
  EXPECT_GT(first[1], 0);
  EXPECT_EQ(first[2], 0);
  write_table(text + "1 5:1 x\n", "rows.libfm");
  EXPECT_THAT(data_message([&] { load_clicks(request_); }),
              AllOf(HasSubstr("'x' in line 51"), HasSubstr("rows.libfm")));
}

}  // namespace
}  // namespace actlab::test

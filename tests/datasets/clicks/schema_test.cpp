#include "datasets/clicks/schema.h"

#include "tests/datasets/clicks/helpers.h"

namespace actlab::test {
namespace {

constexpr const char* whole = R"(
name = "shop"
separator = ";"
quotes = "none"
columns = ["who", "what", "when", "tags", "price", "bought"]
label = "bought"
threshold = 2.5
user = "who"
item = "what"
time = "when"
time_format = "iso"
in_order = true
fields = [
  { name = "who", kind = "categorical", min_count = 3 },
  { name = "what", kind = "categorical", buckets = 1000, of_item = true },
  { name = "hour", kind = "categorical", column = "when", derive = "hour" },
  { name = "tags", kind = "multi_valued", separator = " ", longest = 4 },
  { name = "price", kind = "numerical", transform = "quantile" },
  { name = "before", kind = "history", of = "what", longest = 5 },
]
)";

TEST(ClickSchemas, SayWhatColumnsMean) {
  const ClickSchema schema = parse_schema(whole, "shop.toml");
  EXPECT_EQ(schema.separator, ";");
  EXPECT_EQ(schema.quotes, Quotes::literal);
  EXPECT_EQ(schema.columns.size(), 6U);
  EXPECT_EQ(schema.threshold, 2.5);
  EXPECT_EQ(schema.time_format, TimeFormat::iso);
  EXPECT_TRUE(schema.in_order);
  ASSERT_EQ(schema.fields.size(), 6U);
  EXPECT_EQ(schema.fields[0].column, "who");
  EXPECT_EQ(schema.fields[0].min_count, 3);
  EXPECT_EQ(schema.fields[1].buckets, 1000);
  EXPECT_TRUE(schema.fields[1].of_item);
  EXPECT_EQ(schema.fields[2].derive, Derive::hour);
  EXPECT_EQ(schema.fields[3].kind, ClickKind::multi_valued);
  EXPECT_EQ(schema.fields[3].separator, " ");
  EXPECT_EQ(schema.fields[4].transform, Transform::quantile);
  EXPECT_EQ(schema.fields[5].of, "what");
  EXPECT_EQ(schema.fields[5].column, "");
}

TEST(ClickSchemas, AreWrittenAsTheyAreRead) {
  const ClickSchema schema = parse_schema(whole, "shop.toml");
  const std::string text = schema_text(schema);
  EXPECT_EQ(schema_json(parse_schema(text, "again")), schema_json(schema)) << text;
  EXPECT_EQ(schema_json(schema_of(schema_json(schema))), schema_json(schema));
}

TEST(ClickSchemas, ThatDoNotFitTogetherAreRefused) {
  const auto refusal = [](const std::string& text) {
    return data_message([&] { parse_schema(text, "s.toml"); });
  };
  const std::string field = R"(fields = [ { name = "a", kind = "categorical" } ])";
  EXPECT_THAT(refusal("label = 'x'\nfields = ["), HasSubstr("s.toml:2"));
  EXPECT_THAT(refusal("lable = 'x'\n" + field), AllOf(HasSubstr("'lable' in s.toml"), HasSubstr("'label'?")));
  EXPECT_THAT(refusal(field), HasSubstr("names no label"));
  EXPECT_THAT(refusal("label = 'x'"), HasSubstr("no fields"));
  EXPECT_THAT(refusal("label = 3\n" + field), AllOf(HasSubstr("'label'"), HasSubstr("3 in s.toml")));
  EXPECT_THAT(refusal("label = 'x'\ntime_format = 'sundial'\n" + field), HasSubstr("unix, iso, yymmddhh"));
  EXPECT_THAT(refusal("label = 'x'\nfields = [ { kind = 'numerical' } ]"), HasSubstr("no name"));
  EXPECT_THAT(refusal("label = 'x'\nfields = [ { name = 'a' }, { name = 'a' } ]"), HasSubstr("same name"));
  EXPECT_THAT(refusal("label = 'x'\nfields = [ { name = 'a', kind = 'sequence' } ]"),
              AllOf(HasSubstr("field 'a' of s.toml"), HasSubstr("multi_valued, history")));
  EXPECT_THAT(refusal("label = 'x'\nfields = [ { name = 'a', min_count = 0 } ]"), HasSubstr("min_count"));
  EXPECT_THAT(refusal("label = 'x'\nfields = [ { name = 'a', buckets = -1 } ]"), HasSubstr("buckets"));
  EXPECT_THAT(refusal("label = 'x'\nfields = [ { name = 'a', longest = 0 } ]"), HasSubstr("longest"));
  EXPECT_THAT(refusal("label = 'x'\nfields = [ { name = 'a' }, { name = 'h', kind = 'history', of = 'b' } ]"),
              AllOf(HasSubstr("field 'h'"), HasSubstr("of = ")));
  EXPECT_THAT(refusal("label = 'x'\nfields = [ { name = 'a' }, { name = 'h', kind = 'history', of = 'a' } ]"),
              HasSubstr("know the user"));
  EXPECT_THAT(
      refusal(
          "label = 'x'\nuser = 'u'\nfields = [ { name = 'a' }, { name = 'h', kind = 'history', of = 'a' } ]"),
      HasSubstr("what came before"));
  EXPECT_THAT(refusal("label = 'x'\nseparator = '::'\n" + field), HasSubstr(R"(quotes = "none")"));
}

class Proposals : public ClickTables {};

TEST_F(Proposals, TellColumnsByNameAndContent) {
  std::string text = "id,user_id,movie_id,genres,price,plays,rating,timestamp\n";
  for (int i = 0; i < 200; ++i) {
    const int movie = i * 7 % 20;
    text += std::to_string(i) + ",u" + std::to_string(i % 15) + "," + std::to_string(movie) + "," +
            (movie % 2 == 0 ? "Drama|Crime" : "Comedy") + "," + std::to_string(i % 97) + ".5," +
            std::to_string(i % 50 == 0 ? 5000 : i % 40) + "," + std::to_string(1 + i % 5) + "," +
            std::to_string(964982703 + i) + "\n";
  }
  const fs::path file = write_table(text);
  const std::string proposal = propose_schema(file);
  const ClickSchema schema = parse_schema(proposal, "proposal");
  EXPECT_EQ(schema.label, "rating");
  EXPECT_EQ(schema.threshold, 4);
  EXPECT_EQ(schema.user, "user_id");
  EXPECT_EQ(schema.item, "movie_id");
  EXPECT_EQ(schema.time, "timestamp");
  EXPECT_EQ(schema.time_format, TimeFormat::unix);
  const auto field = [&](const std::string& name) { return schema.fields[schema.find_field(name)]; };
  EXPECT_EQ(field("movie_id").kind, ClickKind::categorical);
  EXPECT_TRUE(field("movie_id").of_item);
  EXPECT_EQ(field("genres").kind, ClickKind::multi_valued);
  EXPECT_TRUE(field("genres").of_item);
  EXPECT_FALSE(field("price").of_item);
  EXPECT_EQ(field("price").transform, Transform::none);
  EXPECT_EQ(field("plays").transform, Transform::log);
  EXPECT_EQ(field("hour").derive, Derive::hour);
  EXPECT_EQ(field("clicked_before").of, "movie_id");
  EXPECT_EQ(schema.fields.size(), 8U);  // without id
  EXPECT_THAT(proposal, HasSubstr("say nothing: 'id'"));

  write(fs::path(file.string() + ".toml"), proposal);  // beside the table it is found
  request_.dataset = file.string();
  EXPECT_EQ(load_clicks(request_).train.count(), 140);
}

TEST_F(Proposals, AreMadeForTablesWithoutHeader) {
  const fs::path file = write_table("1\tx\t17\n0\ty\t3\n1\tz\t99\n0\tx\t17\n", "events.tsv");
  const ClickSchema schema = parse_schema(propose_schema(file), "proposal");
  EXPECT_EQ(schema.separator, "\t");
  EXPECT_EQ(schema.columns, (std::vector<std::string>{"column1", "column2", "column3"}));
  EXPECT_EQ(schema.label, "column1");
  EXPECT_FALSE(schema.threshold.has_value());
}

TEST_F(Proposals, NeedALabel) {
  const fs::path file = write_table("a,b\nx,1.5\ny,2.5\n");
  EXPECT_THAT(data_message([&] { propose_schema(file); }),
              AllOf(HasSubstr("looks like a label"), HasSubstr("a, b")));
  EXPECT_THAT(data_message([&] { propose_schema(folder_ / "none"); }), HasSubstr("no such file"));
}

}  // namespace
}  // namespace actlab::test

#include "apps/text_sentiment/predict.h"
#include "apps/text_sentiment/text_task.h"
#include "tests/apps/text_sentiment/program_test.h"
#include "tests/errors.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(SavedTextModel, EvaluatesToTheSameFiguresWithTheClassesBelow) {
  const auto result = run({"evaluate", "--load", model()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith(trained_output()));
  EXPECT_THAT(result.out, ContainsRegex("target +bon +mauvais +moyen"));
  const auto values = json::parse(run({"evaluate", "--load", model(), "--format", "json"}).out);
  EXPECT_EQ(values["confusion"]["classes"], (std::vector<std::string>{"bon", "mauvais", "moyen"}));
  EXPECT_GT(values["accuracy"].get<double>(), 0.8) << "the words of a class stand in no other";
}

TEST_F(SavedTextModel, EvaluatesOtherTextsWithItsOwnWordsAndClasses) {
  std::string other = "avis,verdict\n";
  for (const auto* word : {"superbe", "parfait", "réussi"})
    other += "le jardin était " + std::string(word) + ",bon\n";
  other += "le café était superbe,inconnu\n,bon\n";
  const auto file = write("other.csv", other);
  const auto result = run({"evaluate", "--load", model(), "--dataset", file, "--format", "json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("1 empty text left out"), HasSubstr("'inconnu'"),
                                HasSubstr("25.0 % of the test words are unknown")));
  const auto counts = json::parse(result.out)["confusion"]["counts"];
  EXPECT_EQ(counts, json::parse("[[3,0,0],[0,0,0],[0,0,0]]")) << "all of a file that was not trained on";
  const auto strange = write("strange.csv", "avis,verdict\na,x\nb,y\n");
  EXPECT_EQ(run({"evaluate", "--load", model(), "--dataset", strange, "--text-column", "avis"}).code, 3);
}

TEST_F(SavedTextModel, PredictsArguments) {
  const auto result =
      run({"predict", "--load", model(), "Le CAFÉ était superbe!", "le pain était affreux", ""});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out,
              AllOf(ContainsRegex("bon +[0-9.]+ %  Le CAF"), ContainsRegex("mauvais +[0-9.]+ %  le pain"),
                    HasSubstr("unknown: !"), HasSubstr("(no words)"), Not(HasSubstr("\033["))));
  const auto list =
      json::parse(run({"predict", "--load", model(), "--top", "9", "--format", "json", "vin"}).out);
  double sum = 0;
  for (const auto& guess : list[0]["classes"]) sum += guess["probability"].get<double>();
  EXPECT_NEAR(sum, 1, 1e-6);
}

TEST_F(SavedTextModel, WritesAFileOfAnswersToAFileOfTexts) {
  const auto texts = write("new.tsv", "id\tavis\n7\tla soupe était parfait\n8\t\"un \"\"vin\"\", raté\"\n");
  const auto answers = (folder_ / "answers.csv").string();
  const auto result =
      run({"predict", "--load", model(), "--file", texts, "--text-column", "avis", "--output", answers});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr(answers));
  const auto table = slurp(answers);
  EXPECT_THAT(table, StartsWith("line,text,class,probability,remark\n2,la soupe était parfait,bon,0."));
  EXPECT_THAT(table, HasSubstr("\n3,\"un \"\"vin\"\", raté\",mauvais,"));
  EXPECT_EQ(run({"predict", "--load", model(), "--output", "/no/such/folder/a.csv", "vin"}).code, 3);
}

TEST_F(SavedTextModel, ReadsStandardInputLineByLine) {
  std::string lines = "le thé était délicieux\n\nbroken \xff bytes\r\n";
  for (int i = 0; i < 1'000'000; ++i) lines += "affreux \xe4\xb8\xad ";
  input_ = write("lines", lines + "\nle vin était correct");
  const auto result = run({"predict", "--load", model(), "--format", "json"});
  EXPECT_EQ(result.code, 0) << result.err;
  const auto list = json::parse(result.out);
  ASSERT_EQ(list.size(), 5U);
  const char* classes[] = {"bon", "", "", "mauvais", "moyen"};
  for (const size_t i : {0, 3, 4}) EXPECT_EQ(list[i]["classes"][0]["class"], classes[i]) << i;
  EXPECT_EQ(list[1]["remark"], "no words");
  EXPECT_EQ(list[4]["line"], 5);
  EXPECT_EQ(result.err, "note: of a text only the first 20 words count\n");
  EXPECT_THAT(run({"predict", "--load", model(), "--format", "csv", "--interactive"}).out,
              HasSubstr("\n1,le thé"));
}

TEST_F(SavedTextModel, ManyLinesTakeManyBatches) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "le pain était superbe\n";
  input_ = write("lines", lines);
  const auto answers = run({"predict", "--load", model(), "--format", "csv"}).out;
  EXPECT_EQ(std::count(answers.begin(), answers.end(), '\n'), 1001);
  EXPECT_THAT(answers, HasSubstr("\n1000,le pain était superbe,bon,"));
}

TEST_F(SavedTextModel, ExplainsWithEveryWordInItsPlace) {
  const std::string text = "le vin délicieux, le zzz";
  const auto list =
      json::parse(run({"predict", "--load", model(), "--explain", "--format", "json", text}).out);
  std::vector<std::string> words;
  for (const auto& word : list[0]["words"]) words.push_back(word["word"]);
  EXPECT_EQ(words, (std::vector<std::string>{"le", "vin", "délicieux", ",", "le", "zzz"}));
  EXPECT_EQ(list[0]["unknown"], (std::vector<std::string>{",", "zzz"}));
  EXPECT_GT(list[0]["words"][2]["contribution"].get<double>(), 0.1);
  EXPECT_THAT(run({"predict", "--load", model(), "--explain", text}).out,
              AllOf(ContainsRegex("délicieux \\+[0-9.]+"), HasSubstr("zzz? "), Not(HasSubstr("\033["))));
  EXPECT_THAT(run({"predict", "--load", model(), "--explain", "--format", "csv", text}).out,
              AllOf(HasSubstr("remark,contributions\n"), HasSubstr("[[\"\"le\"\",")));
}

TEST_F(SavedTextModel, RefusesWhatItCannotAnswer) {
  auto bytes = slurp(model());
  bytes.resize(bytes.size() / 2);
  const auto damaged = write("damaged.actlab", bytes), empty = write("empty.txt", "");
  const auto table = write("t.csv", "a,b\nx y,z w\n");
  const struct {
    ExitCode code;
    std::string what, load, file;
    TextFormat format;
  } cases[] = {
      {ExitCode::data, damaged, damaged, table, {}},
      {ExitCode::data, "/no/such", "/no/such", table, {}},
      {ExitCode::data, "/no/such.txt", model(), "/no/such.txt", {}},
      {ExitCode::data, empty, model(), empty, {}},
      {ExitCode::usage, "which column is the text", model(), table, {}},
      {ExitCode::usage, "'avis'", model(), table, {"avis", "", ""}},
      {ExitCode::usage, "'klingon'", model(), table, {"", "", "klingon"}},
  };
  for (const auto& item : cases) {
    PredictTextOptions options;
    options.load = item.load;
    options.file = item.file;
    options.file_format = item.format;
    EXPECT_THAT(message_of(item.code, [&] { predict_texts(TextTask(), options); }), HasSubstr(item.what));
  }
  EXPECT_EQ(run({"predict", "--load", model(), "--file", table, "a text"}).code, 2) << "one or the other";
}

TEST_F(SavedTextModel, BelongsToThisProgram) {
  program_ = ACTLAB_BIN "/image_classification";
  const auto result = run({"evaluate", "--load", model()});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, AllOf(HasSubstr("another program"), HasSubstr("text_sentiment")));
}

}  // namespace
}  // namespace actlab::test

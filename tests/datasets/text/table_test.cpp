// The user's own files.

#include <gmock/gmock.h>

#include "tests/datasets/text/helpers.h"

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Table : public Texts {
 protected:
  /// All texts of both sides.
  size_t count(const TextSet& set) { return set.train.texts.size() + set.test.texts.size(); }
  std::string usage(const std::string& name, const TextFormat& format = {}) {
    return message_of(ExitCode::usage, [&] { load(name, format); });
  }
};

TEST_F(Table, ReadsEveryFormat) {
  std::string json;
  for (int i = 0; i < 40; ++i) {
    json += R"({"text": "text )" + std::to_string(i) + R"(", "label": ")" + (i % 2 == 0 ? "good" : "bad") +
            "\"}\n";
  }
  write(folder_ / "a.csv", "text,label\n" + rows(40));
  write(folder_ / "b.csv", "text;label\n" + rows(40, ";"));
  write(folder_ / "c.tsv", "text\tlabel\n" + rows(40, "\t"));
  write(folder_ / "d.txt", rows(40, "\t"));  // recognised by its first line, and that it has no header
  write(folder_ / "e.jsonl", json);
  write(folder_ / "f.txt", json);
  const std::string gz = "text,label\n" + rows(40);
  write(folder_ / "g.csv.gz", gzip(Bytes(gz.begin(), gz.end())));
  for (const std::string name : {"a.csv", "b.csv", "c.tsv", "d.txt", "e.jsonl", "f.txt", "g.csv.gz"}) {
    const TextSet set = load(name);
    EXPECT_EQ(set.name, name.substr(0, 1));
    EXPECT_EQ(count(set), 40U) << name;
    EXPECT_THAT(set.class_names, ElementsAre("bad", "good"));
    EXPECT_EQ(set.note, "");
    EXPECT_EQ(set.validation.texts.size(), 0U);
    for (size_t i = 0; i < set.train.texts.size(); ++i) {
      const int number = std::stoi(set.train.texts[i].substr(5));
      EXPECT_EQ(labels(set.train)[i], number % 2 == 0 ? 1 : 0);
    }
  }
}

TEST_F(Table, TakesColumnsByNameOrNumber) {
  std::string text = "id,stars,headline,words\n";
  for (int i = 0; i < 30; ++i)
    text += std::to_string(i) + "," + std::to_string(i % 3 * 5) + ",h,\"long, text\n" + std::to_string(i) +
            "\"\n";
  write(folder_ / "a.csv", text);
  for (const TextFormat& format :
       {TextFormat{"words", "stars", ""}, TextFormat{"4", "2", ""}, TextFormat{"words", "", ""}}) {
    const TextSet set = load("a.csv", format);
    EXPECT_EQ(count(set), 30U);
    EXPECT_THAT(set.class_names, ElementsAre("0", "5", "10"));  // numbers by their value
    EXPECT_THAT(set.train.texts[0], HasSubstr("long, text\n"));
  }
  EXPECT_THAT(usage("a.csv"),
              AllOf(HasSubstr("which column is the text"), HasSubstr("id, stars, headline, words"),
                    HasSubstr("--text-column NAME")));
  EXPECT_THAT(usage("a.csv", {"word", "", ""}), AllOf(HasSubstr("unknown text column"), HasSubstr("a.csv"),
                                                      HasSubstr("did you mean 'words'?")));
  EXPECT_THAT(usage("a.csv", {"words", "5", ""}), HasSubstr("unknown label column"));
  EXPECT_THAT(usage("a.csv", {"words", "4", ""}), HasSubstr("the same column"));
}

TEST_F(Table, GuessesColumnsOnlyWhereNothingElseIsPossible) {
  write(
      folder_ / "a.csv", "mood,utterance\n" + [] {
        std::string text;
        for (int i = 0; i < 30; ++i)
          text += std::string(i % 2 == 0 ? "glad" : "sad") + ",words " + std::to_string(i) + "\n";
        return text;
      }());
  EXPECT_THAT(load("a.csv").class_names, ElementsAre("glad", "sad"));
  write(folder_ / "b.csv", std::string("text,label,class\na,1,2\nb,2,1\n"));
  EXPECT_THAT(usage("b.csv"), HasSubstr("which column is the label"));
  EXPECT_THAT(failure("c.csv", std::string("text,text,label\na,b,1\n"), {"text", "", ""}),
              HasSubstr("two columns are called 'text'"));
}

TEST_F(Table, KnowsWhetherThereIsAHeader) {
  write(folder_ / "a.csv", rows(40));  // "good" occurs again
  EXPECT_EQ(count(load("a.csv")), 40U);
  std::string numbers;
  for (int i = 0; i < 40; ++i) numbers += "text " + std::to_string(i) + "," + std::to_string(i % 2) + "\n";
  write(folder_ / "b.csv", numbers);
  EXPECT_EQ(count(load("b.csv")), 40U);
  write(folder_ / "c.csv", "good,bad\n" + rows(40));
  EXPECT_EQ(count(load("c.csv", {"good", "bad", ""})), 40U);  // named: a header for certain
}

TEST_F(Table, TakesQuotesOfTsvAsTheyAreMeant) {
  write(folder_ / "a.tsv", "text\tlabel\n\"two\nlines\"\tbad\n" + rows(40, "\t"));
  EXPECT_EQ(count(load("a.tsv")), 41U);
  write(folder_ / "b.tsv", "text\tlabel\n\"open\tbad\n" + rows(40, "\t"));
  EXPECT_EQ(count(load("b.tsv")), 41U);
}

TEST_F(Table, ReadsOtherEncodings) {
  write(folder_ / "a.csv", "text,label\n\x93quoted\x94 caf\xe9,bad\n" + rows(40));
  const TextSet set = load("a.csv", {"", "", "CP1252"});
  EXPECT_EQ(count(set), 41U);
  const auto& all = set.train.texts[0] == "text 0" ? set.test.texts : set.train.texts;
  EXPECT_EQ(all[0], "“quoted” café");
  // The name that was recognised is told.
  std::string bytes = "text,label\n";
  for (int i = 0; i < 30; ++i)
    bytes += "\xd5\xe2\xbc\xd2\xb2\xcd\xcc\xfc\xb5\xc4\xb2\xcb\xb7\xc7\xb3\xa3\xba\xc3" + std::to_string(i) +
             (i % 2 == 0 ? ",1\n" : ",0\n");
  write(folder_ / "b.csv", bytes);
  EXPECT_EQ(load("b.csv").note, "b.csv read as GB18030");
  EXPECT_THAT(failure("b.csv", bytes, {"", "", "UTF-8"}),
              AllOf(HasSubstr("no valid UTF-8"), HasSubstr("(line 2)"), HasSubstr("b.csv")));
  EXPECT_THAT(usage("a.csv", {"", "", "klingon"}), HasSubstr("unknown encoding"));
}

TEST_F(Table, CountsWhatItLeavesOut) {
  write(folder_ / "a.csv", "text,label\n,good\n  ,bad\n\" \",bad\nnothing,\n" + rows(40));
  const TextSet set = load("a.csv");
  EXPECT_EQ(count(set), 40U);
  EXPECT_EQ(set.note, "3 empty texts left out; 1 text without a label left out");
}

TEST_F(Table, ReadsAFolderOfTables) {
  write(folder_ / "mine" / "train.csv", "text,label\n" + rows(20));
  write(folder_ / "mine" / "test.jsonl", std::string(R"({"label": "good", "text": "x"}
{"label": "dull", "text": "y"}
{"label": "bad", "text": "z"}
)"));
  TextSet set = load("mine");
  EXPECT_EQ(set.name, "mine");
  EXPECT_EQ(set.note, "1 text of other classes left out: 'dull'");  // a label never seen in training
  EXPECT_THAT(set.train.texts, SizeIs(20));
  EXPECT_THAT(set.test.texts, ElementsAre("x", "z"));
  EXPECT_THAT(labels(set.test), ElementsAre(1, 0));
  EXPECT_THAT(set.validation.texts, IsEmpty());
  write(folder_ / "mine" / "validation.tsv", "text\tlabel\n" + rows(4, "\t"));
  set = load("mine");
  EXPECT_THAT(set.validation.texts, SizeIs(4));
  request_.fold = 1;
  EXPECT_THAT(usage("mine"), HasSubstr("folds are for data that its publisher does not divide"));
}

TEST_F(Table, TestsOnTheValidationDataWhereTestDataHasNoLabels) {
  write(folder_ / "mine" / "train.csv", "text,label\n" + rows(20));
  write(folder_ / "mine" / "test.csv", std::string("id,text\n1,x\n"));
  EXPECT_EQ(load("mine").note, "test.csv has no labels");
  write(folder_ / "mine" / "dev.csv", "text,label\n" + rows(6));
  const TextSet set = load("mine");
  EXPECT_THAT(set.test.texts, SizeIs(6));
  EXPECT_THAT(set.validation.texts, IsEmpty());
  EXPECT_EQ(set.note,
            "test.csv has no labels; dev.csv is the test data, validation data comes from the training data");
}

TEST_F(Table, ObeysTheClassesOfATrainedModel) {
  write(folder_ / "a.csv", "text,label\nmaybe,so\n" + rows(40));
  request_.class_names = {"good", "bad"};
  const TextSet set = load("a.csv");
  EXPECT_THAT(set.class_names, ElementsAre("good", "bad"));
  EXPECT_EQ(set.note, "1 text of other classes left out: 'so'");
  EXPECT_EQ(labels(set.train)[0], std::stoi(set.train.texts[0].substr(5)) % 2);
  request_.class_names = {"yes", "no"};
  EXPECT_THAT(data_message([&] { load("a.csv"); }),
              AllOf(HasSubstr("none of its classes"), HasSubstr("yes, no")));
}

TEST_F(Table, EmptyFile) {
  EXPECT_THAT(failure("a.csv", std::string()), AllOf(HasSubstr("no rows"), HasSubstr("a.csv")));
  EXPECT_THAT(failure("b.jsonl", std::string("\n\n")), HasSubstr("no rows"));
  EXPECT_THAT(failure("c.csv", std::string("text,label\n")), HasSubstr("no rows"));
}

TEST_F(Table, OneClassOnly) {
  EXPECT_THAT(failure("a.csv", std::string("text,label\na,1\nb,1\nc,1\n")),
              AllOf(HasSubstr("at least two classes"), HasSubstr("only '1' in a")));
  EXPECT_THAT(failure("b.csv", std::string("text,label\na,\n")), HasSubstr("no labelled text"));
}

TEST_F(Table, TextTakenForLabels) {
  std::string text = "text,label\n";
  for (int i = 0; i < 1500; ++i) text += std::to_string(i) + " a,text " + std::to_string(i) + "\n";
  EXPECT_THAT(failure("a.csv", text), AllOf(HasSubstr("too many classes"), HasSubstr("--label-column")));
}

TEST_F(Table, ALineWithTooManyFields) {
  EXPECT_THAT(failure("a.csv", std::string("text,label\nfine, but long,good\n")),
              AllOf(HasSubstr("too many fields"), HasSubstr("line 2"), HasSubstr("a.csv")));
}

TEST_F(Table, ALineOfTenMegabytes) {
  const std::string ten_megabytes(10'000'000, 'x');
  EXPECT_THAT(failure("a.csv", "text,label\n" + ten_megabytes + ",good\n"), HasSubstr("line 2 of"));
  EXPECT_THAT(failure("a.jsonl", "{\"text\": \"" + ten_megabytes + "\"}\n"), HasSubstr("line 1 of"));
  write(folder_ / "a.txt", "fine\n" + ten_megabytes);
  EXPECT_THAT(data_message([&] { read_texts(folder_ / "a.txt", {}); }), HasSubstr("line 2 of"));
}

TEST_F(Table, NulBytes) {
  using namespace std::string_literals;
  EXPECT_THAT(failure("a.csv", "text,label\nbad\0byte,1\n"s), AllOf(HasSubstr("NUL"), HasSubstr("line 2")));
  EXPECT_THAT(failure("a.jsonl", R"({"text": "a\u0000b", "label": "x"})"s),
              AllOf(HasSubstr("NUL"), HasSubstr("line 1")));
}

TEST_F(Table, DamagedJson) {
  EXPECT_THAT(failure("a.jsonl", std::string("{\"text\": \"a\", \"label\": 1}\n{\"text\": \n")),
              AllOf(HasSubstr("no JSON"), HasSubstr("line 2 of")));
  EXPECT_THAT(failure("a.json", std::string("[{\"text\": \"a\"}]\n")),
              AllOf(HasSubstr("object"), HasSubstr("jq -c '.[]'")));
}

TEST_F(Table, MissingFile) {
  EXPECT_THAT(data_message([&] { load((folder_ / "none.csv").string()); }),
              HasSubstr("no such file or folder"));
}

TEST_F(Table, TextsToClassify) {
  const auto read = [&](const std::string& name, const std::string& content, const TextFormat& format = {}) {
    write(folder_ / name, content);
    std::vector<std::pair<std::string, long>> rows;
    for (const auto& row : read_texts(folder_ / name, format)) rows.emplace_back(row.text, row.line);
    return rows;
  };
  using Rows = std::vector<std::pair<std::string, long>>;
  EXPECT_EQ(read("a.txt", "one, two\n\r\nthree"), (Rows{{"one, two", 1}, {"", 2}, {"three", 3}}));
  EXPECT_EQ(read("a.csv", "id,review\n1,\"two\nlines\"\n2,x\n"), (Rows{{"two\nlines", 2}, {"x", 4}}));
  EXPECT_EQ(read("b.csv", "only\none\ntwo\n"), (Rows{{"one", 2}, {"two", 3}}));
  EXPECT_EQ(read("a.jsonl", "{\"text\": \"x\"}\n\n{\"text\": null}\n"), (Rows{{"x", 1}, {"", 3}}));
  EXPECT_EQ(read("c.csv", "a,b\nx,y\n", {"b", "", ""}), (Rows{{"y", 2}}));
  EXPECT_THAT(message_of(ExitCode::usage, [&] { read("d.csv", "a,b,c\n1x,2x,3x\n"); }),
              HasSubstr("columns a, b, c"));
  EXPECT_THAT(data_message([&] { read("e.txt", ""); }), HasSubstr("empty"));
}

}  // namespace
}  // namespace actlab::test

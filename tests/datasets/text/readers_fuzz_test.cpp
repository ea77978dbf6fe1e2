// Readers meet files that somebody else has written: whatever the bytes, they either succeed or throw an
// Error.

#include <random>

#include "tests/datasets/mutate.h"
#include "tests/datasets/text/helpers.h"

namespace actlab::test {
namespace {

constexpr int rounds = 300;

class TextFuzz : public Texts {
 protected:
  /// Mutates `file`, which is one of those that `dataset` consists of.
  void feed(const fs::path& file, const std::string& content, const std::string& dataset,
            const TextFormat& format = {}) {
    int refused = 0;
    for (int round = 0; round < rounds; ++round) {
      write(file, mutate(Bytes(content.begin(), content.end()), random_));
      try {
        load(dataset, format);
      } catch (const Error& error) {
        EXPECT_TRUE(error.code() == ExitCode::data || error.code() == ExitCode::usage) << error.what();
        ++refused;
      }
    }
    EXPECT_GT(refused, 0) << "the mutations hardly ever matter";
    EXPECT_LT(refused, rounds) << "nothing is read at all";
    write(file, content);
  }

  std::mt19937 random_{1};
};

TEST_F(TextFuzz, Tables) {
  feed(folder_ / "a.csv", "text,label\n\"quoted, \"\"text\"\"\",good\nnaïve,bad\n" + rows(20), "a.csv");
  feed(folder_ / "a.tsv", "text\tlabel\n\"quoted\"\tgood\n" + rows(20, "\t"), "a.tsv");
  feed(folder_ / "a.txt", rows(20, "\t"), "a.txt");
  feed(folder_ / "b.csv", "text,label\n\x93quoted\x94,good\n" + rows(20), "b.csv", {"", "", "CP1252"});
}

TEST_F(TextFuzz, JsonLines) {
  std::string json;
  for (int i = 0; i < 20; ++i) {
    json +=
        R"({"text": "text )" + std::to_string(i) + R"( \u00e9", "label": )" + std::to_string(i % 2) + "}\n";
  }
  feed(folder_ / "a.jsonl", json, "a.jsonl");
}

TEST_F(TextFuzz, WideCharacters) {
  std::string wide = "\xff\xfe";
  for (const char c : "text,label\n" + rows(20)) wide += {c, '\0'};
  feed(folder_ / "a.csv", wide, "a.csv");
}

TEST_F(TextFuzz, Trees) {
  const std::string trees = "(3 (2 A) (3 (2 -LRB-) (2 (3 naïve) (2 film))))\n(1 (2 (2 No) (2 film)) (2 .))\n";
  for (const char* name : {"train.txt", "dev.txt", "test.txt"}) write(folder_ / "trees" / name, trees);
  for (const char* name : {"train.txt", "test.txt"}) feed(folder_ / "trees" / name, trees, "trees");
}

TEST_F(TextFuzz, FoldersOfTables) {
  const std::string train = "sentence\tlabel\n" + rows(20, "\t"), test = "index\tsentence\n0\tuneasy\n";
  write(folder_ / "mine" / "dev.tsv", train);
  write(folder_ / "mine" / "test.tsv", test);
  feed(folder_ / "mine" / "train.tsv", train, "mine");
  feed(folder_ / "mine" / "test.tsv", test, "mine");
}

TEST_F(TextFuzz, Polarity) {
  write(folder_ / "rt" / "rt-polarity.neg", rows(20));
  feed(folder_ / "rt" / "rt-polarity.pos", "caf\xe9 " + rows(20), "rt");
}

TEST_F(TextFuzz, LabelledSentences) {
  std::string sentences;
  for (int i = 0; i < 20; ++i)
    sentences += "\"Crust " + std::to_string(i) + "\xc2\x85.\t" + std::to_string(i % 2) + "\n";
  feed(folder_ / "uci" / "yelp_labelled.txt", sentences, "uci");
}

TEST_F(TextFuzz, TextFiles) {
  for (int i = 0; i < 20; ++i) {
    for (const std::string name : {"neg", "pos"})
      write(folder_ / "mail" / name / (std::to_string(i) + ".txt"), rows(i + 1));
  }
  feed(folder_ / "mail" / "pos" / "7.txt", "naïve, très, élan", "mail");
}

TEST_F(TextFuzz, TextsToClassify) {
  for (const std::string name : {"a.txt", "a.csv", "a.jsonl"}) {
    const std::string content =
        name == "a.jsonl" ? "{\"text\": \"naïve\"}\n{\"text\": \"x\"}\n" : "text\nnaïve\n\"x\"\n";
    for (int round = 0; round < rounds; ++round) {
      write(folder_ / name, mutate(Bytes(content.begin(), content.end()), random_));
      try {
        read_texts(folder_ / name, {});
      } catch (const Error& error) {
        EXPECT_TRUE(error.code() == ExitCode::data || error.code() == ExitCode::usage) << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace actlab::test

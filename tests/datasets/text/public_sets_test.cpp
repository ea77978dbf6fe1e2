// The publishers' formats, on small files.

#include <gmock/gmock.h>

#include "tests/datasets/text/helpers.h"

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class PublicSets : public Texts {
 protected:
  size_t count(const TextSet& set) { return set.train.texts.size() + set.test.texts.size(); }
};

TEST_F(PublicSets, Sst2Glue) {
  write(folder_ / "sst2-glue" / "train.tsv",
        std::string("sentence\tlabel\nhide new secretions \t0\n\"fun\" film \t1\n"));
  write(folder_ / "sst2-glue" / "dev.tsv", std::string("sentence\tlabel\nit 's charming \t1\n"));
  write(folder_ / "sst2-glue" / "test.tsv", std::string("index\tsentence\n0\tuneasy mishmash\n"));
  const TextSet set = load("sst2-glue");
  EXPECT_THAT(set.class_names, ElementsAre("negative", "positive"));
  EXPECT_EQ(set.train.texts[0], "hide new secretions");
  EXPECT_THAT(labels(set.train), ElementsAre(0, 1));
  EXPECT_THAT(set.test.texts, ElementsAre("it 's charming"));
  EXPECT_THAT(set.note, HasSubstr("test.tsv has no labels; dev.tsv is the test data"));
}

TEST_F(PublicSets, Sst2Sentences) {
  for (const std::string name : {"train", "dev", "test"}) {
    write(folder_ / "sst2-sentences" / (name + ".tsv"),
          "a " + name + " film\t1\nno " + name + "\t0");  // no line end
  }
  const TextSet set = load("sst2-sentences");
  EXPECT_THAT(set.class_names, ElementsAre("negative", "positive"));
  EXPECT_THAT(set.train.texts, ElementsAre("a train film", "no train"));
  EXPECT_THAT(labels(set.validation), ElementsAre(1, 0));
  EXPECT_THAT(set.test.texts, ElementsAre("a test film", "no test"));
  EXPECT_EQ(set.note, "");
}

class Trees : public PublicSets {
 protected:
  void write_trees(const fs::path& folder, const std::string& train) {
    write(folder / "train.txt", train);
    write(folder / "dev.txt", std::string("(0 (1 awful) (2 .))\n"));
    write(folder / "test.txt", std::string("(4 (4 great) (2 .))\n"));
  }
  std::string damage(const std::string& tree) {
    write_trees(folder_ / "sst5-trees", "(2 fine)\n" + tree + "\n");
    return data_message([&] { load("sst5-trees"); });
  }
};

TEST_F(Trees, GiveSentencesAndRootLabels) {
  write_trees(
      folder_ / "sst5-trees",
      "(3 (2 A) (3 (2 (2 -LRB-) (2 1\\/2)) (2 (3 naïve) (2 -RRB-))))\n(1 (2 (2 No) (2 film)) (2 .))\n");
  const TextSet set = load("sst5-trees");
  EXPECT_THAT(set.class_names,
              ElementsAre("very negative", "negative", "neutral", "positive", "very positive"));
  EXPECT_THAT(set.train.texts, ElementsAre("A ( 1/2 naïve )", "No film ."));
  EXPECT_THAT(labels(set.train), ElementsAre(3, 1));
  EXPECT_THAT(labels(set.validation), ElementsAre(0));
  EXPECT_THAT(labels(set.test), ElementsAre(4));
}

TEST_F(Trees, SayWhereTheyAreDamaged) {
  EXPECT_THAT(damage("(3 (2 a) (2 b)"),
              AllOf(HasSubstr("a bracket is not closed"), HasSubstr("line 2"), HasSubstr("train.txt")));
  EXPECT_THAT(damage("(3 (2 a) (2 b)))"), HasSubstr("goes on after its last bracket"));
  EXPECT_THAT(damage("(5 a)"), AllOf(HasSubstr("no label from 0 to 4"), HasSubstr("character 2")));
  EXPECT_THAT(damage("(a)"), HasSubstr("no label from 0 to 4"));
  EXPECT_THAT(damage("words"), HasSubstr("does not begin with a bracket"));
  EXPECT_THAT(damage(") words"), HasSubstr("does not begin with a bracket"));
}

TEST_F(Trees, SurviveAnyDepth) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "(2 ";
  EXPECT_THAT(damage(deep), HasSubstr("a bracket is not closed"));
}

TEST_F(Trees, ComeInAnArchive) {
  const std::string tree = "(3 (2 good) (2 film))\n(1 (2 bad) (2 film))\n";
  fs::create_directories(folder_ / "sst5-trees");
  write_tar(folder_ / "sst5-trees" / "trainDevTestTrees_PTB.tar.gz",
            {{"trees/train.txt", tree}, {"trees/dev.txt", tree}, {"trees/test.txt", tree}});
  const TextSet set = load("sst5-trees");
  EXPECT_EQ(set.name, "sst5-trees");
  EXPECT_THAT(set.train.texts, SizeIs(2));
}

TEST_F(PublicSets, RtPolarity) {
  std::string positive = "na\xefve \x97 and good\n", negative;
  for (int i = 0; i < 50; ++i) {
    positive += "good film " + std::to_string(i) + " \n";
    negative += "bad film " + std::to_string(i) + " \n";
  }
  write(folder_ / "rt-polarity" / "rt-polarity.pos", positive);
  write(folder_ / "rt-polarity" / "rt-polarity.neg", negative);
  const TextSet set = load("rt-polarity");
  EXPECT_EQ(set.note, "");
  EXPECT_EQ(count(set), 101U);
  bool decoded = false;
  for (const auto& split : {set.train, set.test}) {
    for (size_t i = 0; i < split.texts.size(); ++i) {
      decoded = decoded || split.texts[i] == "naïve — and good";
      EXPECT_EQ(labels(split)[i] == 1, split.texts[i].find("good") != std::string::npos);
    }
  }
  EXPECT_TRUE(decoded);
  fs::create_directories(folder_ / "packed");
  write_tar(folder_ / "packed" / "rt-polaritydata.tar.gz", {{"rt-polaritydata.README.1.0.txt", "read me"},
                                                            {"rt-polaritydata/rt-polarity.pos", positive},
                                                            {"rt-polaritydata/rt-polarity.neg", negative}});
  EXPECT_EQ(load("packed").train.texts, set.train.texts);
  EXPECT_EQ(load("packed/rt-polaritydata.tar.gz").name, "rt-polaritydata");
}

TEST_F(PublicSets, LabelledSentences) {
  std::string yelp, imdb = "\" In fact.  \t1\n\"Loved it!\" she said\xc2\x85 twice\t1\n";
  for (int i = 0; i < 30; ++i)
    yelp += "Crust " + std::to_string(i) + " is good, not \"bad\".\t" + std::to_string(i % 2) + "\n";
  const fs::path folder = folder_ / "sentiment-labelled-sentences";
  write(folder / "yelp_labelled.txt", yelp);
  write(folder / "imdb_labelled.txt", imdb);
  TextSet set = load("sentiment-labelled-sentences");
  EXPECT_EQ(count(set), 32U);
  EXPECT_THAT(set.class_names, ElementsAre("negative", "positive"));
  EXPECT_EQ(set.note, "part: without amazon_cells_labelled.txt");
  auto all = set.train.texts;
  all.insert(all.end(), set.test.texts.begin(), set.test.texts.end());
  EXPECT_THAT(all, Contains("\" In fact."));
  EXPECT_THAT(all, Contains("\"Loved it!\" she said\xc2\x85 twice"));  // NEL ends no line
  write(folder / "amazon_cells_labelled.txt", yelp);
  set = load("sentiment-labelled-sentences");
  EXPECT_EQ(count(set), 62U);
  EXPECT_EQ(set.note, "");
}

TEST_F(PublicSets, ChineseReviews) {
  std::string reviews, shopping;
  for (int i = 0; i < 30; ++i) {
    reviews += std::to_string(i % 2) + ",\"很快，好吃,\n" + std::to_string(i) + "\"\n";
    shopping += "书籍," + std::to_string(i % 2) + ",做父母 " + std::to_string(i) + "\n";
  }
  write(folder_ / "chinese-waimai-10k" / "waimai_10k.csv", "label,review\n" + reviews);
  TextSet set = load("chinese-waimai-10k");
  EXPECT_EQ(count(set), 30U);
  EXPECT_THAT(set.class_names, ElementsAre("negative", "positive"));
  EXPECT_THAT(set.train.texts[0], HasSubstr("很快，好吃,\n"));
  fs::create_directories(folder_ / "chinese-online-shopping-10-cats");
  write_tar(folder_ / "chinese-online-shopping-10-cats" / "online_shopping_10_cats.tar.gz",
            {{"online_shopping_10_cats.csv", "cat,label,review\n书籍,1,\n" + shopping}});
  set = load("chinese-online-shopping-10-cats");
  EXPECT_EQ(set.name, "chinese-online-shopping-10-cats");
  EXPECT_EQ(count(set), 30U);
  EXPECT_THAT(set.train.texts[0], HasSubstr("做父母"));
  EXPECT_EQ(set.note, "1 empty text left out");
}

TEST_F(PublicSets, Imdb) {
  for (const std::string half : {"train", "test"}) {
    for (const std::string name : {"pos", "neg", "unsup"}) {
      write(folder_ / "imdb" / "aclImdb" / half / name / "0_9.txt", "a " + name + " " + half + "<br />film");
    }
    write(folder_ / "imdb" / "aclImdb" / half / "urls_pos.txt", std::string("http://…"));
  }
  write(folder_ / "imdb" / "aclImdb" / "README", std::string("read me"));
  const TextSet set = load("imdb");
  EXPECT_EQ(set.name, "imdb");
  EXPECT_THAT(set.class_names, ElementsAre("negative", "positive"));
  EXPECT_THAT(set.train.texts, ElementsAre("a neg train<br />film", "a pos train<br />film"));
  EXPECT_THAT(labels(set.test), ElementsAre(0, 1));
  EXPECT_EQ(set.note, "");
}

TEST_F(PublicSets, FoldersOfTextFiles) {
  for (int i = 0; i < 30; ++i) {
    for (const std::string name : {"spam", "ham"}) {
      write(folder_ / "mail" / name / (std::to_string(i) + ".txt"),
            name + " " + std::to_string(i) + (i == 3 ? " caf\xe9" : ""));
    }
  }
  write(folder_ / "mail" / "spam" / "notes.pdf", std::string("x"));
  const TextSet set = load("mail", {"", "", "CP1252"});
  EXPECT_EQ(count(set), 60U);
  EXPECT_THAT(set.class_names, ElementsAre("ham", "spam"));
  EXPECT_EQ(set.note, "1 file without the ending .txt left out");
  write(folder_ / "one" / "train" / "spam" / "a.txt", std::string("x"));
  write(folder_ / "one" / "test" / "spam" / "a.txt", std::string("x"));
  EXPECT_THAT(data_message([&] { load("one"); }),
              AllOf(HasSubstr("at least two classes"), HasSubstr("1 sub-folder in")));
  fs::create_directories(folder_ / "one" / "train" / "ham");
  EXPECT_THAT(data_message([&] { load("one"); }), AllOf(HasSubstr("holds no text"), HasSubstr("ham")));
}

TEST_F(PublicSets, SayHowToGetWhatIsMissing) {
  EXPECT_THAT(data_message([&] { load("imdb"); }),
              AllOf(HasSubstr((folder_ / "imdb").string()), HasSubstr("text_sentiment data fetch imdb"),
                    HasSubstr("aclImdb_v1.tar.gz"), HasSubstr("7c2ac02c03563afcf9b574c7e56c153a")));
  fs::create_directories(folder_ / "empty");
  EXPECT_THAT(data_message([&] { load("empty"); }),
              AllOf(HasSubstr("no texts are recognised"), HasSubstr("train.csv")));
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load("imbd"); }), HasSubstr("did you mean 'imdb'?"));
}

}  // namespace
}  // namespace actlab::test

#include "datasets/catalogue_sets.h"

namespace actlab {
namespace {

constexpr const char* text_program = "text_sentiment";
constexpr const char* no_licence = "none stated by the publisher: research use";

/// Digests of archive and files are MD5, as torchtext's sst2.py states them.
PublicSet sst2_glue() {
  return {"sst2-glue",
          text_program,
          "SST-2 of GLUE: 67,349 phrases and 872 sentences of film reviews with labels, 2 classes",
          no_licence,
          "https://gluebenchmark.com/tasks",
          {{"SST-2.zip",
            "https://dl.fbaipublicfiles.com/glue/data/SST-2.zip",
            0,
            "md5",
            "9f81648d4199384278b86e315dac217c",
            {{"train.tsv", "", 3'806'081, "md5", "da409a0a939379ed32a470bc0f7fe99a"},
             {"dev.tsv", "", 94'931, "md5", "268856b487b2a31a28c0a93daaff7288"},
             {"test.tsv", "", 197'335, "md5", "3230e4efec76488b87877a56ae49675a"}},
            "SST-2"}}};
}

PublicSet sst2_sentences() {
  const std::string site =
      "https://raw.githubusercontent.com/clairett/pytorch-sentiment-classification/"
      "457ffd83de90a9d6d472d8ffc31bbffe40a8b236/data/SST2/";
  return {"sst2-sentences",
          text_program,
          "SST-2, whole sentences only: 6,920 + 872 + 1,821 of film reviews, 2 classes, test with labels",
          no_licence,
          "https://nlp.stanford.edu/sentiment/",
          {{"train.tsv", site + "train.tsv", 720'259, "sha256",
            "ec192f833a64da08f475488a77b0d0b47db47acd0f458bd18433fc793b569920"},
           {"dev.tsv", site + "dev.tsv", 92'057, "sha256",
            "eddea6b39e601dd4e7a672b53cc40fdf6019fa80522f351206c24340ca5d9359"},
           {"test.tsv", site + "test.tsv", 188'749, "sha256",
            "831169c7e2e429d6026e1bdbb542f33b636e3e596caad9602ebc953c205928b7"}}};
}

PublicSet sst5_trees() {
  return {"sst5-trees",
          text_program,
          "Stanford Sentiment Treebank: 8,544 + 1,101 + 2,210 sentences of film reviews, 5 classes",
          no_licence,
          "https://nlp.stanford.edu/sentiment/",
          {{"trainDevTestTrees_PTB.zip",
            "https://nlp.stanford.edu/sentiment/trainDevTestTrees_PTB.zip",
            789'539,
            "sha256",
            "5c613a4f673fc74097d523a2c83f38e0cc462984d847b82c7aaf36b01cbbbfcc",
            {{"train.txt", "", 0, "", ""}, {"dev.txt", "", 0, "", ""}, {"test.txt", "", 0, "", ""}},
            "trees"}}};
}

PublicSet rt_polarity() {
  return {"rt-polarity",
          text_program,
          "MR, sentence polarity 1.0 (Pang & Lee 2005): 10,662 snippets of film reviews, 2 classes",
          no_licence,
          "https://www.cs.cornell.edu/people/pabo/movie-review-data/",
          {{"rt-polaritydata.tar.gz",
            "https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz",
            0,
            "",
            "",
            {{"rt-polarity.pos", "", 0, "", ""}, {"rt-polarity.neg", "", 0, "", ""}},
            "rt-polaritydata"}}};
}

PublicSet imdb() {
  return {"imdb",
          text_program,
          "Large Movie Review Dataset (Maas et al. 2011): 25,000 + 25,000 whole reviews, 2 classes",
          "none stated; cite Maas et al. 2011, Learning Word Vectors for Sentiment Analysis",
          "https://ai.stanford.edu/~amaas/data/sentiment/",
          {{"aclImdb_v1.tar.gz",
            "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
            84'125'825,
            "md5",
            "7c2ac02c03563afcf9b574c7e56c153a",
            {{"train", "", 0, "", ""}, {"test", "", 0, "", ""}},
            "aclImdb"}}};
}

PublicSet sentiment_labelled_sentences() {
  return {"sentiment-labelled-sentences",
          text_program,
          "3,000 sentences of reviews at Amazon, IMDB and Yelp (Kotzias et al. 2015), 2 classes",
          "CC BY 4.0",
          "https://archive.ics.uci.edu/dataset/331/sentiment+labelled+sentences",
          {{"sentiment+labelled+sentences.zip",
            "https://archive.ics.uci.edu/static/public/331/sentiment+labelled+sentences.zip",
            84'188,
            "sha256",
            "afc26626d710899948693e1a61405dce197f57ffa719fa1130d346b4cc095343",
            {{"amazon_cells_labelled.txt", "", 58'226, "sha256",
              "47003fc0a0d4840b00e96e715b6189bad09e7443a3da41c4cbe12ffc79f86ae3"},
             {"imdb_labelled.txt", "", 85'285, "sha256",
              "aef2e49e3da25714d61175e3a6e68eeef74a20a2f914318dc3be9947ea86512d"},
             {"yelp_labelled.txt", "", 61'320, "sha256",
              "c76468b7b5c6e56a0804d728345c5f84aa2142ddb214420f61cc9cfd4c00d2ea"}},
            "sentiment labelled sentences"}}};
}

/// A file of ChineseNlpCorpus at one commit.
std::string chinese_corpus(const std::string& path) {
  return "https://raw.githubusercontent.com/SophonPlus/ChineseNlpCorpus/"
         "a0b781d72158bde242c0626c9e354d2b328865ff/datasets/" +
         path;
}

PublicSet chinese_waimai() {
  return {"chinese-waimai-10k",
          text_program,
          "11,987 reviews of delivered food in Simplified Chinese, 2 classes",
          no_licence,
          "https://github.com/SophonPlus/ChineseNlpCorpus",
          {{"waimai_10k.csv", chinese_corpus("waimai_10k/waimai_10k.csv"), 919'380, "sha256",
            "b8b5c11c00b51578d35937fca56e03a126b45381f1ea4b22893237cb377a26fe"}}};
}

PublicSet chinese_online_shopping() {
  return {"chinese-online-shopping-10-cats",
          text_program,
          "62,774 reviews of goods of 10 kinds in Simplified Chinese, 2 classes",
          no_licence,
          "https://github.com/SophonPlus/ChineseNlpCorpus",
          {{"online_shopping_10_cats.zip",
            chinese_corpus("online_shopping_10_cats/online_shopping_10_cats.zip"),
            4'084'428,
            "sha256",
            "6816ded66fde9d0927ecbd370b5e12d0174d1abac35192ec014ac2a0a8d25858",
            {{"online_shopping_10_cats.csv", "", 11'299'695, "sha256",
              "f6c5b724122d8547b700ac4524898eb7e28abbee63f798e95a8faa408829afdb"}}}}};
}

}  // namespace

std::vector<PublicSet> text_sets() {
  return {sst2_glue(),      sst2_sentences(),
          sst5_trees(),     rt_polarity(),
          imdb(),           sentiment_labelled_sentences(),
          chinese_waimai(), chinese_online_shopping()};
}

}  // namespace actlab

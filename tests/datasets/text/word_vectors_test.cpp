#include <fmt/format.h>
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "datasets/text/vocabulary.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

using ::testing::HasSubstr;

class WordVectors : public Folder {
 protected:
  at::Tensor read(const std::string& content, const std::string& name = "vectors.txt") {
    write(folder_ / name, content);
    return read_word_vectors(folder_ / name, vocabulary_);
  }
  void expect_error(const std::string& content, const std::string& part) {
    EXPECT_THAT(data_message([&] { read(content); }), AllOf(HasSubstr(part), HasSubstr("vectors.txt")))
        << content;
  }
  /// The vector of a word as text; "nan" where the file lacks it.
  std::string of(const at::Tensor& vectors, const std::string& word) {
    const auto row = vectors[vocabulary_.number(word)];
    std::string text;
    for (int64_t i = 0; i < row.size(0); ++i)
      text += (i == 0 ? "" : " ") + fmt::format("{}", row[i].item<float>());
    return text;
  }

  const Vocabulary vocabulary_{{"good", "film", "strasse", "apple", "n't"}};
};

TEST_F(WordVectors, ReadsGlove) {
  const auto vectors = read("the 9 9 9\ngood 0.1 -2e-3 3\n. . . 7 7 7\n n't 1 2 3\nn't 4 5 6\n");
  EXPECT_EQ(vectors.sizes(), (std::vector<int64_t>{7, 3}));
  EXPECT_EQ(vectors.scalar_type(), torch::kFloat);
  EXPECT_EQ(of(vectors, "good"), "0.1 -0.002 3");
  EXPECT_EQ(of(vectors, "n't"), "4 5 6");
  EXPECT_EQ(of(vectors, "film"), "nan nan nan");
  EXPECT_EQ(of(vectors, "superb"), "nan nan nan");  // unknown
  EXPECT_TRUE((vectors[Vocabulary::padding] == 0).all().item<bool>());
}

TEST_F(WordVectors, ReadsWord2vecAndOtherLineEnds) {
  for (const std::string content :
       {"3 2\nfilm 1 2\ngood 3 4\nthe 5 6\n", "3 2\nfilm 1 2 \ngood 3 4 \nthe 5 6 \n",
        "3 2\r\nfilm 1 2\r\ngood 3 4\r\nthe 5 6", "film 1 2\ngood 3 4"}) {
    const auto vectors = read(content);
    EXPECT_EQ(vectors.size(1), 2);
    EXPECT_EQ(of(vectors, "film"), "1 2") << content;
    EXPECT_EQ(of(vectors, "good"), "3 4") << content;
  }
}

TEST_F(WordVectors, PrefersTheWordsOwnSpellingThenTheFirst) {
  const auto vectors =
      read("Apple 1 1\nAPPLE 2 2\napple 3 3\napple 4 4\nGood 5 5\nGOOD 6 6\nStraße 7 7\nAPPLE 8 8\n");
  EXPECT_EQ(of(vectors, "apple"), "3 3");
  EXPECT_EQ(of(vectors, "good"), "5 5");
  EXPECT_EQ(of(vectors, "strasse"), "7 7");
}

TEST_F(WordVectors, ReadsGzipThroughItsWindow) {
  std::string content;  // several windows
  for (int i = 0; i < 200'000; ++i) content += fmt::format("word{} {} 0.25 -1\n", i, i);
  content += "film 1 2 3\n";
  const Bytes packed = gzip(Bytes(content.begin(), content.end()));
  EXPECT_EQ(of(read(content), "film"), "1 2 3");
  EXPECT_EQ(of(read(std::string(packed.begin(), packed.end()), "vectors.txt.gz"), "film"), "1 2 3");
  const std::string half(packed.begin(), packed.begin() + static_cast<long>(packed.size() / 2));
  EXPECT_THAT(data_message([&] { read(half, "half.gz"); }),
              AllOf(HasSubstr("damaged"), HasSubstr("half.gz")));
}

TEST_F(WordVectors, NamesFileAndLineOfWhatIsWrong) {
  expect_error("", "empty");
  expect_error("good\n", "line 1");
  expect_error("2 3\n", "line 1");
  expect_error("the 1 2 3\nfilm 1 2\n", "line 2: 3 fields");
  expect_error("the 1 2 3\nfilm 1 2 3 4\n", "line 2: 5 fields");
  expect_error("the 1 2 3\n\nfilm 1 2 3\n", "line 2");
  expect_error("1 3\nfilm 1 2\n", "line 2: 3 fields");
  expect_error("the 1 2\nfilm 1 x\n", "line 2: x");
  expect_error("the 1 2\ngood 1 2\nfilm 1 0.5.3\n", "line 3: 0.5.3");
  expect_error("film 1 nan\n", "line 1: nan");
  expect_error("film 1 -inf\n", "line 1: -inf");
  expect_error("film 1 1e99\n", "line 1: 1e99");  // no float
  expect_error("film 1  2\n", "line 1");
  const auto missing = data_message([&] { read_word_vectors(folder_ / "none.txt", vocabulary_); });
  EXPECT_THAT(missing, AllOf(HasSubstr("missing"), HasSubstr("none.txt")));
}

TEST_F(WordVectors, RefusesABinaryFile) {
  std::string binary = "3 2\nfilm ";
  for (int i = 0; i < 1000; ++i) binary += static_cast<char>(i * 37);
  expect_error(binary, "line 2");
}

}  // namespace
}  // namespace actlab::test

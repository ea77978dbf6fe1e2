#include "apps/text_sentiment/text_task.h"

#include <torch/torch.h>

#include <set>

#include "tests/apps/text_sentiment/program_test.h"
#include "tests/errors.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class TaskOfTexts : public TextProgram {
 protected:
  json request(json more = json::object()) const {
    json base = {{"dataset", "reviews"},
                 {"data_directory", folder_.string()},
                 {"train_limit", 300},
                 {"test_limit", 100}};
    base.update(more);
    return base;
  }

  const TextTask task_;
};

TEST_F(TaskOfTexts, WorkerProcessesWriteWhatARunInThisProcessGives) {
  ASSERT_EQ(run(small_grid()).code, 0);
  expect_what_workers_wrote(task_, request(), small_model);
}

TEST_F(TaskOfTexts, WordsComeFromTrainingTextsAlone) {
  const auto file = write("words.csv", [] {
    std::string table = "text,label\n";
    for (int i = 0; i < 200; ++i)
      table += "word" + std::to_string(i) + " here," + (i % 2 == 0 ? "yes" : "no") + "\n";
    return table;
  }());
  const auto data =
      task_.load(request({{"dataset", file}, {"min_count", 1}, {"train_limit", 0}, {"test_limit", 0}}));
  EXPECT_EQ(data.facts["vocabulary"].size(), static_cast<size_t>(data.train.count()) + 1)
      << "'here' and one each";
  const auto test = data.test.inputs[0];
  EXPECT_TRUE(test.select(1, 0).eq(Vocabulary::unknown).all().item<bool>());
  EXPECT_THAT(data.note, HasSubstr("50.0 % of the test words are unknown"));
}

TEST_F(TaskOfTexts, TheStartOfALongTextCounts) {
  const auto data = task_.load(request({{"max_tokens", 3}}));
  EXPECT_EQ(data.train.inputs[0].size(1), 3);
  EXPECT_TRUE(data.train.sizes.equal(data.train.inputs[1]));
  EXPECT_THAT(data.note, HasSubstr("have 3 words or more and end there"));
}

TEST_F(TaskOfTexts, WordVectorsAreTheStartOfTheEmbedding) {
  const auto vectors = write("vectors.txt", "the 0.5 -0.25 1\nnosuchword 1 2 3\n");
  const auto data = task_.load(request({{"vectors", vectors}}));
  EXPECT_EQ(data.facts["vector_width"], 3);
  EXPECT_THAT(data.note, HasSubstr("word vectors for 1 of "));
  const auto reader = reader_of(data.facts);
  const auto row = data.initial.at("embedding.weight")[reader.vocabulary.number("the")];
  EXPECT_TRUE(row.equal(torch::tensor({0.5F, -0.25F, 1.0F})));
  EXPECT_NE(data.fingerprint, task_.load(request()).fingerprint);
  EXPECT_THAT(message_of(ExitCode::usage,
                         [&] {
                           task_.build(parse_spec("dan:embedding=8"), resolve_activation(parse_spec("relu")),
                                       data.facts);
                         }),
              HasSubstr("embedding"));
}

TEST_F(TaskOfTexts, TextHandlingIsAnotherExperiment) {
  std::set<std::string> fingerprints = {task_.load(request()).fingerprint};
  for (const auto& handling : {json{{"min_count", 9}}, json{{"vocabulary", 50}}, json{{"max_tokens", 5}},
                               json{{"chinese", "characters"}}})
    EXPECT_TRUE(fingerprints.insert(task_.load(request(handling)).fingerprint).second) << handling;
  EXPECT_EQ(task_.load(request({{"max_tokens", 256}})).fingerprint, task_.load(request()).fingerprint);
}

TEST_F(TaskOfTexts, BadDataIsAClearError) {
  const auto good = write("good.csv", "text,label\ngood,1\nfine,1\nbad,0\nworse,0\n");
  const struct {
    ExitCode code;
    const char* what;
    json request;
  } cases[] = {
      {ExitCode::data, "no rows", {{"dataset", write("empty.csv", "")}}},
      {ExitCode::data, "two classes", {{"dataset", write("one.csv", "text,label\na,x\nb,x\nc,x\n")}}},
      {ExitCode::usage, "'sentiment'", {{"dataset", good}, {"label_column", "sentiment"}}},
      {ExitCode::usage, "'avis'", {{"dataset", good}, {"text_column", "avis"}}},
      {ExitCode::usage, "'klingon'", {{"dataset", good}, {"encoding", "klingon"}}},
      {ExitCode::usage, "'bigrams'", {{"chinese", "bigram"}}},
      {ExitCode::data, "line 3", {{"dataset", write("wide.csv", "text,label\na,x\nb,y,z\n")}}},
      {ExitCode::data, "no such file", {{"dataset", "/no/such.csv"}}},
      {ExitCode::data, "vectors.txt", {{"vectors", write("vectors.txt", "the 0.1 0.2\nfilm 0.1\n")}}},
  };
  for (const auto& item : cases)
    EXPECT_THAT(message_of(item.code, [&] { task_.load(request(item.request)); }), HasSubstr(item.what));
}

TEST_F(TaskOfTexts, ATrainedModelsFactsTakeThePlaceOfNewOnes) {
  const auto trained = task_.load(request({{"max_tokens", 7}, {"min_count", 3}}));
  const auto other = task_.load(request({{"facts", trained.facts}, {"train_limit", 50}}));
  EXPECT_EQ(other.facts, trained.facts);
  EXPECT_TRUE(other.test.inputs[0].equal(trained.test.inputs[0]));
}

TEST_F(TaskOfTexts, MetricsAndThresholdsGoTogether) {
  const auto facts = task_.load(request()).facts;
  const auto metrics = task_.objective(facts, {}).metrics();
  metrics->add(torch::zeros({2, 2}), torch::tensor({0L, 1L}));
  for (const auto& [name, value] : metrics->values()) EXPECT_GT(task_.practical_threshold(name), 0) << name;
  EXPECT_THAT(message_of(ExitCode::usage, [&] { task_.practical_threshold("beauty"); }), HasSubstr("auc"));
}

}  // namespace
}  // namespace actlab::test

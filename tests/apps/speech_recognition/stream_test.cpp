#include "apps/speech_recognition/stream.h"

#include <torch/torch.h>

#include "apps/speech_recognition/joined_clips.h"
#include "apps/speech_recognition/speech_task.h"
#include "apps/speech_recognition/truth.h"
#include "datasets/speech/speech.h"
#include "tests/apps/speech_recognition/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

constexpr double rounding = 1e-9;

at::Tensor probabilities(const std::vector<double>& values) { return torch::tensor(values, torch::kDouble); }

TEST(DetectorOfWords, AveragesOverTheSpan) {
  Detector detector({"yes", "no"}, {0.3, 0.6, 1});
  EXPECT_FALSE(detector.hear(0.0, probabilities({0.5, 0.5})));
  EXPECT_FALSE(detector.hear(0.1, probabilities({0.5, 0.5})));
  EXPECT_FALSE(detector.hear(0.2, probabilities({0.7, 0.3}))) << "1.7/3 of the last three";
  const auto heard = detector.hear(0.3, probabilities({0.9, 0.1}));
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->word, "yes");
  EXPECT_NEAR(heard->probability, (0.5 + 0.7 + 0.9) / 3, rounding);
  EXPECT_NEAR(heard->time, 0.2, rounding) << "the middle of 0.1 to 0.3";
}

TEST(DetectorOfWords, HearsNothingInTheRefractoryTimeNorSilence) {
  Detector detector({"yes", "_unknown_", "_silence_"}, {0.1, 0.5, 0.25});
  std::vector<double> times;
  for (int i = 0; i < 8; ++i) {
    if (const auto heard = detector.hear(0.1 * i, probabilities({0.9, 0.1, 0}))) times.push_back(heard->time);
  }
  ASSERT_EQ(times.size(), 3U);
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(times[i], 0.3 * static_cast<double>(i), rounding);
  EXPECT_FALSE(detector.hear(2, probabilities({0.05, 0.9, 0.05})));
  EXPECT_FALSE(detector.hear(3, probabilities({0.05, 0.05, 0.9})));
}

TEST(ScoreOfAStream, CountsEachWordOnce) {
  const std::vector<SpokenWord> truth = {{1, "yes"}, {3, "no"}, {5, "yes"}, {7, "yes"}, {9, "other"}};
  const std::vector<Detection> heard = {{1.2, "yes", 1},  // hit
                                        {1.4, "yes", 1},  // the same word again: false accept
                                        {3.4, "yes", 1},  // wrong
                                        {5.6, "yes", 1},  // too late: false accept
                                        {6.8, "yes", 1},  // hit
                                        {9.0, "no", 1}};  // of a word that is not known: false accept
  const auto result = score(truth, heard, {"yes", "no"}, 0.5, 1800);
  EXPECT_EQ(result.words, 4);
  EXPECT_EQ(result.hits, 2);
  EXPECT_EQ(result.wrong, 1);
  EXPECT_EQ(result.missed, 1);
  EXPECT_EQ(result.false_accepts, 3);
  EXPECT_DOUBLE_EQ(result.false_accepts_an_hour(), 6);
  EXPECT_EQ(result.hits + result.wrong + result.missed, result.words);
}

class StreamOfWords : public SavedSpeechModel {
 protected:
  /// A minute and more: a word every 2.5 s, noise all over; what is said goes to `truth.csv`.
  std::string recording(int words = 30) const {
    std::vector<float> samples;
    std::string truth = "time,word\n";
    const char* names[] = {"low", "high", "mixed"};
    for (int i = 0; i < words; ++i) {
      samples.insert(samples.end(), 12000, 0);
      truth += std::to_string(static_cast<double>(samples.size() + 4000) / 8000) + "," + names[i % 3] + "\n";
      const auto word = sung(names[i % 3], (i % 10) / 10.0);
      samples.insert(samples.end(), word.begin(), word.end());
    }
    write(folder_ / "truth.csv", truth);
    return record("long.wav", with_hiss(samples));
  }
};

/// The model was shown words up to 100 ms off the middle of its second. A span of 300 ms holds these windows
/// alone: of a longer one the mean lies near the threshold, however sure of the word the model is.
TEST_F(StreamOfWords, FindsTheWordsOfALongRecording) {
  const std::vector<std::string> stream = {"stream",      "--load", model(),  recording(),
                                           "--threshold", "0.5",    "--span", "300"};
  const auto result = run(stream, {"--truth", file("truth.csv"), "--format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto object = json::parse(result.out);
  EXPECT_EQ(object["seconds"], 75);
  EXPECT_EQ(object["score"]["words"], 30);
  EXPECT_GE(object["score"]["hits"], 27) << object;
  EXPECT_LE(object["score"]["false_accepts"], 3) << object;
  const auto table =
      run({"stream", "--load", model(), file("long.wav"), "--truth", file("truth.csv"), "--quiet"});
  EXPECT_THAT(table.out, AllOf(HasSubstr("words said      30"), HasSubstr("an hour")));
  EXPECT_EQ(table.err, "");
  const auto csv = run(stream, {"--format", "csv"}).out;
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), static_cast<long>(object["detections"].size()) + 1);
}

/// Block by block comes what one look at all windows of the recording gives.
TEST_F(StreamOfWords, BlocksHaveNoSeams) {
  const torch::NoGradGuard no_grad;
  const SpeechTask task;
  const Recogniser recogniser(task, model(), torch::kCPU);
  const auto audio = read_clip(recording(), 8000);
  DetectorOptions options;
  options.threshold = 0.5;
  long place = 0;
  std::vector<Detection> heard;
  const auto seconds = listen(
      recogniser,
      [&](long samples) {
        const auto block = audio.slice(0, place, place + samples);
        place += samples;
        return block;
      },
      0.1, options, [&](const Detection& word) { heard.push_back(word); }, [](double) {});
  EXPECT_EQ(seconds, 75);
  Detector detector(recogniser.words(), options);
  std::vector<Detection> expected;
  const auto all =
      torch::softmax(recogniser.judge(recogniser.hear(audio.unfold(0, 8000, 800))).to(torch::kDouble), 1);
  for (long i = 0; i < all.size(0); ++i) {
    if (const auto word = detector.hear(0.5 + 0.1 * static_cast<double>(i), all[i]))
      expected.push_back(*word);
  }
  ASSERT_EQ(heard.size(), expected.size());
  ASSERT_GT(heard.size(), 20U);
  for (size_t i = 0; i < heard.size(); ++i) {
    EXPECT_EQ(heard[i].word, expected[i].word);
    EXPECT_NEAR(heard[i].time, expected[i].time, rounding);
    EXPECT_NEAR(heard[i].probability, expected[i].probability, 1e-6);
  }
}

TEST_F(StreamOfWords, AShortRecordingIsHeardAsOneClip) {
  const auto whole = sung("low", 0.3);
  const auto object = json::parse(run({"stream", "--load", model(), "--format", "json",
                                       record("short.wav", {whole.begin() + 2000, whole.begin() + 6000})})
                                      .out);
  ASSERT_EQ(object["detections"].size(), 1U) << object;
  EXPECT_EQ(object["detections"][0]["word"], "low");
  EXPECT_EQ(object["detections"][0]["time"], 0.25);
}

TEST_F(StreamOfWords, TestClipsAreJoinedToARecording) {
  const auto arguments = std::vector<std::string>{"stream", "--load", model(), "--format", "json"};
  const auto own = run(arguments);
  ASSERT_EQ(own.code, 0) << own.err;
  const auto object = json::parse(own.out);
  EXPECT_GE(object["score"]["hits"].get<double>(), 0.8 * object["score"]["words"].get<double>()) << object;
  EXPECT_EQ(own.out, run(arguments).out) << "the same recording every time";
  EXPECT_NE(own.out, run(arguments, {"--noise", "0"}).out);
  EXPECT_NE(own.out, run(arguments, {"--leave-out", "s1"}).out);
}

TEST_F(StreamOfWords, TheJoinedRecordingSaysWhatItHolds) {
  const SpeechTask task;
  const Recogniser recogniser(task, model(), torch::kCPU);
  const auto set = load_recordings(
      evaluation_request(recogniser.description(),
                         {{"dataset", ""}, {"data_directory", ""}, {"train_limit", 0}, {"test_limit", 0}}));
  JoinedClips clips(set, {0.5, 2.5, 60});
  std::vector<at::Tensor> blocks;
  do blocks.push_back(clips.next(5000));
  while (blocks.back().size(0) == 5000);
  const auto all = torch::cat(blocks);
  ASSERT_EQ(static_cast<long>(clips.truth().size()), set.test.labels.size(0));
  std::multiset<std::string> said, expected;
  double last = -0.5;
  for (const auto& word : clips.truth()) {
    said.insert(word.word);
    EXPECT_GE(word.time - last, 1.5 - rounding) << "a clip of a second and half a second of pause";
    EXPECT_LE(word.time - last, 3.5 + rounding);
    last = word.time;
    const long begin = std::lround(word.time * 8000) - 4000;
    if (word.word[0] == '_') continue;
    EXPECT_GT(all.slice(0, begin + 2000, begin + 6000).abs().mean().item<double>(), 0.05);
    EXPECT_LT(all.slice(0, begin - 3000, begin).abs().mean().item<double>(), 0.01);
  }
  for (long i = 0; i < set.test.labels.size(0); ++i)
    expected.insert(set.class_names[static_cast<size_t>(set.test.labels[i].item<int64_t>())]);
  EXPECT_EQ(said, expected);
  EXPECT_NEAR(static_cast<double>(all.size(0)) / 8000, last + 0.5, 1e-3);
}

TEST_F(StreamOfWords, BadTruthAndFlagsAreClearErrors) {
  const auto low = record("low.wav", sung("low", 0.1));
  const struct {
    int code;
    std::string truth;
    const char* what;
  } cases[] = {{3, "word,time\n", "time,word"},
               {3, "time,word\n1,low\nsoon,low\n", "line 3"},
               {3, "time,word\n1,low,high\n", "line 2"},
               {3, "time,word\n-1,low\n", "'-1'"},
               {3, "", "time,word"}};
  for (const auto& item : cases) {
    write(folder_ / "truth.csv", item.truth);
    const auto result = run({"stream", "--load", model(), low, "--truth", file("truth.csv")});
    EXPECT_EQ(result.code, item.code) << item.truth;
    EXPECT_THAT(result.err, AllOf(HasSubstr(item.what), HasSubstr("truth.csv")));
  }
  for (const auto& [flag, value] : std::vector<std::pair<std::string, std::string>>{{"--every", "1500"},
                                                                                    {"--every", "0"},
                                                                                    {"--threshold", "1.5"},
                                                                                    {"--span", "nan"},
                                                                                    {"--refractory", "-1"}}) {
    const auto result = run({"stream", "--load", model(), low, flag, value});
    EXPECT_EQ(result.code, 2) << flag << " " << value;
    EXPECT_THAT(result.err, HasSubstr(flag));
  }
}

}  // namespace
}  // namespace actlab::test

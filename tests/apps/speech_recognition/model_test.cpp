#include <opencv2/imgcodecs.hpp>

#include <limits>

#include "tests/apps/speech_recognition/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(SavedSpeechModel, EvaluatesToTheSameFiguresWithThoseOfEachWord) {
  const auto result = run({"evaluate", "--load", model()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith(trained_output()));
  EXPECT_THAT(result.out,
              AllOf(ContainsRegex("target +high +low +mixed"), ContainsRegex("class +examples +precision")));
  const auto values = json::parse(run({"evaluate", "--load", model(), "--format", "json"}).out);
  EXPECT_GT(values["accuracy"].get<double>(), 0.9);
  const std::vector<std::vector<double>> counts = values["confusion"]["counts"];
  double sum = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    double said = 0, examples = 0;
    for (size_t j = 0; j < counts.size(); ++j) said += counts[j][i], examples += counts[i][j];
    const auto& figures = values["classes"][i];
    EXPECT_EQ(figures["class"], values["confusion"]["classes"][i]);
    EXPECT_EQ(figures["examples"], examples);
    const double precision = counts[i][i] / said, recall = counts[i][i] / examples;
    EXPECT_DOUBLE_EQ(figures["precision"].get<double>(), precision);
    EXPECT_DOUBLE_EQ(figures["recall"].get<double>(), recall);
    EXPECT_NEAR(figures["f1"].get<double>(), 2 * precision * recall / (precision + recall), 1e-12);
    sum += figures["f1"].get<double>();
  }
  EXPECT_NEAR(values["macro_f1"].get<double>(), sum / static_cast<double>(counts.size()), 1e-12);
}

TEST_F(SavedSpeechModel, EvaluatesRecordingsOfItsOwnUserWhole) {
  for (const auto* word : {"low", "high"}) {
    for (int take = 0; take < 2; ++take)
      write_sound(folder_ / "mine" / word / (std::to_string(take) + ".wav"), sung(word, 0.3 + take / 10.0),
                  8000);
  }
  const auto result = run({"evaluate", "--load", model(), "--dataset", file("mine"), "--format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(json::parse(result.out)["confusion"]["counts"],
            json::parse("[[2,0,0,0],[0,2,0,0],[0,0,0,0],[0,0,0,0]]"))
      << "all recordings count, and a word may be missing";
}

TEST_F(SavedSpeechModel, SaysTheSameInEveryFormat) {
  for (const auto* word : {"low", "high", "mixed"}) {
    const auto samples = with_hiss(sung(word, 0.35));
    const auto heard =
        predict({record("16.wav", samples), record("8.wav", samples, 8000, SF_FORMAT_WAV | SF_FORMAT_PCM_U8),
                 record("float.wav", samples, 8000, SF_FORMAT_WAV | SF_FORMAT_FLOAT),
                 record("24.flac", samples, 8000, SF_FORMAT_FLAC | SF_FORMAT_PCM_24),
                 record("16.flac", samples, 8000, SF_FORMAT_FLAC | SF_FORMAT_PCM_16)});
    const std::vector<double> rounding = {0, 1e-2, 1e-4, 1e-4, 1e-4};  // 8 bits leave steps of 1/128
    for (size_t i = 0; i < heard.size(); ++i) {
      EXPECT_EQ(heard[i]["classes"][0]["class"], word) << heard[i];
      EXPECT_NEAR(heard[i]["classes"][0]["probability"], heard[0]["classes"][0]["probability"], rounding[i])
          << heard[i];
      EXPECT_EQ(heard[i]["remark"], "");
    }
  }
}

TEST_F(SavedSpeechModel, TakesAnyRateChannelsAndLength) {
  auto longer = sung("low", 0.2);
  longer.resize(300 * 8000);  // five minutes
  std::vector<float> twice;   // two channels, or, by repetition, twice the rate
  for (const float sample : sung("low", 0.2)) twice.insert(twice.end(), 2, sample);
  const auto whole = sung("low", 0.2);
  const auto heard = predict({record("stereo.wav", twice, 8000, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2),
                              record("long.flac", longer, 8000, SF_FORMAT_FLAC | SF_FORMAT_PCM_16),
                              record("fast.wav", twice, 16000),
                              record("short.wav", {whole.begin() + 2000, whole.begin() + 6000})});
  for (const auto& answer : heard) EXPECT_EQ(answer["classes"][0]["class"], "low") << answer;
  EXPECT_EQ(heard[1]["seconds"], 300);
  EXPECT_THAT(heard[1]["remark"].get<std::string>(), AllOf(HasSubstr("loudest 1 s"), HasSubstr("`stream`")));
}

TEST_F(SavedSpeechModel, RemarksOnSilenceClippingAndCutFiles) {
  auto loud = sung("high", 0.3);
  for (float& sample : loud) sample *= 20;
  auto cut = slurp(record("whole.wav", sung("high", 0.3)));
  cut.resize(44 + 2 * 6000);
  write(folder_ / "cut.wav", cut);
  const auto heard =
      predict({record("silent.wav", std::vector<float>(8000)), record("loud.wav", loud), file("cut.wav")});
  EXPECT_THAT(heard[0]["remark"].get<std::string>(), HasSubstr("nothing but zeros"));
  EXPECT_THAT(heard[1]["remark"].get<std::string>(), ContainsRegex("clipped: [0-9]+ %"));
  EXPECT_THAT(heard[2]["remark"].get<std::string>(), HasSubstr("ends before its header says"));
  EXPECT_EQ(heard[2]["classes"][0]["class"], "high");
  double sum = 0;
  for (const auto& guess : heard[0]["classes"]) sum += guess["probability"].get<double>();
  EXPECT_NEAR(sum, 1, 1e-6);
}

TEST_F(SavedSpeechModel, PrintsTablesAndCsvWithTheTimeTaken) {
  const auto low = record("low, or not.wav", sung("low", 0.4));
  EXPECT_THAT(
      run({"predict", "--load", model(), low}).out,
      ContainsRegex("^low +[0-9.]+ %  .*low, or not.wav  [0-9.]+ ms: features [0-9.]+, network [0-9.]+\n$"));
  const auto csv = run({"predict", "--load", model(), "--format", "csv", "--top", "2", low}).out;
  EXPECT_THAT(csv, StartsWith("file,class,probability,feature_milliseconds,network_milliseconds,remark\n\"" +
                              low + "\",low,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
}

TEST_F(SavedSpeechModel, DrawsWhatDecided) {
  const auto one = record("a.wav", sung("low", 0.4)), other = record("other/a.wav", sung("mixed", 0.4));
  const auto result =
      run({"predict", "--load", model(), "--explain", "--pictures", file("pictures"), one, other});
  ASSERT_EQ(result.code, 0) << result.err;
  for (const auto* name : {"a.wav.png", "a.wav-2.png"}) {
    const auto picture = cv::imread(file("pictures/" + std::string(name)));
    ASSERT_FALSE(picture.empty()) << name;
    EXPECT_GT(picture.cols, 600);
  }
  EXPECT_NE(slurp(file("pictures/a.wav.png")), slurp(file("pictures/a.wav-2.png")));
  EXPECT_EQ(run({"predict", "--load", model(), "--explain", "--pictures", "/proc/none", one}).code, 2);
}

TEST_F(SavedSpeechModel, BadRecordingsAreClearErrors) {
  auto nan = sung("low", 0.1);
  nan[777] = std::numeric_limits<float>::quiet_NaN();
  const auto wav = slurp(record("good.wav", sung("low", 0.1)));
  const auto altered = [&](const std::string& name, std::string bytes) {
    write(folder_ / name, bytes);
    return file(name);
  };
  auto slow = wav, wide = wav;
  slow[24] = 1;
  slow[25] = slow[26] = slow[27] = 0;
  wide[22] = 100;
  wide[32] = static_cast<char>(200);
  const struct {
    std::string file;
    const char* what;
  } cases[] = {
      {altered("hello.wav", "hello"), "no recording"},
      {altered("header.wav", wav.substr(0, 44)), "no samples"},
      {altered("empty.wav", ""), "no recording"},
      {altered("wide.wav", wide), "100 channels"},
      {altered("slow.wav", slow), "1 Hz"},
      {record("nan.wav", nan, 8000, SF_FORMAT_WAV | SF_FORMAT_FLOAT), "frame 777"},
      {file("none.wav"), "no recording"},
      {folder_.string(), "no recording"},
  };
  for (const auto& item : cases) {
    for (const auto* command : {"predict", "stream"}) {
      const auto result = run({command, "--load", model(), item.file});
      EXPECT_EQ(result.code, 3) << item.file << result.err;
      EXPECT_THAT(result.err, AllOf(HasSubstr(item.what), HasSubstr(item.file))) << command;
    }
  }
}

TEST_F(SavedSpeechModel, BadCheckpointsAreClearErrors) {
  const auto low = record("low.wav", sung("low", 0.1));
  auto bytes = slurp(model());
  bytes.resize(bytes.size() / 2);
  write(folder_ / "damaged.actlab", bytes);
  for (const auto& checkpoint : {file("damaged.actlab"), file("none.actlab"), low}) {
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"predict", low}, {"stream", low}, {"noise"}, {"latency"}, {"evaluate"}}) {
      const auto result = run(arguments, {"--load", checkpoint});
      EXPECT_EQ(result.code, 3) << arguments[0] << result.err;
      EXPECT_THAT(result.err, HasSubstr(checkpoint)) << arguments[0];
    }
  }
  stay_in_process(false);
  program_ = ACTLAB_BIN "/text_sentiment";
  const auto other = run({"evaluate", "--load", model()});
  EXPECT_EQ(other.code, 3);
  EXPECT_THAT(other.err, AllOf(HasSubstr("another program"), HasSubstr("speech_recognition")));
}

TEST_F(SavedSpeechModel, ADamagedCacheOfFeaturesIsComputedAgain) {
  const auto first = run({"evaluate", "--load", model()});
  const fs::path features = *fs::directory_iterator(folder_ / "cache/actlab/features");
  auto bytes = slurp(features);
  const auto good = bytes;
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  for (const auto& damaged : {bytes, good.substr(0, good.size() / 2), std::string(), std::string("hello")}) {
    write(features, damaged);
    const auto again = run({"evaluate", "--load", model()});
    EXPECT_EQ(again.code, 0);
    EXPECT_EQ(again.out, first.out);
    EXPECT_THAT(again.err, AllOf(HasSubstr("damaged"), HasSubstr(features.string())));
    EXPECT_EQ(slurp(features), good);
  }
}

TEST_F(SavedSpeechModel, NoCacheIsNeeded) {
  write(folder_ / "file", std::string("no folder"));
  setenv("XDG_CACHE_HOME", file("file").c_str(), 1);
  const auto result = run({"evaluate", "--load", model()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith(trained_output()));
  EXPECT_THAT(result.err, HasSubstr("features are not kept"));
}

TEST_F(SavedSpeechModel, NoiseIsTheSameForEveryCheckpoint) {
  fs::copy_file(model(), file("copy.actlab"));
  const auto result =
      run({"noise", "--load", model(), file("copy.actlab"), "--snr", "-30,20,clean", "--format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto rows = json::parse(result.out);
  ASSERT_EQ(rows.size(), 6U);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(rows[i]["accuracy"], rows[i + 3]["accuracy"]) << rows[i];
  EXPECT_EQ(rows[2]["accuracy"],
            json::parse(run({"evaluate", "--load", model(), "--format", "json"}).out)["accuracy"]);
  EXPECT_LT(rows[0]["accuracy"], rows[2]["accuracy"]) << "30 dB below the noise";
  EXPECT_THAT(run({"noise", "--load", model(), "--snr", "clean"}).out, HasSubstr("clean"));
  EXPECT_THAT(run({"noise", "--load", model(), "--snr", "0", "--format", "csv"}).out,
              HasSubstr("snr,accuracy\r\n"));
}

TEST_F(SavedSpeechModel, LatencyOfCheckpointsIsMeasured) {
  const auto rows = json::parse(run({"latency", "--load", model(), "--calls", "10", "--format", "json"}).out);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["name"], model());
  EXPECT_EQ(rows[0]["model"], "dnn:depth=2,width=24");
}

}  // namespace
}  // namespace actlab::test

#pragma once

#include <random>

#include "apps/speech_recognition/program.h"
#include "tests/apps/domain_test.h"
#include "tests/datasets/speech/sounds.h"

namespace actlab::test {

/// A test that runs speech_recognition.
class SpeechProgram : public DomainProgram {
 protected:
  SpeechProgram() : DomainProgram(ACTLAB_BIN "/speech_recognition", run_speech_recognition) {}

  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  /// A grid of runs of a second: two activations, two seeds.
  std::vector<std::string> small_grid() const {
    return {
        "compare", "--dataset",     "words-formant", "--activations", "relu,sigmoid", "--seeds", "0..1",
        "--model", small_model,     "--train-limit", "120",           "--test-limit", "60",      "--epochs",
        "2",       "--sample-rate", "8000",          "--output",      output()};
  }

  static constexpr auto small_model = "dnn:depth=2,width=16";
};

/// Adds noise of deviation 0.01, which every real recording has: it hides the rounding of 8 bits (0.002).
inline std::vector<float> with_hiss(std::vector<float> samples, unsigned seed = 0) {
  std::mt19937 random(seed);
  for (float& sample : samples)
    sample += static_cast<float>(0.01 * 3.4641 * (static_cast<double>(random()) / 4294967296.0 - 0.5));
  return samples;
}

/// Three "words" that anybody can tell apart, by half of one too: a low tone, a high one, and both; each with
/// a pause before and after.
inline std::vector<float> sung(const std::string& word, double variation) {
  std::vector<float> samples(8000);
  const double radians = 2 * 3.14159265358979 * (1 + 0.1 * variation) / 8000,
               loudness = 0.3 + 0.2 * variation;
  for (size_t i = 2000; i < 6000; ++i) {
    const double low = std::sin(300 * radians * static_cast<double>(i)),
                 high = std::sin(2500 * radians * static_cast<double>(i));
    samples[i] = static_cast<float>(loudness * (word == "low"    ? low
                                                : word == "high" ? high
                                                                 : (low + high) / 2));
  }
  return samples;
}

/// A test with a model of these words and of silence, which is trained once.
class SavedSpeechModel : public SpeechProgram {
 protected:
  static void TearDownTestSuite() { fs::remove_all(place()); }

  void SetUp() override {
    SpeechProgram::SetUp();
    if (!fs::exists(model())) train();
    stay_in_process();
  }

  void train() const {
    for (int take = 0; take < 12; ++take) {
      for (const auto* word : {"low", "high", "mixed"}) {
        const auto clean = sung(word, take / 12.0);
        const auto name = "s" + std::to_string(take % 6) + "_nohash_" + std::to_string(take) + ".wav";
        write_sound(words() / word / name, take < 6 ? clean : with_hiss(clean, static_cast<unsigned>(take)),
                    8000);
      }
    }
    const auto result = run({"train", "--dataset", words(), "--sample-rate", "8000", "--silence", "30",
                             "--model", "dnn:depth=2,width=24", "--epochs", "160", "--batch-size", "8", "--lr",
                             "0.01", "--augment", "shift", "--save", model()});
    ASSERT_EQ(result.code, 0) << result.err;
    trained_output() = result.out;
  }

  /// A recording in the test's folder.
  std::string record(const std::string& name, const std::vector<float>& samples, int rate = 8000,
                     int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16, int channels = 1) const {
    write_sound(folder_ / name, samples, rate, format, channels);
    return file(name);
  }

  /// What `predict --format json` says of files.
  nlohmann::json predict(const std::vector<std::string>& files) const {
    const auto result = run({"predict", "--load", model(), "--top", "9", "--format", "json"}, files);
    EXPECT_EQ(result.code, 0) << result.err;
    return nlohmann::json::parse(result.out);
  }

  static fs::path place() {
    return fs::temp_directory_path() / ("actlab_speech_model_" + std::to_string(getpid()));
  }
  static fs::path words() { return place() / "sung"; }
  static std::string model() { return place() / "model.actlab"; }
  static std::string& trained_output() {
    static std::string output;
    return output;
  }
};

}  // namespace actlab::test

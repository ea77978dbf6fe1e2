#include "apps/speech_recognition/program.h"

#include "apps/common/data_command.h"
#include "apps/common/request_flags.h"
#include "apps/speech_recognition/latency.h"
#include "apps/speech_recognition/noise.h"
#include "apps/speech_recognition/predict.h"
#include "apps/speech_recognition/speech_task.h"
#include "apps/speech_recognition/stream.h"
#include "lib/cli/domain.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

constexpr auto checkpoint = "checkpoint of `train --save`";

void add_format(CLI::App& command, std::string& format, std::vector<std::string> allowed) {
  const auto names = actlab::join(allowed);
  command.add_option("--format", format, names)->check(CLI::IsMember(std::move(allowed)));
}

void add_feature_flags(RequestFlags& flags) {
  flags.add_real("--seconds", "seconds", 0.1, 60, "length of a clip [1]");
  flags.add_number("--sample-rate", "sample_rate", 4'000, 48'000, "Hz [16000; fsdd: 8000]");
  flags.add_real("--window", "window", 1, 1'000, "of the spectrum, in ms [40]");
  flags.add_real("--hop", "hop", 1, 1'000, "from one window to the next, in ms [20]");
  flags.add_number("--mels", "mels", 1, 1'024, "bands of frequencies [40]");
  flags.add_number("--mfcc", "mfcc", 1, 1'024,
                   "so many cepstral coefficients of the bands instead of the bands");
  flags.add_switch("--pcen", "pcen", "per-channel energy normalisation instead of the logarithm");
}

void add_speech_flags(CLI::App& command, nlohmann::json& request) {
  RequestFlags flags(command, request);
  flags.add_text("--leave-out", "leave_out", "test on all that this speaker says, train on the others");
  if (command.get_name() == "evaluate") return;  // a trained model knows the rest
  flags.add_list("--words", "words", "the classes, with commas between; any other word is _unknown_");
  flags.add_real("--unknown", "unknown", 0, 100, "clips of other words, in % of the words' clips [10]");
  flags.add_real("--silence", "silence", 0, 100,
                 "clips without speech, likewise [10 with recordings of background noise, else 0]");
  add_feature_flags(flags);
  flags.add_text("--augment", "augment",
                 "training clips at random: none, all, or of shift,noise,spec some [none]");
}

/// What the commands of a trained model ask for where they measure it on clips of a data set.
struct TestData {
  Flags flags;
  nlohmann::json more = nlohmann::json::object();

  void add_to(CLI::App& command) {
    add_data_flags(command, flags);
    RequestFlags(command, more).add_text("--leave-out", "leave_out", "measure on what this speaker says");
  }
  nlohmann::json request() const {
    auto request = data_request(flags);
    request.update(more);
    return request;
  }
};

void add_predict_command(Program& program, const Task& task, PredictSpeechOptions& options) {
  auto& command = program.add_command("predict", "name the words in recordings, with a saved model",
                                      [&] { return predict_words(task, options); });
  command.add_option("--load", options.load, checkpoint)->required();
  command.add_option("--top", options.top, "words to show")->check(CLI::Range(1L, 1'000'000L));
  command.add_flag("--explain", options.explain,
                   "draw each spectrogram with the region that decided (occlusion)");
  command.add_option("--pictures", options.pictures, "folder for these pictures");
  add_format(command, options.format, {"table", "csv", "json"});
  command.add_option("--device", options.device, "auto, cpu, cuda or cuda:i");
  command.add_option("--threads", options.threads)->check(CLI::Range(1, 1024));
  command.add_option("files", options.files, "recordings of any format, rate and length")->required();
}

void add_stream_command(Program& program, const Task& task, StreamOptions& options, TestData& data) {
  auto& command = program.add_command(
      "stream", "find the words in a long recording, or in the test clips of a data set joined to one", [&] {
        options.request = data.request();
        options.quiet = data.flags.quiet;
        return stream(task, options);
      });
  const auto positive = [](double high) { return number_in(1e-3, high); };
  command.add_option("--load", options.load, checkpoint)->required();
  command.add_option("--truth", options.truth,
                     "CSV file of what is said: time,word; times in s, of words' middles");
  command.add_option("--every", options.every, "ms from one window to the next")->check(positive(1e5));
  command.add_option("--span", options.span, "ms over which probabilities are averaged")
      ->check(positive(1e6));
  command.add_option("--refractory", options.refractory, "ms after a word in which no other is heard")
      ->check(number_in(0.0, 1e6));
  command.add_option("--threshold", options.threshold, "averaged probability at which a word is heard")
      ->check(number_in(0.0, 1.0));
  command.add_option("--tolerance", options.tolerance, "ms that a word may be heard from its middle")
      ->check(positive(1e6));
  command.add_option("--noise", options.noise, "dB that white noise is below joined clips")
      ->check(number_in(-100.0, 100.0));
  data.add_to(command);
  add_format(command, options.format, {"table", "csv", "json"});
  command.add_option("--device", options.device, "auto, cpu, cuda or cuda:i");
  command.add_option("--threads", options.threads)->check(CLI::Range(1, 1024));
  command.add_flag("--quiet", data.flags.quiet, "no progress");
  command.add_option("file", options.file, "a recording of any format, rate and length");
}

void add_noise_command(Program& program, const Task& task, NoiseOptions& options, TestData& data) {
  auto& command =
      program.add_command("noise", "accuracy of saved models in noise, by signal-to-noise ratio", [&] {
        options.request = data.request();
        return measure_noise(task, options);
      });
  command.add_option("--load", options.load, "checkpoints of `train --save`")->required();
  command.add_option("--snr", options.levels, "signal-to-noise ratios in dB, and clean")
      ->delimiter(',')
      ->allow_extra_args(false);
  data.add_to(command);
  add_format(command, options.format, {"table", "markdown", "csv", "json"});
  command.add_option("--device", options.device, "auto, cpu, cuda or cuda:i");
  command.add_option("--threads", options.threads)->check(CLI::Range(1, 1024));
}

void add_latency_command(Program& program, const Task& task, LatencyOptions& options) {
  options.request = {
      {"dataset", "words-formant"}, {"data_directory", ""}, {"train_limit", 40}, {"test_limit", 10}};
  auto& command = program.add_command("latency", "response time for one clip, activations interleaved",
                                      [&] { return measure_latency(task, options); });
  command.add_option("--model", options.model, "NAME or NAME:key=value,… (see `models`)");
  command.add_option("--activations", options.activations, "names with arguments, groups, or all");
  command.add_option("--load", options.load, "checkpoints of `train --save` instead");
  command.add_option("--baseline", options.baseline,
                     "what the others are compared with [relu, else the first]");
  command.add_option("--calls", options.calls, "of each")->check(CLI::Range(10L, 1'000'000L));
  RequestFlags flags(command, options.request);
  add_feature_flags(flags);
  add_format(command, options.format, {"table", "markdown", "csv", "json"});
}

}  // namespace

int run_speech_recognition(int argc, char** argv) {
  const SpeechTask task;
  Flags defaults;
  defaults.dataset = "tones-and-words";
  defaults.model = "dnn:depth=3";
  defaults.hyper.batch_size = 64;
  Domain domain(task, "Which activation function should a recogniser of spoken words use?", defaults);
  domain.add_commands(add_speech_flags);
  DataOptions data;
  add_data_command(domain.program(), data);
  PredictSpeechOptions predict;
  add_predict_command(domain.program(), task, predict);
  StreamOptions stream;
  NoiseOptions noise;
  TestData stream_data, noise_data;
  add_stream_command(domain.program(), task, stream, stream_data);
  add_noise_command(domain.program(), task, noise, noise_data);
  LatencyOptions latency;
  latency.model = defaults.model;
  latency.activations = defaults.activations;
  add_latency_command(domain.program(), task, latency);
  return domain.program().run(argc, argv);
}

}  // namespace actlab

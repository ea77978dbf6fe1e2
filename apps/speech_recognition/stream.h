#pragma once

#include <functional>
#include <string>

#include "apps/speech_recognition/detector.h"
#include "apps/speech_recognition/recogniser.h"

namespace actlab {

/// The next so many samples of a recording, float [samples]; fewer at its end.
using Sound = std::function<at::Tensor(long samples)>;

/// Slides a clip's window over a recording, `every` seconds further each time, and gives each word that is
/// heard to `on_word` as soon as it is. A recording shorter than a clip is heard as one. Memory does not
/// depend on its length. Returns its length in seconds. `on_block` is told how many seconds are done.
double listen(const Recogniser& recogniser, const Sound& sound, double every, const DetectorOptions& options,
              const std::function<void(const Detection&)>& on_word,
              const std::function<void(double)>& on_block);

struct StreamOptions {
  std::string load;   // checkpoint
  std::string file;   // a recording; else the test clips of `request` are joined to one
  std::string truth;  // CSV: time,word
  double every = 100, span = 500, refractory = 1000, tolerance = 750;  // ms
  double threshold = 0.7;
  double noise = 40;             // dB below the clips, in joined ones
  nlohmann::json request;        // for Task::load; `dataset` is empty where a file is heard
  std::string format = "table";  // table, csv, json
  std::string device = "cpu";
  int threads = 1;
  bool quiet = false;
};

/// Prints word, time and averaged probability of each detection, and where it is known what was said, the
/// figures of score() below. Returns the exit code.
int stream(const Task& task, const StreamOptions& options);

}  // namespace actlab

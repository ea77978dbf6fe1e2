#pragma once

#include "tests/apps/process.h"

namespace actlab::test {

/// A test that runs image_classification.
class ImageProgram : public CommandLine {
 protected:
  ImageProgram() : CommandLine(ACTLAB_BIN "/image_classification") {}

  std::string output() const { return (folder_ / "output").string(); }

  /// A grid of one-second runs: two activations, two seeds.
  std::vector<std::string> small_grid() const {
    return {"compare",
            "--activations",
            "relu,sigmoid",
            "--seeds",
            "0..1",
            "--model",
            "mlp:depth=1,width=16",
            "--train-limit",
            "400",
            "--test-limit",
            "100",
            "--epochs",
            "2",
            "--output",
            output()};
  }

  std::vector<fs::path> records() const {
    std::vector<fs::path> files;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(output() + "/runs", none)) {
      if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }
};

}  // namespace actlab::test

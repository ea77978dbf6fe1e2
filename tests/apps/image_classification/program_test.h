#pragma once

#include "apps/image_classification/program.h"
#include "tests/apps/records.h"

namespace actlab::test {

/// A test that runs image_classification.
class ImageProgram : public CommandLine {
 protected:
  ImageProgram() : CommandLine(ACTLAB_BIN "/image_classification", run_image_classification) {}

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

  /// What a call of small_grid() said, which is made once; its records are put into output().
  const Result& trained_grid() const {
    static const auto place = SharedRecords("small_grid");
    static const Result result = run(small_grid());
    place.keep_or_restore(output());
    return result;
  }

  std::vector<fs::path> records() const { return records_in(output()); }
};

}  // namespace actlab::test

#include <nlohmann/json.hpp>

#include "tests/apps/image_classification/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;

/// A short end-to-end comparison on the publishers' own files, where they are at hand.
class RealDataImages : public ImageProgram {
 protected:
  json compare(const std::string& dataset, const std::vector<std::string>& more) {
    const auto result = run({"compare", "--dataset", dataset, "--activations", "relu,sigmoid", "--seeds", "0",
                             "--format", "json", "--output", output()},
                            more);
    EXPECT_EQ(result.code, 0) << result.err;
    return json::parse(result.out).at(0);
  }

  static bool at_hand(const std::string& dataset) {
    const char* data = std::getenv("ACTLAB_DATA");
    return data != nullptr && fs::is_directory(fs::path(data) / dataset);
  }
};

TEST_F(RealDataImages, FashionMnistIsLearnedInOneEpoch) {
  if (!at_hand("fashion-mnist")) GTEST_SKIP() << "ACTLAB_DATA names no folder with fashion-mnist";
  const auto comparison = compare("fashion-mnist", {"--model", "mlp:depth=1,width=64", "--epochs", "1"});
  EXPECT_EQ(comparison["counts"]["test"], 10000);
  for (const auto& row : comparison["rows"]) EXPECT_GT(row["metric"]["mean"].get<double>(), 0.75) << row;
}

TEST_F(RealDataImages, ThePartOfCifar10IsLabelledAsAPart) {
  if (!at_hand("cifar-10")) GTEST_SKIP() << "ACTLAB_DATA names no folder with cifar-10";
  const auto comparison = compare("cifar-10", {"--model", "lenet", "--epochs", "1", "--train-limit", "2000"});
  for (const auto& row : comparison["rows"]) EXPECT_GE(row["metric"]["mean"].get<double>(), 0.05) << row;
}

}  // namespace
}  // namespace actlab::test

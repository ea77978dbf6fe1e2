#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <regex>

#include "tests/apps/image_classification/program_test.h"

namespace actlab::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A test with a model that is trained once.
class SavedModel : public ImageProgram {
 protected:
  static void TearDownTestSuite() { fs::remove(model_); }

  void SetUp() override {
    ImageProgram::SetUp();
    if (!fs::exists(model_)) train();
    stay_in_process();
  }

  void train() const {
    const auto result =
        run({"train", "--model", "mlp:depth=1,width=32,norm=batch", "--activation", "prelu", "--train-limit",
             "2000", "--test-limit", "200", "--epochs", "3", "--save", model_});
    ASSERT_EQ(result.code, 0) << result.err;
    trained_ = result.out;
  }

  std::string picture(int width, int height, int type = CV_8UC3) const {
    const auto file = (folder_ / ("p" + std::to_string(width) + ".png")).string();
    cv::imwrite(file, cv::Mat(height, width, type, cv::Scalar(40, 80, 160)));
    return file;
  }

  inline static const std::string model_ =
      fs::temp_directory_path() / ("actlab_image_model_" + std::to_string(getpid()) + ".actlab");
  inline static std::string trained_;  // what training said
};

TEST_F(SavedModel, EvaluatesToTheSameFigureAsAfterTraining) {
  const auto result = run({"evaluate", "--load", model_, "--train-limit", "2000", "--test-limit", "200"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith(trained_));
  const auto values =
      json::parse(run({"evaluate", "--load", model_, "--test-limit", "200", "--format", "json"}).out);
  EXPECT_GT(values["accuracy"].get<double>(), 0.1);
}

TEST_F(SavedModel, TellsWhichClassesWereTakenForWhich) {
  const auto evaluate = [&](const char* format) {
    return run({"evaluate", "--load", model_, "--test-limit", "200", "--format", format}).out;
  };
  const auto values = json::parse(evaluate("json"));
  const auto& confusion = values["confusion"];
  long right = 0, all = 0;
  for (size_t row = 0; row < confusion["counts"].size(); ++row) {
    for (const long count : confusion["counts"][row]) all += count;
    right += confusion["counts"][row][row].get<long>();
  }
  EXPECT_EQ(all, 200);
  EXPECT_DOUBLE_EQ(values["accuracy"], static_cast<double>(right) / 200);
  const auto table = evaluate("table");
  const std::regex head("\ntarget +prediction +times\n(─)+\n");
  std::smatch pairs;
  ASSERT_TRUE(std::regex_search(table, pairs, head)) << table;
  std::istringstream first_pair(pairs.suffix());
  std::string target, taken_for;
  long times = 0, most = 0;
  first_pair >> target >> taken_for >> times;
  for (size_t row = 0; row < confusion["classes"].size(); ++row) {
    for (size_t column = 0; column < confusion["classes"].size(); ++column) {
      const long count = row == column ? 0 : confusion["counts"][row][column].get<long>();
      most = std::max(most, count);
      const bool first = confusion["classes"][row] == target && confusion["classes"][column] == taken_for;
      EXPECT_TRUE(!first || count == times) << table;
    }
  }
  EXPECT_EQ(times, most) << table;
  EXPECT_THAT(evaluate("csv"), Not(HasSubstr("target")));
}

TEST_F(SavedModel, PredictsPicturesOfAnySizeWithNamesAndProbabilities) {
  const auto small = picture(9, 9), large = picture(640, 480), grey = picture(50, 20, CV_8UC1);
  const auto result = run({"predict", "--load", model_, "--top", "2", small, large, grey});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr(small), HasSubstr(large), HasSubstr(grey), HasSubstr("%")));
  const auto list =
      json::parse(run({"predict", "--load", model_, "--top", "100", "--format", "json", large}).out);
  double sum = 0;
  for (const auto& guess : list[0]["classes"]) sum += guess["probability"].get<double>();
  EXPECT_NEAR(sum, 1, 1e-6);
  EXPECT_THAT(run({"predict", "--load", model_, "--format", "csv", small}).out,
              HasSubstr("file,class,probability\n"));
}

TEST_F(SavedModel, RefusesWhatIsNoPictureAndWhatIsNoModel) {
  const auto text = (folder_ / "text.png").string();
  std::ofstream(text) << "not a picture";
  for (const auto& file : {text, std::string("/no/such.png")}) {
    const auto result = run({"predict", "--load", model_, file});
    EXPECT_EQ(result.code, 3);
    EXPECT_THAT(result.err, HasSubstr(file));
  }
  const auto damaged = (folder_ / "damaged").string();
  auto bytes = slurp(model_);
  std::ofstream(damaged, std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  for (const auto& file : {damaged, text, std::string("/no/such.model")}) {
    const auto result = run({"predict", "--load", file, picture(28, 28)});
    EXPECT_EQ(result.code, 3);
    EXPECT_THAT(result.err, HasSubstr(file));
  }
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(damaged, std::ios::binary | std::ios::trunc) << bytes;
  EXPECT_EQ(run({"evaluate", "--load", damaged}).code, 3) << "one flipped bit";
}

}  // namespace
}  // namespace actlab::test

#include "lib/training/checkpoint.h"

#include <unistd.h>

#include <fstream>

#include "lib/core/files.h"
#include "tests/lib/training/tiny.h"

namespace actlab::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Checkpoint : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    save_checkpoint(file_, description_, *saved_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void put(const std::string& content) const { std::ofstream(file_, std::ios::binary) << content; }
  /// A file whose checksum is right, whatever stands in it.
  void put_signed(std::string content) const {
    const uint64_t sum = fnv1a(content);
    put(content.append(reinterpret_cast<const char*>(&sum),
                       sizeof sum));  // tests run on little-endian machines
  }
  static std::string head(uint64_t length) {
    return std::string("ACTLAB\1\n").append(reinterpret_cast<const char*>(&length), sizeof length);
  }
  /// Reading and loading both refuse the file with a data error that names it.
  std::string refusal() const {
    Tiny other("prelu", true);
    const auto before = state(other);
    const auto message = message_of(ExitCode::data, [&] { load_checkpoint(file_, other); });
    EXPECT_THAT(message, HasSubstr(file_.string()));
    EXPECT_TRUE(same(before, state(other)));
    return message;
  }

  const std::string test_ = testing::UnitTest::GetInstance()->current_test_info()->name();
  const fs::path folder_ =
      fs::temp_directory_path() / ("actlab-checkpoint-" + test_ + std::to_string(getpid()));
  const fs::path file_ = folder_ / "model.actlab";
  const nlohmann::json description_ = {{"task", "test"}, {"class_names", {"Hemd", "Schuh ♥", "凧"}}};
  const std::shared_ptr<Tiny> saved_ = std::make_shared<Tiny>("prelu", true);
};

TEST_F(Checkpoint, BringsEverythingBack) {
  auto hyper = Hyperparameters();
  hyper.epochs = 1;
  train(*saved_, blobs(64), blobs(16, 1), classification(), hyper, {});  // running statistics move too
  save_checkpoint(file_, description_, *saved_);
  Tiny loaded("prelu", true);
  ASSERT_FALSE(same(state(*saved_), state(loaded)));
  EXPECT_EQ(read_checkpoint_description(file_), description_);
  load_checkpoint(file_, loaded);
  EXPECT_TRUE(same(state(*saved_), state(loaded)));
  loaded.eval();
  EXPECT_TRUE(loaded.forward(blobs(9).inputs).equal(saved_->forward(blobs(9).inputs)));
}

TEST_F(Checkpoint, LeavesNothingElseBehind) {
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Checkpoint, StoresTheDescriptionAfterMagicAndLength) {
  const auto content = read_file(file_);
  const auto text = description_.dump();
  EXPECT_EQ(content.substr(0, 16 + text.size()), head(text.size()) + text);
}

TEST_F(Checkpoint, TakesNamesThatAreNoUtf8) {
  save_checkpoint(file_, {{"class_names", {"caf\xe9"}}}, *saved_);
  EXPECT_THAT(read_checkpoint_description(file_).at("class_names").at(0), HasSubstr("caf"));
}

TEST_F(Checkpoint, RefusesEveryTruncation) {
  const auto content = read_file(file_);
  for (size_t length = 0; length < content.size(); length += length < 100 ? 1 : 97) {
    put(content.substr(0, length));
    const auto message = message_of(ExitCode::data, [&] { read_checkpoint_description(file_); });
    ASSERT_THAT(message, HasSubstr(file_.string())) << length;
  }
  put(content.substr(0, content.size() - 1));
  EXPECT_THAT(refusal(), HasSubstr("truncated"));
}

TEST_F(Checkpoint, RefusesAFlippedBitInAnyByte) {
  auto content = read_file(file_);
  for (size_t place = 0; place < content.size(); place += 3) {
    content[place] = static_cast<char>(content[place] ^ 0x20);
    put(content);
    ASSERT_THAT(message_of(ExitCode::data, [&] { read_checkpoint_description(file_); }),
                HasSubstr(file_.string()))
        << place;
    content[place] = static_cast<char>(content[place] ^ 0x20);
  }
}

TEST_F(Checkpoint, RefusesFilesOfAnotherKind) {
  put("\x89PNG\r\n\x1a\n and so on and so on");
  EXPECT_THAT(refusal(), HasSubstr("no checkpoint"));
  put("");
  EXPECT_THAT(refusal(), HasSubstr("no checkpoint"));
  put_signed("ACTLAB\2\n" + std::string(100, 'x'));
  EXPECT_THAT(refusal(), HasSubstr("version"));
}

TEST_F(Checkpoint, RefusesWhatIsNoFile) {
  fs::remove(file_);
  EXPECT_THAT(refusal(), HasSubstr("cannot be read"));
  fs::create_directory(file_);
  EXPECT_THAT(refusal(), HasSubstr("cannot be read"));
}

TEST_F(Checkpoint, RefusesNonsenseWithTheRightChecksum) {
  put_signed(head(1'000'000) + "{}");
  EXPECT_THAT(refusal(), HasSubstr("longer than the file"));
  put_signed(head(~uint64_t{0}) + "{}");
  EXPECT_THAT(refusal(), HasSubstr("longer than the file"));
  put_signed(head(2) + "{]");
  EXPECT_THAT(refusal(), HasSubstr("not JSON"));
  put_signed(head(2) + "{}");
  EXPECT_THAT(refusal(), HasSubstr("tensors cannot be read"));
  put_signed(head(2) + "{}" + std::string(1000, 'z'));
  EXPECT_THAT(refusal(), HasSubstr("tensors cannot be read"));
  const auto list = torch::pickle_save(torch::ones(3));
  put_signed(head(2) + "{}" + std::string(list.begin(), list.end()));
  EXPECT_THAT(refusal(), HasSubstr("tensors cannot be read"));
}

TEST_F(Checkpoint, RefusesAnotherModel) {
  Tiny without_slopes("relu", true), without_norm("prelu");
  save_checkpoint(file_, description_, without_slopes);
  EXPECT_THAT(refusal(), HasSubstr("lacks 'activation."));
  save_checkpoint(file_, description_, without_norm);
  EXPECT_THAT(refusal(), HasSubstr("lacks 'norm."));
  EXPECT_THAT(message_of(ExitCode::data,
                         [&] {
                           save_checkpoint(file_, description_, *saved_);
                           load_checkpoint(file_, without_norm);
                         }),
              HasSubstr("the model lacks 'norm."));
  saved_->first->weight.set_data(torch::zeros({5, 7}));
  save_checkpoint(file_, description_, *saved_);
  EXPECT_THAT(refusal(), testing::AllOf(HasSubstr("first.weight"), HasSubstr("5×7"), HasSubstr("7×5")));
  saved_->first->weight.set_data(torch::zeros({7, 5}, torch::kDouble));
  save_checkpoint(file_, description_, *saved_);
  EXPECT_THAT(refusal(), testing::AllOf(HasSubstr("first.weight"), HasSubstr("Double")));
}

TEST_F(Checkpoint, SaysWhereItCannotWrite) {
  const auto nowhere = folder_ / "missing" / "model.actlab";
  EXPECT_THAT(message_of(ExitCode::data, [&] { save_checkpoint(nowhere, description_, *saved_); }),
              HasSubstr(nowhere.string()));
}

}  // namespace
}  // namespace actlab::test

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <opencv2/imgcodecs.hpp>
#include <set>

#include "datasets/images/images.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ImageFolder : public Folder {
 protected:
  /// A picture of one colour (blue, green, red), `variant` in one corner so that files differ.
  void picture(const std::string& name, const cv::Scalar& colour, int variant = 0, int type = CV_8UC3,
               cv::Size size = {16, 12}) {
    cv::Mat image(size, type, colour);
    if (variant > 0) image(cv::Rect(0, 0, 1, 1)).setTo(cv::Scalar::all(variant));
    fs::create_directories((folder_ / name).parent_path());
    ASSERT_TRUE(cv::imwrite((folder_ / name).string(), image));
  }
  /// Two classes of `count` different pictures each.
  void two_classes(int count, const std::string& prefix = "") {
    for (int i = 0; i < count; ++i) {
      picture(prefix + "red/" + std::to_string(i) + ".png", {0, 0, 200}, i + 1);
      picture(prefix + "green/" + std::to_string(i) + ".bmp", {0, 200, 0}, i + 1);
    }
  }
  std::string error(long size = 8) {
    return data_message([&] { read_image_folder(folder_, size, false); });
  }
};

TEST_F(ImageFolder, SplitsByContent) {
  two_classes(40);
  const ImageSet set = read_image_folder(folder_, 8, false);
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"green", "red"}));
  EXPECT_EQ(set.train.images.size(0) + set.test.images.size(0), 80);
  EXPECT_GE(set.test.images.size(0), 6);  // a fifth, by chance
  EXPECT_LE(set.test.images.size(0), 30);
  EXPECT_EQ(set.train.images.sizes().slice(1), (std::vector<int64_t>{3, 8, 8}));
  // The middle of every picture has its class's colour, as red, green, blue.
  const auto red = set.train.images.select(2, 4).select(2, 4).select(1, 0);
  EXPECT_TRUE(torch::equal(red == 200, set.train.labels == 1));
  EXPECT_EQ(read_image_folder(folder_, 8, false).fingerprint(), set.fingerprint());
}

TEST_F(ImageFolder, KeepsCopiesOnOneSide) {
  two_classes(30);
  for (int i = 0; i < 30; ++i) {
    fs::copy_file(folder_ / "red" / (std::to_string(i) + ".png"),
                  folder_ / "red" / ("copy" + std::to_string(i) + ".png"));
  }
  const ImageSet set = read_image_folder(folder_, 16, false);
  std::set<std::string> train;
  const auto pixels = [](const at::Tensor& image) {
    return std::string(reinterpret_cast<const char*>(image.data_ptr<uint8_t>()),
                       static_cast<size_t>(image.numel()));
  };
  for (long i = 0; i < set.train.images.size(0); ++i) train.insert(pixels(set.train.images[i]));
  for (long i = 0; i < set.test.images.size(0); ++i) EXPECT_EQ(train.count(pixels(set.test.images[i])), 0U);
}

TEST_F(ImageFolder, GivesSmallClassesBothSides) {
  for (int count : {2, 3, 4}) {
    two_classes(count);
    const ImageSet set = read_image_folder(folder_, 8, true);
    EXPECT_EQ(std::get<0>(at::_unique(set.train.labels)).size(0), 2) << count;
    EXPECT_EQ(std::get<0>(at::_unique(set.test.labels)).size(0), 2) << count;
  }
}

TEST_F(ImageFolder, TakesTrainAndTestAsGiven) {
  two_classes(3, "train/");
  two_classes(2, "test/");
  const ImageSet set = read_image_folder(folder_, 8, false);
  EXPECT_EQ(set.train.images.size(0), 6);
  EXPECT_EQ(set.test.images.size(0), 4);
  picture("test/blue/1.png", {200, 0, 0});
  EXPECT_THAT(error(), AllOf(HasSubstr("different classes"), HasSubstr("blue, green, red")));
}

TEST_F(ImageFolder, ReadsEveryKindOfPicture) {
  picture("grey.png", 100, 0, CV_8UC1);
  picture("deep.png", 25700, 0, CV_16UC1);  // 16 bits: 25700 = 100 * 257
  picture("alpha.png", {10, 20, 30, 128}, 0, CV_8UC4);
  picture("large.jpg", {100, 100, 100}, 0, CV_8UC3, {600, 400});
  picture("tiny.png", {100, 100, 100}, 0, CV_8UC3, {1, 1});
  for (const char* name : {"grey.png", "deep.png", "large.jpg", "tiny.png"}) {
    for (const long channels : {1, 3}) {
      const auto image = read_image(folder_ / name, channels, 8, 10);
      EXPECT_EQ(image.sizes(), (std::vector<int64_t>{1, channels, 8, 10})) << name;
      EXPECT_LE((image.to(torch::kLong) - 100).abs().max().item<long>(), 1) << name;
    }
  }
  const auto colour = read_image(folder_ / "alpha.png", 3, 2, 2);
  EXPECT_TRUE(torch::equal(colour.select(2, 0).select(2, 0)[0], torch::tensor({30, 20, 10}, torch::kByte)));
}

TEST_F(ImageFolder, AveragesWhenItShrinks) {
  cv::Mat board(8, 8, CV_8UC1);
  for (int i = 0; i < 64; ++i) board.data[i] = (i + i / 8) % 2 != 0 ? 200 : 0;
  cv::imwrite((folder_ / "board.png").string(), board);
  EXPECT_TRUE((read_image(folder_ / "board.png", 1, 4, 4) == 100).all().item<bool>());
}

TEST_F(ImageFolder, IgnoresHiddenFilesOnly) {
  two_classes(5);
  write(folder_ / "red" / ".DS_Store", std::string("hidden"));
  EXPECT_EQ(read_image_folder(folder_, 8, false).train.labels.numel() +
                read_image_folder(folder_, 8, false).test.labels.numel(),
            10);
  write(folder_ / "red" / "notes.txt", std::string("no picture"));
  EXPECT_THAT(error(), AllOf(HasSubstr("no picture, or a damaged one"), HasSubstr("notes.txt")));
}

TEST_F(ImageFolder, RefusesBadFolders) {
  EXPECT_THAT(error(), HasSubstr("0 sub-folders"));
  picture("red/1.png", {0, 0, 200});
  EXPECT_THAT(error(), HasSubstr("1 sub-folder in"));
  fs::create_directories(folder_ / "green");
  EXPECT_THAT(error(), AllOf(HasSubstr("a class folder is empty"), HasSubstr("green")));
  picture("green/1.png", {0, 200, 0});
  EXPECT_THAT(error(), AllOf(HasSubstr("cannot be split"), HasSubstr("1 different image in")));
  fs::create_directories(folder_ / "green" / "more");
  EXPECT_THAT(error(), HasSubstr("holds another folder"));
}

TEST_F(ImageFolder, RefusesTooMuch) {
  two_classes(200);
  EXPECT_THAT(error(4096), AllOf(HasSubstr("too large to be held in memory"), HasSubstr("400 files")));
  EXPECT_THAT(message_of(ExitCode::usage, [&] { read_image_folder(folder_, 0, false); }),
              HasSubstr("1 to 4096"));
  EXPECT_THAT(message_of(ExitCode::usage, [&] { read_image(folder_ / "red/0.png", 2, 8, 8); }),
              HasSubstr("2 channels"));
}

TEST_F(ImageFolder, RefusesDamagedPictures) {
  write(folder_ / "empty.png", Bytes{});
  write(folder_ / "text.jpg", std::string("this is no picture"));
  for (const char* name : {"empty.png", "text.jpg"}) {
    EXPECT_THAT(data_message([&] { read_image(folder_ / name, 3, 8, 8); }),
                AllOf(HasSubstr("no picture"), HasSubstr(name)));
  }
  EXPECT_THAT(data_message([&] { read_image(folder_ / "none.png", 3, 8, 8); }), HasSubstr("missing"));
}

}  // namespace
}  // namespace actlab::test

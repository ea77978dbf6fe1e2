#include <gmock/gmock.h>
#include <torch/torch.h>

#include <opencv2/imgcodecs.hpp>

#include "datasets/images/images.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Load : public Folder {
 protected:
  ImageSet load(const std::string& dataset, long train_limit = 0, long test_limit = 0) {
    ImageRequest request;
    request.dataset = dataset;
    request.data_directory = folder_;
    request.train_limit = train_limit;
    request.test_limit = test_limit;
    return load_images(request);
  }
  /// `count` images of one pixel, whose value is their place; sorted by their label, 0..9.
  void write_mnist(const fs::path& place, int count = 100) {
    Bytes pixels, classes;
    for (int i = 0; i < count; ++i) {
      pixels.push_back(static_cast<uint8_t>(i));
      classes.push_back(static_cast<uint8_t>(i * 10 / count));
    }
    const auto n = static_cast<uint32_t>(count);
    for (const std::string prefix : {"train", "t10k"}) {
      write(place / (prefix + "-images-idx3-ubyte"), idx(0x803, {n, 1, 1}, pixels));
      write(place / (prefix + "-labels-idx1-ubyte"), idx(0x801, {n}, classes));
    }
  }
};

TEST_F(Load, DrawsGlyphsWithoutAnyFile) {
  const ImageSet set = load("glyphs", 100, 50);
  EXPECT_EQ(set.train.images.size(0), 100);
  EXPECT_EQ(set.test.images.size(0), 50);
}

TEST_F(Load, FindsACatalogueSetInItsFolder) {
  write_mnist(folder_ / "mnist");
  const ImageSet set = load("mnist");
  EXPECT_EQ(set.name, "mnist");
  EXPECT_EQ(set.train.images.size(0), 100);
  EXPECT_EQ(set.class_names.size(), 10U);
  EXPECT_EQ(set.note, "");
}

TEST_F(Load, TakesAMixedPartThatNeverChanges) {
  write_mnist(folder_ / "mnist");
  const ImageSet set = load("mnist", 40, 1000);
  EXPECT_EQ(set.note, "40 of 100 training images");
  EXPECT_EQ(set.train.images.size(0), 40);
  EXPECT_EQ(set.test.images.size(0), 100);
  EXPECT_GT(std::get<0>(at::_unique(set.train.labels)).size(0), 7);
  const auto place = set.train.images.flatten().to(torch::kLong);
  EXPECT_TRUE(torch::equal(place.div(10, "floor"), set.train.labels));  // images keep their labels
  EXPECT_EQ(set.fingerprint(), load("mnist", 40).fingerprint());
  EXPECT_NE(set.fingerprint(), load("mnist", 41).fingerprint());
  EXPECT_TRUE(torch::equal(load("mnist", 41).train.images.narrow(0, 0, 40), set.train.images));
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load("mnist", -1); }), HasSubstr("train limit -1"));
}

TEST_F(Load, RecognisesWhatAFolderHolds) {
  write_mnist(folder_ / "digits");
  EXPECT_EQ(load((folder_ / "digits").string()).name, "digits");
  EXPECT_EQ(load((folder_ / "digits/").string()).name, "digits");
  Bytes record(2 * 3073, 1);
  write(folder_ / "cifar" / "data_batch_1.bin", record);
  write(folder_ / "cifar" / "test_batch.bin", record);
  EXPECT_THAT(load((folder_ / "cifar").string()).note, HasSubstr("part: training batch 1 of 5"));
  for (const std::string name : {"a", "b"}) {
    fs::create_directories(folder_ / "photos" / name);
    for (int i = 0; i < 4; ++i) {
      cv::imwrite((folder_ / "photos" / name / (std::to_string(i) + ".png")).string(),
                  cv::Mat(5, 5, CV_8UC3, cv::Scalar::all(i)));
    }
  }
  EXPECT_EQ(load((folder_ / "photos").string()).class_names, (std::vector<std::string>{"a", "b"}));
}

TEST_F(Load, ReadsAnArchiveAsItsPublisherOffersIt) {
  const std::string record(3073, 1);
  fs::create_directories(folder_ / "cifar-10");
  write_tar(folder_ / "cifar-10" / "cifar-10-binary.tar.gz",
            {{"cifar-10-batches-bin/data_batch_1.bin", record + record},
             {"cifar-10-batches-bin/test_batch.bin", record}});
  const ImageSet set = load("cifar-10");
  EXPECT_EQ(set.name, "cifar-10");
  EXPECT_EQ(set.train.images.size(0), 2);
  // Nothing is put beside the publisher's file.
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "cifar-10"), fs::directory_iterator()), 1);
}

TEST_F(Load, SaysHowToGetWhatIsMissing) {
  EXPECT_THAT(data_message([&] { load("fashion-mnist"); }),
              AllOf(HasSubstr((folder_ / "fashion-mnist").string()),
                    HasSubstr("image_classification data fetch fashion-mnist"), HasSubstr("http://"),
                    HasSubstr("8d4fb7e6c68d591d4c3dfef9ec88bf0d")));
  EXPECT_THAT(data_message([&] { load((folder_ / "none").string()); }), HasSubstr("no such folder"));
}

TEST_F(Load, NamesTheNearestOfAnUnknownName) {
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load("fashion-mnsit"); }),
              AllOf(HasSubstr("glyphs"), HasSubstr("did you mean 'fashion-mnist'?")));
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load("glyph"); }), HasSubstr("did you mean 'glyphs'?"));
}

TEST_F(Load, FingerprintSeesEveryPart) {
  ImageSet set{
      "a", "note", {torch::zeros({2, 1, 2, 2}, torch::kByte), torch::zeros(2, torch::kLong)}, {}, {"x", "y"}};
  set.test = {set.train.images.clone(), set.train.labels.clone()};
  const std::string before = set.fingerprint();
  EXPECT_EQ(before.size(), 16U);
  const auto changed = [&](const std::function<void(ImageSet&)>& change) {
    ImageSet copy = set;
    copy.train = {set.train.images.clone(), set.train.labels.clone()};
    copy.test = {set.test.images.clone(), set.test.labels.clone()};
    change(copy);
    return copy.fingerprint() != before;
  };
  EXPECT_FALSE(changed([](ImageSet& copy) { copy.note = "other"; }));
  EXPECT_TRUE(changed([](ImageSet& copy) { copy.name = "b"; }));
  EXPECT_TRUE(changed([](ImageSet& copy) { copy.class_names = {"xy", ""}; }));
  EXPECT_TRUE(changed([](ImageSet& copy) { copy.train.images[1][0][1][1] = 1; }));
  EXPECT_TRUE(changed([](ImageSet& copy) { copy.test.images[1][0][1][1] = 1; }));
  EXPECT_TRUE(changed([](ImageSet& copy) { copy.train.labels[1] = 1; }));
  EXPECT_TRUE(changed([](ImageSet& copy) { copy.train.images = copy.train.images.view({2, 1, 1, 4}); }));
}

}  // namespace
}  // namespace actlab::test

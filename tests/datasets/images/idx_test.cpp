#include <gmock/gmock.h>
#include <torch/torch.h>

#include "datasets/images/images.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr uint32_t images = 0x803, labels = 0x801;

class Idx : public Folder {
 protected:
  std::string image_error(const Bytes& bytes) {
    write(folder_ / "images", bytes);
    return data_message([&] { read_idx_images(folder_ / "images"); });
  }
  /// Three training and two test images of 1 x 2 pixels.
  void write_set(const Bytes& train_labels = {0, 1, 2}, const Bytes& test_labels = {2, 0}) {
    write(folder_ / "train-images-idx3-ubyte", idx(images, {3, 1, 2}, {1, 2, 3, 4, 5, 6}));
    write(folder_ / "t10k-images-idx3-ubyte.gz", gzip(idx(images, {2, 1, 2}, {7, 8, 9, 10})));
    const auto count = [](const Bytes& bytes) { return static_cast<uint32_t>(bytes.size()); };
    write(folder_ / "train-labels-idx1-ubyte", idx(labels, {count(train_labels)}, train_labels));
    write(folder_ / "t10k-labels-idx1-ubyte.gz", gzip(idx(labels, {count(test_labels)}, test_labels)));
  }
};

TEST_F(Idx, ReadsAFolderOfPlainAndPackedFiles) {
  write_set();
  const ImageSet set = read_idx_folder(folder_);
  EXPECT_TRUE(torch::equal(set.train.images, torch::arange(1, 7, torch::kByte).view({3, 1, 1, 2})));
  EXPECT_TRUE(torch::equal(set.test.images, torch::arange(7, 11, torch::kByte).view({2, 1, 1, 2})));
  EXPECT_TRUE(torch::equal(set.train.labels, torch::arange(3)));
  EXPECT_TRUE(torch::equal(set.test.labels, torch::tensor({2, 0}, torch::kLong)));
  EXPECT_EQ(set.class_names, (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(set.name, folder_.filename().string());
  EXPECT_EQ(set.note, "");
}

TEST_F(Idx, KnowsTheNamesOfFashion) {
  folder_ /= "fashion-mnist";
  write_set();
  const ImageSet set = read_idx_folder(folder_);
  ASSERT_EQ(set.class_names.size(), 10U);
  EXPECT_EQ(set.class_names[9], "Ankle boot");
  folder_ = folder_.parent_path();
}

TEST_F(Idx, RefusesWrongMagic) {
  EXPECT_THAT(image_error(idx(labels, {4}, {1, 2, 3, 4})), AllOf(HasSubstr("0x801"), HasSubstr("swapped")));
  EXPECT_THAT(image_error(idx(0xd03, {1, 1, 1}, {1})), HasSubstr("0xd03"));
  write(folder_ / "labels", idx(images, {1, 1, 1}, {1}));
  EXPECT_THAT(data_message([&] { read_idx_labels(folder_ / "labels"); }), HasSubstr("swapped"));
}

TEST_F(Idx, RefusesWrongSizes) {
  EXPECT_THAT(image_error({}), HasSubstr("no header"));
  EXPECT_THAT(image_error({0, 0, 8, 3, 0, 0}), HasSubstr("header is cut off"));
  EXPECT_THAT(image_error(idx(images, {0, 28, 28}, {})), HasSubstr("dimension 0 is zero"));
  EXPECT_THAT(image_error(idx(images, {1, 28, 0}, {})), HasSubstr("dimension 2 is zero"));
  EXPECT_THAT(image_error(idx(images, {2, 2, 2}, {1, 2, 3})), HasSubstr("2 x 2 x 2 bytes, but 3 follow"));
  EXPECT_THAT(image_error(idx(images, {1, 1, 2}, {1, 2, 3})), HasSubstr("no bytes after the last item"));
  EXPECT_THAT(image_error(idx(images, {1, 1, 1}, {})), HasSubstr("but 0 follow"));
  // Products of 2^64 and more must neither wrap nor be allocated.
  EXPECT_THAT(image_error(idx(images, {0xffffffff, 0xffffffff, 0xffffffff}, {1, 2})),
              HasSubstr("but 2 follow"));
  EXPECT_THAT(image_error(idx(images, {0x80000000, 0x80000000, 4}, {})), HasSubstr("but 0 follow"));
}

TEST_F(Idx, RefusesLabelsOutOfRange) {
  write_set({0, 1, 2}, {2, 3});
  const auto message = data_message([&] { read_idx_folder(folder_); });
  EXPECT_THAT(message, AllOf(HasSubstr("label 3 at index 1"), HasSubstr("t10k-labels-idx1-ubyte.gz"),
                             HasSubstr("0 to 2")));
  write_set({0, 0, 0}, {0, 0});
  EXPECT_THAT(data_message([&] { read_idx_folder(folder_); }), HasSubstr("one class only"));
}

TEST_F(Idx, RefusesDifferentCounts) {
  write_set({0, 1, 2, 1});
  EXPECT_THAT(data_message([&] { read_idx_folder(folder_); }),
              AllOf(HasSubstr("3 images in"), HasSubstr("train-images"), HasSubstr("4 labels in"),
                    HasSubstr("train-labels")));
}

TEST_F(Idx, RefusesDifferentImageSizes) {
  write_set();
  write(folder_ / "t10k-images-idx3-ubyte.gz", gzip(idx(images, {2, 2, 1}, {7, 8, 9, 10})));
  EXPECT_THAT(data_message([&] { read_idx_folder(folder_); }), HasSubstr("differ in size"));
}

TEST_F(Idx, NamesAMissingFile) {
  write_set();
  fs::remove(folder_ / "t10k-labels-idx1-ubyte.gz");
  EXPECT_THAT(data_message([&] { read_idx_folder(folder_); }),
              AllOf(HasSubstr("t10k-labels-idx1-ubyte"), HasSubstr("data fetch")));
}

}  // namespace
}  // namespace actlab::test

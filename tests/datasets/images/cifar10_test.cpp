#include <gmock/gmock.h>
#include <torch/torch.h>

#include "datasets/images/images.h"
#include "tests/datasets/helpers.h"

namespace actlab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr size_t record = 3073;

/// Records of labels 0, 1, 2 …; record i has red 10 i, green 10 i + 1 and blue 10 i + 2.
Bytes batch(int count, int first = 0) {
  Bytes bytes;
  for (int i = first; i < first + count; ++i) {
    bytes.push_back(static_cast<uint8_t>(i % 10));
    for (int colour = 0; colour < 3; ++colour)
      bytes.insert(bytes.end(), 1024, static_cast<uint8_t>(10 * i + colour));
  }
  return bytes;
}

class Cifar10 : public Folder {
 protected:
  std::string error() {
    return data_message([&] { read_cifar10_folder(folder_); });
  }
};

TEST_F(Cifar10, ReadsPartsAndNamesThem) {
  write(folder_ / "data_batch_2.bin", batch(1, 5));
  write(folder_ / "data_batch_4.bin.gz", gzip(batch(2, 7)));
  write(folder_ / "test_batch_first1000.bin.gz", gzip(batch(1)));
  const ImageSet set = read_cifar10_folder(folder_);
  EXPECT_EQ(set.note, "part: training batches 2, 4 of 5 (3 images), first 1 of 10,000 test images");
  EXPECT_EQ(set.train.images.sizes(), (std::vector<int64_t>{3, 3, 32, 32}));
  EXPECT_TRUE(torch::equal(set.train.labels, torch::tensor({5, 7, 8}, torch::kLong)));
  for (int i = 0; i < 3; ++i) {
    for (int colour = 0; colour < 3; ++colour) {
      const auto plane = set.train.images[i][colour];
      EXPECT_TRUE((plane == 10 * set.train.labels[i].item<int>() + colour).all().item<bool>());
    }
  }
  EXPECT_EQ(set.class_names[8], "ship");  // official, as no file gives names
}

TEST_F(Cifar10, ReadsTheArchivesOwnFolderAndItsNames) {
  const fs::path inner = folder_ / "cifar-10-batches-bin";
  write(inner / "data_batch_1.bin", batch(2));
  write(inner / "test_batch.bin", batch(1));
  write(inner / "batches.meta.txt", std::string("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n"));
  EXPECT_EQ(read_cifar10_folder(folder_).class_names[9], "j");
  write(inner / "batches.meta.txt", std::string("a\nb\n"));
  EXPECT_THAT(error(), HasSubstr("2 names"));
}

TEST_F(Cifar10, TakesThePlainFileAndTheWholeTestBatchOnce) {
  write(folder_ / "data_batch_1.bin", batch(2));
  write(folder_ / "data_batch_1.bin.gz", gzip(batch(2)));
  write(folder_ / "test_batch.bin", batch(3));
  write(folder_ / "test_batch_first1000.bin", batch(1));
  const ImageSet set = read_cifar10_folder(folder_);
  EXPECT_EQ(set.train.images.size(0), 2);
  EXPECT_EQ(set.test.images.size(0), 3);
}

TEST_F(Cifar10, RefusesBadFiles) {
  EXPECT_THAT(error(), HasSubstr("data_batch_1.bin"));
  write(folder_ / "data_batch_1.bin", batch(2));
  EXPECT_THAT(error(), HasSubstr("test_batch.bin"));
  Bytes bytes = batch(2);
  bytes[record] = 10;
  write(folder_ / "test_batch.bin", bytes);
  EXPECT_THAT(error(),
              AllOf(HasSubstr("label 10 at index 1"), HasSubstr("test_batch.bin"), HasSubstr("0 to 9")));
  bytes.pop_back();
  write(folder_ / "test_batch.bin", bytes);
  EXPECT_THAT(error(), AllOf(HasSubstr("6,145 bytes"), HasSubstr("multiple of 3,073")));
  write(folder_ / "test_batch.bin", Bytes{});
  EXPECT_THAT(error(), HasSubstr("0 bytes"));
  fs::remove(folder_ / "test_batch.bin");
  write(folder_ / "test_batch_a.bin", batch(1));
  write(folder_ / "test_batch_b.bin", batch(1));
  EXPECT_THAT(error(), HasSubstr("more than one test file"));
}

}  // namespace
}  // namespace actlab::test

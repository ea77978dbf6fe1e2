// Readers meet files that somebody else has written: whatever the bytes, they either succeed or throw an
// Error.

#include <opencv2/imgcodecs.hpp>

#include "datasets/files.h"
#include "datasets/images/images.h"
#include "tests/datasets/mutate.h"

namespace actlab::test {
namespace {

constexpr int rounds = 400;

class Fuzz : public Folder {
 protected:
  template <typename Read>
  void feed(const Bytes& seed, const fs::path& file, Read read) {
    int refused = 0;
    for (int round = 0; round < rounds; ++round) {
      write(file, mutate(seed, random_));
      try {
        read();
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data);
        ++refused;
      }
    }
    EXPECT_GT(refused, rounds / 20) << "the mutations hardly ever matter";
  }

  std::mt19937 random_{1};
};

TEST_F(Fuzz, Gzip) {
  Bytes plain(2000);
  for (size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<uint8_t>(i * i >> 4);
  feed(gzip(plain), folder_ / "f.gz", [&] { read_maybe_gzip(folder_ / "f.gz"); });
}

TEST_F(Fuzz, Idx) {
  feed(idx(0x803, {2, 2, 3}, Bytes(12, 7)), folder_ / "f", [&] { read_idx_images(folder_ / "f"); });
  feed(idx(0x801, {5}, {0, 1, 2, 3, 4}), folder_ / "f", [&] { read_idx_labels(folder_ / "f"); });
  feed(gzip(idx(0x801, {5}, {0, 1, 2, 3, 4})), folder_ / "f.gz", [&] { read_idx_labels(folder_ / "f.gz"); });
}

TEST_F(Fuzz, Cifar10) {
  write(folder_ / "test_batch.bin", Bytes(3073, 1));
  feed(Bytes(2 * 3073, 1), folder_ / "data_batch_1.bin", [&] { read_cifar10_folder(folder_); });
}

TEST_F(Fuzz, Images) {
  for (const char* format : {".png", ".bmp", ".ppm"}) {
    Bytes encoded;
    cv::imencode(format, cv::Mat(9, 7, CV_8UC3, cv::Scalar(1, 2, 3)), encoded);
    const fs::path file = folder_ / (std::string("f") + format);
    int read = 0;
    for (int round = 0; round < rounds / 4; ++round) {
      write(file, mutate(encoded, random_));
      try {
        read_image(file, 3, 8, 8);
        ++read;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::data);
      }
    }
    EXPECT_LT(read, rounds / 4) << format;
  }
}

}  // namespace
}  // namespace actlab::test

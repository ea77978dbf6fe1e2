#include "datasets/catalogue_sets.h"
#include "datasets/files.h"

namespace actlab {
namespace {

/// The four files of a set in MNIST's format. Digests are MD5, as torchvision's mnist.py states them.
struct IdxFile {
  const char* name;
  long bytes;
  const char* md5;
};

std::vector<PublicFile> idx_files(const std::string& site, const std::vector<IdxFile>& list) {
  std::vector<PublicFile> files;
  for (const auto& file : list) files.push_back({file.name, site + file.name, file.bytes, "md5", file.md5});
  return files;
}

PublicSet fashion_mnist() {
  return {"fashion-mnist",
          "image_classification",
          "70,000 pictures of clothes, 28 x 28 grey, 10 classes",
          "MIT",
          "https://github.com/zalandoresearch/fashion-mnist",
          idx_files("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                    {{"train-images-idx3-ubyte.gz", 26421880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"},
                     {"train-labels-idx1-ubyte.gz", 29515, "25c81989df183df01b3e8a0aad5dffbe"},
                     {"t10k-images-idx3-ubyte.gz", 4422102, "bef4ecab320f06d8554ea6380940ec79"},
                     {"t10k-labels-idx1-ubyte.gz", 5148, "bb300cfdad3c16e7a12a480ee83cd310"}})};
}

PublicSet mnist() {
  return {"mnist",
          "image_classification",
          "70,000 handwritten digits, 28 x 28 grey, 10 classes",
          "none stated by the publisher: research use",
          "http://yann.lecun.com/exdb/mnist/",
          idx_files("http://yann.lecun.com/exdb/mnist/",
                    {{"train-images-idx3-ubyte.gz", 9912422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"},
                     {"train-labels-idx1-ubyte.gz", 28881, "d53e105ee54ea40749a09fcbcd1e9432"},
                     {"t10k-images-idx3-ubyte.gz", 1648877, "9fb629c4189551a2d022fa330f9573f3"},
                     {"t10k-labels-idx1-ubyte.gz", 4542, "ec29112dd5afa0611ce80d1b7f02629c"}}),
          "https://ossci-datasets.s3.amazonaws.com/mnist/"};
}

PublicSet kmnist() {
  return {"kmnist",
          "image_classification",
          "70,000 cursive Japanese characters, 28 x 28 grey, 10 classes",
          "CC BY-SA 4.0",
          "https://github.com/rois-codh/kmnist",
          idx_files("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
                    {{"train-images-idx3-ubyte.gz", 0, "bdb82020997e1d708af4cf47b453dcf7"},
                     {"train-labels-idx1-ubyte.gz", 0, "e144d726b3acfaa3e44228e80efcd344"},
                     {"t10k-images-idx3-ubyte.gz", 0, "5c965bf0a639b31b8f53240b1b52f4d7"},
                     {"t10k-labels-idx1-ubyte.gz", 0, "7320c461ea6c1c855c0b718fb2a4b134"}})};
}

/// Digests of the unpacked batches are SHA-1, as MXNet's gluon data sets state them.
PublicSet cifar10() {
  constexpr long batch = 30'730'000;
  return {"cifar-10",
          "image_classification",
          "60,000 photographs, 32 x 32 colour, 10 classes",
          "none stated; cite Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images",
          "https://www.cs.toronto.edu/~kriz/cifar.html",
          {{"cifar-10-binary.tar.gz",
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            170'052'171,
            "md5",
            "c32a1d4ab5d03f1284b67883e8d87530",
            {{"data_batch_1.bin", "", batch, "sha1", "aadd24acce27caa71bf4b10992e9e7b2d74c2540"},
             {"data_batch_2.bin", "", batch, "sha1", "c0ba65cce70568cd57b4e03e9ac8d2a5367c1795"},
             {"data_batch_3.bin", "", batch, "sha1", "1dd00a74ab1d17a6e7d73e185b69dbf31242f295"},
             {"data_batch_4.bin", "", batch, "sha1", "aab85764eb3584312d3c7f65fd2fd016e36a258e"},
             {"data_batch_5.bin", "", batch, "sha1", "26e2849e66a845b7f1e4614ae70f4889ae604628"},
             {"test_batch.bin", "", batch, "sha1", "67eb016db431130d61cd03c7ad570b013799c88c"}},
            cifar10_folder}}};
}

}  // namespace

std::vector<PublicSet> image_sets() { return {fashion_mnist(), mnist(), kmnist(), cifar10()}; }

}  // namespace actlab

#pragma once

// What the readers of this folder share.

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

namespace actlab {

/// No file is unpacked in memory, and no data set is read into it, beyond this many bytes.
constexpr long memory_limit = 4L << 30;

/// The folder that the publisher's archive of CIFAR-10 puts its files in.
constexpr const char* cifar10_folder = "cifar-10-batches-bin";

/// `folder/name`, or `folder/name.gz`, whichever stands there (the plain one first); empty when neither does.
std::filesystem::path find_file(const std::filesystem::path& folder, const std::string& name);

/// What stands in a folder, sorted by name, without hidden files. Throws a data error when it cannot be
/// listed.
std::vector<std::filesystem::path> list_folder(const std::filesystem::path& folder);

/// The contents of a file, decompressed when its name ends in .gz (members in a row are joined). Throws a
/// data error for gzip that is truncated, fails its checksum or is followed by anything else, and beyond 4
/// GiB.
std::vector<uint8_t> read_maybe_gzip(const std::filesystem::path& file);

/// The folder's own name, with or without a slash at the end.
std::string folder_name(const std::filesystem::path& folder);

/// Throws a data error that names file and index of the first label (int64 [N]) outside 0..classes-1.
void check_labels(const at::Tensor& labels, long classes, const std::filesystem::path& file);

/// The folder in the cache that holds an archive's unpacked files; unpacks it on the first call. Only plain
/// files with paths inside the archive's own folder are accepted (data error otherwise), links never.
std::filesystem::path unpacked_folder(const std::filesystem::path& archive);

}  // namespace actlab

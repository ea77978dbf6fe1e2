#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

#include "apps/speech_recognition/clip_format.h"

namespace actlab {

/// Where the features of clips with this fingerprint are kept: CACHE/features/HASH.
std::filesystem::path feature_file(const std::string& fingerprint, const ClipFormat& format);

/// Features, float [N, channels, frames], of each of `parts`, int16 [N, samples]. They are computed once and
/// kept in feature_file(), which is mapped into memory, so that worker processes share it. A file that is
/// missing, damaged (shape, checksum) or of another kind is written anew; where none can be written, the
/// features stay in memory and standard error tells why. Throws a usage error where they would take more than
/// 4 GiB.
std::vector<at::Tensor> cached_features(const std::vector<at::Tensor>& parts, const ClipFormat& format,
                                        const std::string& fingerprint);

}  // namespace actlab

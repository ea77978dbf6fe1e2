#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "lib/layers/network.h"

namespace actlab {

/// A file with everything that a trained model needs: a JSON description (task, model, activation, class
/// names, input shape, …) and every parameter and buffer by name. Layout: the 8 bytes "ACTLAB\1\n", the
/// length of the description (uint64, little-endian), the description, LibTorch's archive of the tensors, and
/// the FNV-1a of all bytes before it (uint64).
void save_checkpoint(const std::filesystem::path& file, const nlohmann::json& description, Network& network);

/// The description alone. Throws a data error naming the file when it is missing, truncated, damaged
/// (checksum) or of another kind or version.
nlohmann::json read_checkpoint_description(const std::filesystem::path& file);

/// Fills `network` (built from the description). Throws a data error when names or shapes do not fit.
void load_checkpoint(const std::filesystem::path& file, Network& network);

}  // namespace actlab

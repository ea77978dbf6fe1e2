#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

#include "apps/speech_recognition/clip_format.h"

namespace actlab {

/// Draws a clip, float [1, samples], as a mel spectrogram (seconds and Hz, brighter is louder) and outlines
/// where `effect` [bands, frames] or [1, frames] is at least half of its largest value: the region that
/// decided. Writes a PNG; throws a data error where it cannot.
void save_picture(const std::filesystem::path& file, const at::Tensor& clip, const ClipFormat& format,
                  const at::Tensor& effect, const std::string& title);

}  // namespace actlab

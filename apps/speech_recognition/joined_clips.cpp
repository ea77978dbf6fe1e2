#include "apps/speech_recognition/joined_clips.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "lib/core/random.h"

namespace actlab {

JoinedClips::JoinedClips(const SpeechSet& set, const Options& options)
    : clips_(set.test),
      class_names_(set.class_names),
      sample_rate_(set.sample_rate),
      options_(options),
      generator_(make_generator(0, Stream::noise, "joined clips")),
      order_(torch::randperm(clips_.labels.size(0), generator_, torch::kLong)),
      ready_(torch::zeros({0})) {
  double power = 0;
  for (const auto& some : clips_.audio.split(256))
    power += some.to(torch::kDouble).div_(32768).square_().sum().item<double>();
  power /= static_cast<double>(std::max<int64_t>(1, clips_.audio.numel()));
  level_ = std::sqrt(power) * std::pow(10, -options.noise / 20);
}

at::Tensor JoinedClips::next(long samples) {
  while (ready_.size(0) < samples && made_ < order_.size(0)) add_clip();
  const long count = std::min<long>(samples, ready_.size(0));
  const auto block = ready_.slice(0, 0, count);
  ready_ = ready_.slice(0, count);
  return block;
}

void JoinedClips::add_clip() {
  const auto index = order_[made_++].item<int64_t>();
  const auto pause = torch::rand({1}, generator_).item<double>() * (options_.longest - options_.shortest) +
                     options_.shortest;
  const auto clip = clips_.audio[index].to(torch::kFloat).div_(32768);
  const long before = std::lround(pause * static_cast<double>(sample_rate_));
  auto piece = torch::randn({before + clip.size(0)}, generator_).mul_(level_);
  piece.slice(0, before).add_(clip);
  const double middle = static_cast<double>(length_ + before) + static_cast<double>(clip.size(0)) / 2;
  truth_.push_back({middle / static_cast<double>(sample_rate_),
                    class_names_.at(static_cast<size_t>(clips_.labels[index].item<int64_t>()))});
  length_ += piece.size(0);
  ready_ = torch::cat({ready_, piece});
}

}  // namespace actlab

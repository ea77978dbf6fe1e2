#include <fmt/format.h>
#include <torch/torch.h>

#include <cmath>

#include "datasets/draws.h"
#include "datasets/speech/recordings.h"
#include "datasets/speech/voice.h"
#include "lib/core/random.h"

namespace actlab {
namespace {

/// The stretch of a noise recording that a part hears: the first 80 %, then 10 %, then 10 %.
at::Tensor stretch(const at::Tensor& noise, Part part) {
  const long tenth = noise.size(0) / 10;
  if (part == Part::train) return noise.narrow(0, 0, noise.size(0) - 2 * tenth);
  return noise.narrow(0, noise.size(0) - (part == Part::validation ? 2 : 1) * tenth, tenth);
}

at::Tensor excerpt(const at::Tensor& noise, long samples, Draws& draws) {
  const long surplus = noise.size(0) - samples;
  const long start = surplus > 0 ? draws.integer(0, static_cast<int>(surplus)) : 0;
  return fit_clip(noise.narrow(0, start, std::min(samples, noise.size(0))), samples) * draws.uniform(0, 1);
}

at::Tensor faint_noise(long samples, Draws& draws) {
  const Wave noise = coloured_noise(static_cast<size_t>(samples), draws);
  return torch::tensor(noise) * std::pow(10, draws.uniform(-4.5, -1.5));
}

}  // namespace

at::Tensor make_silence(const std::vector<std::filesystem::path>& noise, Part part, long wanted, long samples,
                        long sample_rate) {
  std::vector<at::Tensor> recordings;
  for (const auto& file : noise) recordings.push_back(stretch(read_clip(file, sample_rate), part));
  auto silence = torch::empty({wanted, samples}, torch::kShort);
  for (long i = 0; i < wanted; ++i) {
    Draws draws(fnv1a(fmt::format("silence/{}/{}", static_cast<int>(part), i)));
    const size_t place = static_cast<size_t>(i) % std::max<size_t>(1, recordings.size());
    silence[i] = to_int16(recordings.empty() ? faint_noise(samples, draws)
                                             : excerpt(recordings[place], samples, draws));
  }
  return silence;
}

}  // namespace actlab

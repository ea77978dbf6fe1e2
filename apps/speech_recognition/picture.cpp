#include "apps/speech_recognition/picture.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "lib/core/files.h"

namespace actlab {
namespace {

const cv::Rect plot(90, 60, 760, 360);
const cv::Size canvas(900, 540);
const cv::Scalar ink(40, 40, 40), white(255, 255, 255), black(0, 0, 0);
constexpr double decisive = 0.5;  // of the largest effect

/// [bands, frames], the lowest band below, as large as the plot.
cv::Mat enlarge(const at::Tensor& values) {
  const auto flipped = values.flip(0).contiguous();
  const cv::Mat small(static_cast<int>(flipped.size(0)), static_cast<int>(flipped.size(1)), CV_32F,
                      flipped.data_ptr<float>());
  cv::Mat large;
  cv::resize(small, large, plot.size(), 0, 0, cv::INTER_LINEAR);
  return large;
}

/// The quietest 8.7 dB a nat are the same colour from `range` nats below the loudest.
cv::Mat colours(const at::Tensor& spectrogram) {
  constexpr double range = 12;
  const double loudest = spectrogram.max().item<double>();
  cv::Mat bytes, coloured;
  enlarge(spectrogram).convertTo(bytes, CV_8U, 255 / range, 255 - 255 * loudest / range);
  cv::applyColorMap(bytes, coloured, cv::COLORMAP_VIRIDIS);
  return coloured;
}

void write(cv::Mat& image, const std::string& text, cv::Point place, double size = 0.5) {
  cv::putText(image, text, place, cv::FONT_HERSHEY_SIMPLEX, size, ink, 1, cv::LINE_AA);
}

int width_of(const std::string& text) {
  int below = 0;
  return cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, 0.5, 1, &below).width;
}

/// Columns are frames, whose middles are half a window after they begin.
void draw_seconds(cv::Mat& image, long frames, const ClipFormat& format) {
  const auto& options = format.features;
  const double step = format.seconds() <= 1.2 ? 0.1 : std::max(0.2, std::round(format.seconds()) / 10);
  for (double second = 0; second <= format.seconds() + 1e-9; second += step) {
    const double frame = (1000 * second - options.window / 2) / options.hop;
    const int x = plot.x + static_cast<int>((frame + 0.5) / static_cast<double>(frames) * plot.width);
    if (x < plot.x || x > plot.br().x) continue;
    cv::line(image, {x, plot.br().y}, {x, plot.br().y + 6}, ink, 1, cv::LINE_AA);
    const auto label = fmt::format("{:.1f}", second);
    write(image, label, {x - width_of(label) / 2, plot.br().y + 24});
  }
  write(image, "seconds", {plot.x + plot.width / 2 - width_of("seconds") / 2, plot.br().y + 48});
}

/// Middles of the bands in Hz.
std::vector<double> middles(const FeatureOptions& options) {
  const auto filters = mel_filters(options).to(torch::kDouble);
  const auto bins =
      torch::linspace(0, static_cast<double>(options.sample_rate) / 2, filters.size(1), torch::kDouble);
  const auto hertz = (filters * bins).sum(1) / filters.sum(1);
  return {hertz.data_ptr<double>(), hertz.data_ptr<double>() + hertz.numel()};
}

void draw_hertz(cv::Mat& image, const FeatureOptions& options) {
  const auto bands = middles(options);
  for (const double hertz : {100., 200., 500., 1000., 2000., 4000., 8000., 16000.}) {
    const auto above = std::lower_bound(bands.begin(), bands.end(), hertz);
    if (above == bands.begin() || above == bands.end()) continue;
    const double band =
        static_cast<double>(above - bands.begin()) - (*above - hertz) / (*above - *(above - 1));
    const int y =
        plot.br().y - static_cast<int>((band + 0.5) / static_cast<double>(bands.size()) * plot.height);
    cv::line(image, {plot.x - 6, y}, {plot.x, y}, ink, 1, cv::LINE_AA);
    const auto label = fmt::format("{:.0f}", hertz);
    write(image, label, {plot.x - 12 - width_of(label), y + 5});
  }
  write(image, "Hz", {plot.x - 12 - width_of("Hz"), plot.y - 12});
}

/// False where no region alone decides.
bool outline(cv::Mat& image, const at::Tensor& effect) {
  const double largest = effect.max().item<double>();
  if (!(largest > 0)) return false;
  const cv::Mat region = enlarge(effect) >= decisive * largest;
  std::vector<std::vector<cv::Point>> lines;
  cv::findContours(region, lines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE, plot.tl());
  cv::drawContours(image, lines, -1, black, 5, cv::LINE_AA);
  cv::drawContours(image, lines, -1, white, 2, cv::LINE_AA);
  return true;
}

}  // namespace

void save_picture(const std::filesystem::path& file, const at::Tensor& clip, const ClipFormat& format,
                  const at::Tensor& effect, const std::string& title) {
  auto bands = format.features;
  bands.coefficients = 0;
  bands.compression = Compression::log;
  const auto spectrogram = features(clip, bands)[0];
  cv::Mat image(canvas, CV_8UC3, white);
  colours(spectrogram).copyTo(image(plot));
  const bool outlined = outline(image, effect.expand(spectrogram.sizes()));
  cv::rectangle(image, plot, ink, 1);
  draw_seconds(image, spectrogram.size(1), format);
  draw_hertz(image, bands);
  write(image, title, {plot.x, 32}, 0.7);
  write(image,
        outlined ? "outlined: what decided. Covering it costs at least half of what the costliest place does."
                 : "no place alone decides: covering any makes the word no less probable",
        {plot.x, canvas.height - 24}, 0.45);
  std::vector<unsigned char> png;
  cv::imencode(".png", image, png);
  write_atomically(file, {png.begin(), png.end()});
}

}  // namespace actlab

// The embedded data set: single characters, each drawn with a random font, place, rotation, shear, size and
// stroke, then covered by clutter, lit unevenly, blurred and disturbed by noise. No file and no network is
// needed, and a model that only weighs pixels stays far below one that finds shapes.

#include <fmt/format.h>
#include <torch/torch.h>

#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "datasets/draws.h"
#include "datasets/files.h"
#include "datasets/images/images.h"
#include "lib/core/error.h"
#include "lib/core/random.h"

namespace actlab {
namespace {

// Confusable pairs stay in (B 8, S 5, Z 2, G 6, …); pairs that no font tells apart (O 0, I 1) do not.
constexpr std::array characters{'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'K', 'M', 'N', 'P',
                                'R', 'S', 'T', 'U', 'X', 'Z', '2', '3', '4', '5', '6', '8'};
constexpr int side = 28, scale = 2, canvas = side * scale;

cv::Point2d place(Draws& draws, double low, double high) {
  const double x = draws.uniform(low, high);
  return {x, draws.uniform(low, high)};
}

/// The character as coverage (0..255) in the middle of a canvas, upright.
cv::Mat draw_character(char character, Draws& draws) {
  constexpr std::array fonts{cv::FONT_HERSHEY_SIMPLEX,       cv::FONT_HERSHEY_PLAIN,
                             cv::FONT_HERSHEY_DUPLEX,        cv::FONT_HERSHEY_COMPLEX,
                             cv::FONT_HERSHEY_TRIPLEX,       cv::FONT_HERSHEY_COMPLEX_SMALL,
                             cv::FONT_HERSHEY_SCRIPT_COMPLEX};
  int font = fonts[static_cast<size_t>(draws.integer(0, static_cast<int>(fonts.size()) - 1))];
  if (draws.chance(0.25)) font |= cv::FONT_ITALIC;
  const int stroke = draws.integer(2, 5);
  const std::string text(1, character);
  int baseline = 0;
  const cv::Size unit = cv::getTextSize(text, font, 1.0, 1, &baseline);
  const double size = 0.58 * canvas / unit.height;
  const cv::Size extent = cv::getTextSize(text, font, size, 1, &baseline);
  cv::Mat mask(canvas, canvas, CV_8U, cv::Scalar(0));
  cv::putText(mask, text, {(canvas - extent.width) / 2, (canvas + extent.height) / 2}, font, size,
              cv::Scalar(255), stroke, cv::LINE_AA);
  return mask;
}

/// Random rotation, shear, width, height and place.
cv::Mat warp(const cv::Mat& mask, Draws& draws) {
  const double angle = draws.uniform(-0.3, 0.3), shear = draws.uniform(-0.3, 0.3);
  const double width = draws.uniform(0.75, 1.2), height = draws.uniform(0.75, 1.2);
  const cv::Point2d shift = place(draws, -0.08 * canvas, 0.08 * canvas);
  const double c = std::cos(angle), s = std::sin(angle), middle = canvas / 2.0;
  // rotation × shear × scale, about the middle of the canvas
  const double a = c * width, b = (c * shear - s) * height, d = s * width, e = (s * shear + c) * height;
  const cv::Matx23d matrix(a, b, middle + shift.x - a * middle - b * middle,  //
                           d, e, middle + shift.y - d * middle - e * middle);
  cv::Mat warped;
  cv::warpAffine(mask, warped, matrix, mask.size(), cv::INTER_LINEAR);
  return warped;
}

/// Lines and blobs that belong to no character.
void add_clutter(cv::Mat& mask, Draws& draws) {
  for (int lines = draws.integer(0, 2); lines > 0; --lines) {
    const cv::Point from = place(draws, 0, canvas), to = place(draws, 0, canvas);
    cv::line(mask, from, to, cv::Scalar(draws.uniform(100, 255)), draws.integer(1, 2), cv::LINE_AA);
  }
  for (int blobs = draws.integer(0, 2); blobs > 0; --blobs) {
    const cv::Point middle = place(draws, 0, canvas);
    const cv::Size axes(draws.integer(1, 4), draws.integer(1, 4));
    cv::ellipse(mask, middle, axes, draws.uniform(0, 180), 0, 360, cv::Scalar(draws.uniform(100, 255)),
                cv::FILLED, cv::LINE_AA);
  }
}

/// Paper and ink: a gradient of brightness behind, a contrast that may be low or inverted.
cv::Mat light(const cv::Mat& mask, Draws& draws) {
  const double paper = draws.uniform(0, 90), ink = paper + draws.uniform(90, 165);
  const bool inverted = draws.chance(0.12);
  const cv::Point2d slope = place(draws, -0.9, 0.9);
  cv::Mat lit(mask.size(), CV_8U);
  for (int y = 0; y < canvas; ++y) {
    for (int x = 0; x < canvas; ++x) {
      const double shade = slope.x * (x - canvas / 2) + slope.y * (y - canvas / 2);
      const double value = paper + (ink - paper) * mask.at<uint8_t>(y, x) / 255.0 + shade;
      lit.at<uint8_t>(y, x) = cv::saturate_cast<uint8_t>(inverted ? 255 - value : value);
    }
  }
  return lit;
}

void add_noise(cv::Mat& image, Draws& draws) {
  const double deviation = draws.uniform(2, 18);
  for (uint8_t* pixel = image.data; pixel != image.data + side * side; ++pixel) {
    *pixel = cv::saturate_cast<uint8_t>(*pixel + deviation * draws.bell());
  }
}

/// Draws one image into side × side bytes; every draw comes from `seed`.
void draw_glyph(char character, uint64_t seed, uint8_t* pixels) {
  Draws draws(seed);
  cv::Mat mask = warp(draw_character(character, draws), draws);
  add_clutter(mask, draws);
  cv::Mat lit = light(mask, draws);
  cv::GaussianBlur(lit, lit, {5, 5}, draws.uniform(0.3, 1.6));
  cv::Mat image(side, side, CV_8U, pixels);
  cv::resize(lit, image, image.size(), 0, 0, cv::INTER_AREA);
  add_noise(image, draws);
}

/// Classes take turns. Each image has a seed of its own, so it never depends on how many are drawn.
ImageSplit draw_split(long count, long seed, const char* name) {
  ImageSplit split{torch::empty({count, 1, side, side}, torch::kByte), torch::empty({count}, torch::kLong)};
  uint8_t* pixels = split.images.data_ptr<uint8_t>();
  for (long i = 0; i < count; ++i) {
    const size_t label = static_cast<size_t>(i) % characters.size();
    split.labels.data_ptr<int64_t>()[i] = static_cast<int64_t>(label);
    draw_glyph(characters[label], fnv1a(fmt::format("glyphs/{}/{}/{}", seed, name, i)),
               pixels + i * side * side);
  }
  return split;
}

}  // namespace

ImageSet make_glyphs(long train, long test, long seed) {
  if (train < 1 || test < 1) {
    throw usage_error("a generated data set needs images",
                      fmt::format("{} for training, {} for testing", train, test), "at least 1 of each");
  }
  ImageSet set{"glyphs", "", draw_split(train, seed, "train"), draw_split(test, seed, "test"), {}};
  for (const char character : characters) set.class_names.emplace_back(1, character);
  return set;
}

}  // namespace actlab

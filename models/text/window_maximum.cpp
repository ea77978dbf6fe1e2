#include "models/text/window_maximum.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "lib/core/wide.h"
#include "lib/layers/blocks.h"
#include "lib/layers/initialise.h"
#include "lib/layers/packing.h"

namespace actlab {

/// Row by row of values [places, filters]: the largest one of each filter and its place, the first of equals.
ACTLAB_WIDE void largest_places(const float* __restrict values, long places, long filters,
                                float* __restrict largest, int32_t* __restrict place) {
  std::copy(values, values + filters, largest);
  std::fill(place, place + filters, 0);
  for (int32_t row = 1; row < places; ++row) {
    values += filters;
    for (long f = 0; f < filters; ++f) {
      const bool wins = (values[f] > largest[f]) | (values[f] != values[f]);
      largest[f] = wins ? values[f] : largest[f];
      place[f] = wins ? row : place[f];
    }
  }
}

ACTLAB_WIDE void add_scaled(float scale, const float* __restrict from, long count, float* __restrict to) {
  for (long i = 0; i < count; ++i) to[i] += scale * from[i];
}

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr long one_by_one = 1;  // texts and filters are large enough a share for a thread

/// Pre-activations of all windows, [N·L − window + 1, filters]: row n·L + p begins at word p of text n, and
/// those that run into the next text mean nothing. A product a word of the window adds up in place, without a
/// copy of the windows, and in float32 under autocast too.
at::Tensor all_windows(const at::Tensor& vectors, const at::Tensor& weight, const at::Tensor& bias) {
  const auto words = vectors.flatten(0, 1);
  const long width = words.size(1), window = weight.size(1) / width, rows = words.size(0) - window + 1;
  const auto columns = weight.t().contiguous();
  auto sum = bias.expand({rows, bias.size(0)}).clone();
  for (long word = 0; word < window; ++word) {
    sum.addmm_(words.narrow(0, word, rows), columns.narrow(0, word * width, width));
  }
  return sum;
}

/// Of each text and filter the window with the largest of `values` (laid out as all_windows()): rows of
/// `values`, int64 [N, filters]. windows: how many each text has.
at::Tensor places_of_largest(const at::Tensor& values, const at::Tensor& windows, long length) {
  const long texts = windows.size(0), filters = values.size(1);
  auto places = torch::empty({texts, filters}, torch::kInt);
  const auto* value = values.data_ptr<float>();
  const auto* count = windows.data_ptr<int64_t>();
  auto* place = places.data_ptr<int32_t>();
  at::parallel_for(0, texts, one_by_one, [&](int64_t first, int64_t last) {
    std::vector<float> largest(static_cast<size_t>(filters));
    for (int64_t n = first; n < last; ++n) {
      largest_places(value + n * length * filters, count[n], filters, largest.data(), place + n * filters);
    }
  });
  return places.to(torch::kLong) + (torch::arange(texts) * length).unsqueeze(1);
}

/// Pre-activations at one place a text and filter, which are known already; what it adds is the gradient.
class AtPlaces : public torch::autograd::Function<AtPlaces> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& vectors, const at::Tensor& weight,
                            const at::Tensor&, const at::Tensor& sums, const at::Tensor& places) {
    context->save_for_backward({vectors, weight, places});
    return sums.gather(0, places);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!torch::GradMode::is_enabled(), "WindowMaximum is differentiable once, not twice");
    const auto saved = context->get_saved_variables();
    const auto gradient = gradients.front().contiguous();
    return {spread(saved[1], saved[0], gradient, saved[2]),
            collect(saved[0], saved[1], gradient, saved[2]),
            gradient.sum(0),
            {},
            {}};
  }

 private:
  /// The gradient of the vectors: at the place of each filter, its weights.
  static at::Tensor spread(const at::Tensor& weight, const at::Tensor& vectors, const at::Tensor& gradient,
                           const at::Tensor& places) {
    auto result = torch::zeros_like(vectors);
    const long filters = weight.size(0), numbers = weight.size(1), width = vectors.size(2);
    const auto *from = weight.data_ptr<float>(), *scale = gradient.data_ptr<float>();
    const auto* place = places.data_ptr<int64_t>();
    auto* to = result.data_ptr<float>();
    at::parallel_for(0, gradient.size(0), one_by_one, [&](int64_t first, int64_t last) {
      for (int64_t i = first * filters; i < last * filters; ++i) {
        if (scale[i] != 0) add_scaled(scale[i], from + i % filters * numbers, numbers, to + place[i] * width);
      }
    });
    return result;
  }

  /// The gradient of the weights: the windows at the places of each filter.
  static at::Tensor collect(const at::Tensor& vectors, const at::Tensor& weight, const at::Tensor& gradient,
                            const at::Tensor& places) {
    auto result = torch::zeros_like(weight);
    const long texts = gradient.size(0), filters = weight.size(0), numbers = weight.size(1);
    const long width = vectors.size(2);
    const auto *from = vectors.data_ptr<float>(), *scale = gradient.data_ptr<float>();
    const auto* place = places.data_ptr<int64_t>();
    auto* to = result.data_ptr<float>();
    at::parallel_for(0, filters, one_by_one, [&](int64_t first, int64_t last) {
      for (int64_t n = 0; n < texts; ++n) {
        for (int64_t f = first; f < last; ++f) {
          const int64_t i = n * filters + f;
          if (scale[i] != 0) add_scaled(scale[i], from + place[i] * width, numbers, to + f * numbers);
        }
      }
    });
    return result;
  }
};

bool is_fast(const at::Tensor& x) {
  return x.is_cpu() && x.scalar_type() == torch::kFloat32 && x.numel() > 0;
}

/// Whether an output depends on one input alone, and is the same whenever it is computed.
bool is_curve(const ActivationChoice& activation) {
  return activation.row->kind == Kind::element_wise && !activation.row->random;
}

}  // namespace

WindowMaximum::WindowMaximum(long vector_width, long window, long filters, const ActivationChoice& activation)
    : window_(window),
      filters_(register_module("filters", std::make_shared<DataLayer<torch::nn::LinearImpl>>(
                                              window * vector_width, activation.input_width(filters)))),
      activation_(register_module("activation", std::make_shared<Activation>(activation, filters))) {}

at::Tensor WindowMaximum::forward(const at::Tensor& vectors, const at::Tensor& lengths) {
  const auto filled =
      torch::constant_pad_nd(vectors, {0, 0, 0, std::max(0L, window_ - vectors.size(1))}).contiguous();
  const auto windows = (lengths - (window_ - 1)).clamp_min(1);
  const bool fast = is_fast(filled) && is_fast(filters_->weight) && is_curve(activation_->choice());
  return fast ? at_largest_places(filled, windows) : at_all_places(filled, windows);
}

/// The largest value is found without gradients, then computed with them: the same function and gradient.
at::Tensor WindowMaximum::at_largest_places(const at::Tensor& vectors, const at::Tensor& windows) {
  const auto &weight = filters_->weight, &bias = filters_->bias;
  at::Tensor sums, places;
  {
    const torch::NoGradGuard no_grad;
    sums = all_windows(vectors, weight, bias);
    const auto values = pools_first(activation_->choice()) ? sums : activation_->value(sums).contiguous();
    places = places_of_largest(values, windows, vectors.size(1));
  }
  return activation_->forward(AtPlaces::apply(vectors, weight, bias, sums, places));
}

/// With LibTorch's operators, for every device, type and activation, which sees every window inside of a text
/// and no other.
at::Tensor WindowMaximum::at_all_places(const at::Tensor& vectors, const at::Tensor& windows) {
  const auto all = vectors.unfold(1, window_, 1).transpose(2, 3).flatten(2);  // [N, places, window · width]
  const auto places = places_inside(windows, all.size(1));
  const auto values = activation_->forward(filters_->forward(pack(all, places)));
  return std::get<0>(unpack(values, places, all.size(0), all.size(1), -HUGE_VAL).max(1));
}

}  // namespace actlab

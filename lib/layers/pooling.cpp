#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <functional>

#include "lib/activations/kernels/fused.h"
#include "lib/activations/kernels/pooling.h"
#include "lib/layers/blocks.h"
#include "lib/layers/layers.h"

namespace actlab {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// A number for every element of some samples, by which the elements of a window are compared.
using Keys = std::function<at::Tensor(const at::Tensor& samples)>;

/// How [N, C, H, W] lies in memory, as images that follow each other.
struct Form {
  kernels::Image image;
  long images_a_sample;
  at::MemoryFormat format;

  explicit Form(const at::Tensor& x) {
    const auto channels = static_cast<size_t>(x.size(1));
    const auto height = static_cast<size_t>(x.size(2)), width = static_cast<size_t>(x.size(3));
    const bool planes = x.is_contiguous();
    image = {height, width, planes ? 1 : channels};
    images_a_sample = planes ? x.size(1) : 1;
    format = planes ? at::MemoryFormat::Contiguous : at::MemoryFormat::ChannelsLast;
  }
  long elements() const { return static_cast<long>(image.height * image.width * image.channels); }
  long windows() const { return static_cast<long>(image.height / 2 * (image.width / 2) * image.channels); }

  /// work(index of an image), split over threads.
  template <class Work>
  void for_each_image(long count, const Work& work) const {
    const long elements_worth_a_thread = 32'768;
    at::parallel_for(0, count, std::max(1L, elements_worth_a_thread / elements()),
                     [&](int64_t first, int64_t last) {
                       for (int64_t i = first; i < last; ++i) work(i);
                     });
  }
};

bool is_fast(const at::Tensor& x) {
  return chosen_kernels() == Kernels::fused && x.dim() == 4 && x.is_cpu() &&
         x.scalar_type() == torch::kFloat32 && x.size(2) >= 2 && x.size(3) >= 2 && x.numel() > 0 &&
         (x.is_contiguous() || x.is_contiguous(at::MemoryFormat::ChannelsLast));
}

/// The element of every window whose key is largest; without keys, the largest one. A few samples at a time,
/// so that their keys are still in the cache when they are compared.
void choose(const Form& form, const at::Tensor& x, const Keys& keys, float* chosen, uint8_t* places) {
  constexpr long elements_in_cache = 98'304;
  const long elements = form.elements(), windows = form.windows(), images = form.images_a_sample;
  const long together = elements_in_cache * at::get_num_threads() / (images * elements);
  const long step = keys ? std::max(1L, together) : x.size(0);
  for (long first = 0; first < x.size(0); first += step) {
    const auto samples = x.narrow(0, first, std::min(step, x.size(0) - first));
    const auto compared = keys ? keys(samples).contiguous(form.format) : samples;
    const auto* values = samples.data_ptr<float>();
    const auto* key = compared.data_ptr<float>();
    form.for_each_image(samples.size(0) * images, [&](long i) {
      const long to = (first * images + i) * windows;
      kernels::pool(form.image, key + i * elements, values + i * elements, chosen + to,
                    places == nullptr ? nullptr : places + to);
    });
  }
}

/// Keeps one byte a window for the way back. Differentiable once.
class LargestOfWindows : public torch::autograd::Function<LargestOfWindows> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const Keys& keys, bool graph) {
    const Form form(x);
    const std::vector<int64_t> shape = {x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2};
    auto chosen = torch::empty(shape, x.options().memory_format(form.format));
    const auto places = graph
                            ? torch::empty(shape, x.options().dtype(torch::kUInt8).memory_format(form.format))
                            : at::Tensor();
    choose(form, x, keys, chosen.data_ptr<float>(), graph ? places.data_ptr<uint8_t>() : nullptr);
    context->save_for_backward({places});
    context->saved_data["shape"] = x.sizes().vec();
    context->saved_data["planes"] = form.format == at::MemoryFormat::Contiguous;
    return chosen;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!torch::GradMode::is_enabled(), "max_pool_2x2 is differentiable once, not twice");
    const auto shape = context->saved_data["shape"].toIntVector();
    const auto format = context->saved_data["planes"].toBool() ? at::MemoryFormat::Contiguous
                                                               : at::MemoryFormat::ChannelsLast;
    const auto gradient = gradients.front().contiguous(format);
    const auto places = context->get_saved_variables().front();
    // An odd last row or column lies in no window.
    const bool covered = shape[2] % 2 == 0 && shape[3] % 2 == 0;
    auto result = torch::empty(shape, gradient.options().memory_format(format));
    if (!covered) result.zero_();
    const Form form(result);
    const auto* from = gradient.data_ptr<float>();
    const auto* place = places.data_ptr<uint8_t>();
    auto* to = result.data_ptr<float>();
    form.for_each_image(shape[0] * form.images_a_sample, [&](long i) {
      kernels::unpool(form.image, from + i * form.windows(), place + i * form.windows(),
                      to + i * form.elements());
    });
    return {result, at::Tensor(), at::Tensor()};
  }
};

at::Tensor largest_of_windows(const at::Tensor& x, const Keys& keys) {
  return LargestOfWindows::apply(x, keys, torch::GradMode::is_enabled() && x.requires_grad());
}

/// Whether an output depends on one input alone, and is the same whenever it is computed.
bool is_curve(const Activation& activation) {
  const auto& row = *activation.choice().row;
  return row.kind == Kind::element_wise && !(row.random && activation.is_training());
}

}  // namespace

at::Tensor max_pool_2x2(const at::Tensor& x) {
  return is_fast(x) ? largest_of_windows(x, nullptr) : torch::max_pool2d(x, 2);
}

at::Tensor largest_activations(Activation& activation, const at::Tensor& x) {
  // Who listens hears every value, or, where pooling comes first, those that are left: with any kernels.
  const bool heard = activation.has_listener(), fused = chosen_kernels() == Kernels::fused;
  if (pools_first(activation.choice()) && (fused || heard)) return activation.forward(max_pool_2x2(x));
  if (heard || !is_fast(x) || !is_curve(activation)) return max_pool_2x2(activation.forward(x));
  const auto value = [&activation](const at::Tensor& samples) { return activation.value(samples); };
  return activation.forward(largest_of_windows(x, value));
}

}  // namespace actlab

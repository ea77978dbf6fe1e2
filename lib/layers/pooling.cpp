#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <functional>

#include "lib/activations/kernels/fused.h"
#include "lib/activations/kernels/pooling.h"
#include "lib/activations/shape.h"
#include "lib/layers/blocks.h"
#include "lib/layers/layers.h"

namespace actlab {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What the elements of a window are compared by: themselves, or a number for every element of some samples.
struct Keys {
  std::function<at::Tensor(const at::Tensor& samples)> of;
  bool at_an_end = false;         // the largest one is that of the smallest or of the largest element
  at::Tensor* largest = nullptr;  // where the largest ones go
};

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

/// By keys of all elements; without keys, the largest element.
void choose_of_all(const Form& form, const at::Tensor& samples, const Keys& keys,
                   const kernels::Found& found) {
  const long elements = form.elements(), windows = form.windows();
  const auto compared = keys.of ? keys.of(samples).contiguous(form.format) : samples;
  const auto* values = samples.data_ptr<float>();
  const auto* key = compared.data_ptr<float>();
  form.for_each_image(samples.size(0) * form.images_a_sample, [&](long i) {
    kernels::pool(form.image, key + i * elements, values + i * elements,
                  found.behind(static_cast<size_t>(i * windows)));
  });
}

/// By keys of the smallest and the largest elements.
void choose_of_ends(const Form& form, const at::Tensor& samples, const Keys& keys,
                    const kernels::Found& found) {
  const long images = samples.size(0) * form.images_a_sample, windows = form.windows(),
             half = images * windows;
  const std::vector<int64_t> shape = {2 * samples.size(0), samples.size(1), samples.size(2) / 2,
                                      samples.size(3) / 2};
  const auto options = samples.options().memory_format(form.format);
  const auto ends = torch::empty(shape, options), end_places = torch::empty({2 * half}, torch::kUInt8);
  const auto* x = samples.data_ptr<float>();
  auto* end = ends.data_ptr<float>();
  auto* place = end_places.data_ptr<uint8_t>();
  form.for_each_image(images, [&](long i) {
    const long to = i * windows;
    kernels::extremes(form.image, x + i * form.elements(), end + to, end + half + to, place + to,
                      place + half + to);
  });
  const auto compared = keys.of(ends).contiguous(form.format);
  const auto* key = compared.data_ptr<float>();
  form.for_each_image(images, [&](long i) {
    const long to = i * windows;
    const kernels::Candidates least = {end + to, key + to, place + to},
                              most = {end + half + to, key + half + to, place + half + to};
    kernels::decide(static_cast<size_t>(windows), least, most, found.behind(static_cast<size_t>(to)));
  });
}

/// The element of every window whose key is largest. A few samples at a time, so that their keys are still in
/// the cache when they are compared.
void choose(const Form& form, const at::Tensor& x, const Keys& keys, const kernels::Found& found) {
  constexpr long elements_in_cache = 98'304;
  const long windows = form.windows() * form.images_a_sample;
  const long together = elements_in_cache * at::get_num_threads() / (form.images_a_sample * form.elements());
  const long step = keys.of ? std::max(1L, together) : x.size(0);
  for (long first = 0; first < x.size(0); first += step) {
    const auto samples = x.narrow(0, first, std::min(step, x.size(0) - first));
    (keys.at_an_end ? choose_of_ends : choose_of_all)(form, samples, keys,
                                                      found.behind(static_cast<size_t>(first * windows)));
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
    if (keys.of) *keys.largest = torch::empty_like(chosen);
    choose(form, x, keys,
           {chosen.data_ptr<float>(), graph ? places.data_ptr<uint8_t>() : nullptr,
            keys.of ? keys.largest->data_ptr<float>() : nullptr});
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

/// Whether learned numbers are where the catalogue's claims about the row hold, and not at an end, where a
/// function may be flat.
bool within_claims(const Activation& activation) {
  const auto& arguments = activation.choice().row->arguments;
  const auto parameters = activation.named_parameters(/*recurse=*/false);
  return std::all_of(parameters.begin(), parameters.end(), [&](const auto& parameter) {
    const auto argument = std::find_if(arguments.begin(), arguments.end(),
                                       [&](const Argument& a) { return a.name == parameter.key(); });
    if (argument == arguments.end()) return false;
    const auto& numbers = parameter.value();
    return numbers.min().template item<double>() > argument->low &&
           numbers.max().template item<double>() < argument->high;
  });
}

/// Whether an output depends on one input alone, and is the same whenever it is computed.
bool is_curve(const Activation& activation) {
  const auto& row = *activation.choice().row;
  return row.kind == Kind::element_wise && !(row.random && activation.is_training());
}

}  // namespace

at::Tensor max_pool_2x2(const at::Tensor& x) {
  return is_fast(x) ? largest_of_windows(x, {}) : torch::max_pool2d(x, 2);
}

at::Tensor largest_activations(Activation& activation, const at::Tensor& x) {
  // Who listens hears every value, or, where pooling comes first, those that are left: with any kernels.
  const bool heard = activation.has_listener(), fused = chosen_kernels() == Kernels::fused;
  if (pools_first(activation.choice()) && (fused || heard)) return activation.forward(max_pool_2x2(x));
  if (heard || !is_fast(x) || !is_curve(activation)) return max_pool_2x2(activation.forward(x));
  const auto value = [&activation](const at::Tensor& samples) { return activation.value(samples); };
  const auto& row = *activation.choice().row;
  const bool at_an_end = falls_then_rises(row) && within_claims(activation);
  if (at_an_end && row.monotone) return activation.forward(max_pool_2x2(x));
  at::Tensor largest;
  const auto chosen = largest_of_windows(x, {value, at_an_end, &largest});
  return activation.with_value(chosen, largest);
}

}  // namespace actlab

// Gated linear units in one pass.

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include "lib/activations/kernels/floats.h"
#include "lib/activations/kernels/fused.h"

namespace actlab {
namespace {

using kernels::block, kernels::grain, kernels::Floats;

/// The order of memory that x has, as far as kernels can walk it.
at::MemoryFormat format_of(const at::Tensor& x, long dimension) {
  const bool last =
      x.dim() == 4 && dimension == 1 && !x.is_contiguous() && x.is_contiguous(at::MemoryFormat::ChannelsLast);
  return last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
}

/// x in memory: `units` times a first half and a second one of `length` elements each.
struct Halves {
  long units, length;
  Halves(const at::Tensor& x, long dimension)
      : units(0), length(x.size(dimension) / 2 * x.stride(dimension)) {
    if (length > 0) units = x.numel() / (2 * length);
  }
  /// piece(offset of the first half, of the second, of the result, count)
  template <class Piece>
  void walk(long begin, long end, Piece piece) const {
    for (long unit = begin; unit < end; ++unit) {
      for (long i = 0; i < length; i += block) {
        const long first = 2 * unit * length + i;
        piece(first, first + length, unit * length + i, std::min(block, length - i));
      }
    }
  }
  template <class Work>
  void share(Work work) const {
    at::parallel_for(0, units, std::max(1L, grain / std::max(1L, length)), work);
  }
};

at::Tensor run_forward(const kernels::Gate& gate, long dimension, const at::Tensor& x) {
  auto shape = x.sizes().vec();
  shape[static_cast<size_t>(dimension)] /= 2;
  const auto y = at::empty(shape, x.options().memory_format(format_of(x, dimension)));
  const Halves halves(x, dimension);
  const Floats from(x), to(y);
  halves.share([&](long begin, long end) {
    std::vector<float> a, b, out;
    halves.walk(begin, end, [&](long first, long second, long place, long count) {
      gate.forward(from.read(first, count, a), from.read(second, count, b), to.write_to(place, count, out),
                   static_cast<size_t>(count));
      to.finish(place, count, out);
    });
  });
  return y;
}

at::Tensor run_backward(const kernels::Gate& gate, long dimension, const at::Tensor& x,
                        const at::Tensor& upper) {
  const auto gradient = at::empty_like(x);
  const Halves halves(x, dimension);
  const Floats from(x), above(upper), to(gradient);
  halves.share([&](long begin, long end) {
    std::vector<float> a, b, incoming, a_out, b_out;
    halves.walk(begin, end, [&](long first, long second, long place, long count) {
      gate.backward(from.read(first, count, a), from.read(second, count, b),
                    above.read(place, count, incoming), to.write_to(first, count, a_out),
                    to.write_to(second, count, b_out), static_cast<size_t>(count));
      to.finish(first, count, a_out);
      to.finish(second, count, b_out);
    });
  });
  return gradient;
}

struct Unit : torch::CustomClassHolder {
  Unit(const kernels::Gate& g, ActivationChoice c, long d) : gate(g), choice(std::move(c)), dimension(d) {}
  const kernels::Gate& gate;
  const ActivationChoice choice;
  const long dimension;
};

/// By LibTorch's operators, which can be differentiated again.
at::Tensor differentiable_gradient(const Unit& unit, const at::Tensor& x, const at::Tensor& upper) {
  at::Generator no_noise;
  const std::vector<at::Tensor> nothing;
  const auto value = unit.choice.row->function(
      x, {unit.choice.numbers, nothing, true, unit.dimension, false, &no_noise, nothing});
  return torch::autograd::grad({value}, {x}, {upper}, true, true)[0];
}

struct FusedGate : torch::autograd::Function<FusedGate> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const c10::intrusive_ptr<Unit>& unit) {
    context->save_for_backward({x});
    context->saved_data["unit"] = c10::IValue::make_capsule(unit);
    return run_forward(unit->gate, unit->dimension, x);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& uppers) {
    const auto unit = c10::static_intrusive_pointer_cast<Unit>(context->saved_data["unit"].toCapsule());
    const auto x = context->get_saved_variables()[0];
    if (at::GradMode::is_enabled()) return {differentiable_gradient(*unit, x, uppers[0]), at::Tensor()};
    const auto upper = uppers[0].to(x.scalar_type()).contiguous(format_of(x, unit->dimension));
    return {run_backward(unit->gate, unit->dimension, x, upper), at::Tensor()};
  }
};

}  // namespace

at::Tensor fused_gate(const kernels::Gate& gate, const ActivationChoice& choice, long dimension,
                      const at::Tensor& x) {
  const auto dense = x.contiguous(format_of(x, dimension));
  if (at::GradMode::is_enabled() && x.requires_grad())
    return FusedGate::apply(dense, c10::make_intrusive<Unit>(gate, choice, dimension));
  return run_forward(gate, dimension, dense);
}

}  // namespace actlab

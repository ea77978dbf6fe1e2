// A fused kernel against the row's own function.

#include <fmt/format.h>

#include "lib/activations/check_support.h"
#include "lib/activations/kernels/fused.h"

namespace actlab::checking {
namespace {

constexpr double part = 2e-6, sum_part = 1e-4;  // of float32; the second of sums over a layer

/// Inputs and incoming gradients that float32 holds exactly, [samples, channels, 3, 5].
struct Inputs {
  at::Tensor x, incoming;
  Inputs(const ActivationChoice& choice, long samples, long channels) {
    const auto exact = [](const at::Tensor& t) { return t.to(at::kFloat).to(at::kDouble); };
    const auto flat = exact(drawn_inputs(choice, samples * 15, channels));
    x = flat.view({samples, 3, 5, choice.input_width(channels)}).permute({0, 3, 1, 2}).contiguous();
    incoming = exact(drawn({samples, channels, 3, 5}, -1, 1, "incoming"));
  }
};

/// `sizes`: the sums of learned numbers' gradients without the signs of the incoming ones.
void compare(const std::string& where, const Pass& actual, const Pass& expected, const Pass& sizes,
             const at::Tensor& x, Verdict& verdict) {
  verdict.compare("value" + where, actual.value, expected.value, part, x);
  verdict.compare("gradient" + where, actual.gradient, expected.gradient, part, x);
  for (size_t i = 0; i < expected.parameters.size(); ++i) {
    const auto& sum = expected.parameters[i];
    verdict.compare("gradient of a learned number" + where, actual.parameters[i], sum,
                    sum_part * sum.abs().clamp_min(1) + part * sizes.parameters[i].abs());
  }
}

}  // namespace

CheckFinding kernel(const ActivationChoice& choice, at::Device device) {
  if (!has_kernel(*choice.row)) return not_applicable("no kernel, LibTorch's operators do it");
  if (!device.is_cpu()) return not_applicable("kernels are for the CPU");
  Verdict verdict;
  for (const long channels : {1L, 3L, 40L}) {
    const Inputs inputs(choice, 7, channels);
    const Subject exact(choice, device, at::kDouble, channels), single(choice, device, at::kFloat, channels);
    const auto expected = exact.pass(inputs.x, inputs.incoming),
               sizes = exact.pass(inputs.x, inputs.incoming.abs());
    for (const auto format : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast}) {
      const auto actual = single.pass(inputs.x.contiguous(format), inputs.incoming.contiguous(format));
      const auto where = fmt::format(", {} channels{}", channels,
                                     format == at::MemoryFormat::ChannelsLast ? " in the last place" : "");
      compare(where, actual, expected, sizes, inputs.x, verdict);
    }
  }
  return verdict.finding();
}

}  // namespace actlab::checking

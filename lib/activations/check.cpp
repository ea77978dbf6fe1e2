#include "lib/activations/check.h"

#include "lib/activations/check_support.h"

namespace actlab {
namespace {

/// Whatever a row throws is a finding about it.
template <CheckFinding (*check)(const ActivationChoice&, at::Device)>
CheckFinding guarded(const ActivationChoice& choice, at::Device device) {
  const c10::AutoGradMode with_gradients(true);
  try {
    return check(choice, device);
  } catch (const std::exception& error) {
    const std::string message = error.what();
    return {CheckFinding::Result::failed, "throws: " + message.substr(0, message.find('\n'))};
  }
}

}  // namespace

const std::vector<Check>& checks() {
  using namespace checking;
  static const std::vector<Check> list = {
      {"float64",
       "Values and slopes agree with mpmath to 1e-12 of themselves; where the row cancels, of max(1, "
       "|value|).",
       guarded<float64>},
      {"float32",
       "Values agree with mpmath to 4 units in the last place, or to 1e-6 of max(1, |value|) where the row "
       "cancels; slopes to the larger of both.",
       guarded<float32>},
      {"bfloat16",
       "The result is bfloat16 and agrees with float64 at the rounded input to 2⁻⁷ of 1 + |value|.",
       guarded<bfloat16>},
      {"gradient",
       "Gradients of the input and of learned numbers agree with central differences in float64 along random "
       "directions to 1e-7 of the sum of their terms, in training as in evaluation.",
       guarded<gradient>},
      {"second_derivative",
       "The gradient of the gradient agrees with central differences to 1e-6, where LibTorch offers one.",
       guarded<second_derivative>},
      {"extremes",
       "Value and gradients are finite in float32 at ±0, denormals, ±1e-8, ±20, ±88, ±100, ±1e4, ±1e19 and "
       "±3e38, wherever float64 finds numbers in the range of float32, and never NaN.",
       guarded<extremes>},
      {"infinities",
       "NaN gives NaN and ±∞ the limit (to 1e-12, 1e-6 or 2⁻⁷ in float64, float32, bfloat16), or NaN where "
       "there "
       "is none; nothing throws.",
       guarded<infinities>},
      {"layout",
       "Contiguous, channels-last and strided inputs and incoming gradients, with channels in any dimension, "
       "give the same to 1e-13 (float32: 1e-5); empty ones stay empty.",
       guarded<layout>},
      {"pure", "The input stays as it is and the global random numbers are left alone.", guarded<pure>},
      {"gain",
       "1/√E[f²], 1/√E[f'²] and E[f] of a standard normal input agree with mpmath to 1e-3, and with 65536 "
       "draws to 5 standard errors.",
       guarded<gain>},
      {"properties",
       "Monotone and odd for drawn arguments, or falling, then rising (shape.h), smooth but for the listed "
       "kinks, and the range: as the table claims, at drawn inputs.",
       guarded<properties>},
      {"twins", "Declared twins agree to 1e-14 in value and slope.", guarded<twins>},
      {"kernel",
       "The fused kernel in float32 agrees with the row's function in float64, in both memory formats: "
       "values and "
       "gradients to 2e-6 of max(1, |value|), gradients of learned numbers to 1e-4.",
       guarded<kernel>},
  };
  return list;
}

}  // namespace actlab

#include "models/speech/speech.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.h"
#include "lib/core/named.h"
#include "models/speech/models.h"

namespace actlab {
namespace {

void check(const SpeechShape& shape) {
  const auto channels = static_cast<size_t>(std::max(0L, shape.channels));
  const bool sizes = shape.channels > 0 && shape.frames > 0 && shape.classes > 0;
  if (sizes && shape.mean.size() == channels && shape.deviation.size() == channels) return;
  throw usage_error("a description of clips does not fit together",
                    fmt::format("{} frames of {} channels, {} classes, {} means, {} deviations", shape.frames,
                                shape.channels, shape.classes, shape.mean.size(), shape.deviation.size()),
                    "sizes above 0, one mean and one deviation a channel");
}

}  // namespace

const std::vector<SpeechModel>& speech_models() {
  static const std::string equal =
      "equal_parameters=false (true: hidden widths times 2/(1 + inputs of the activation per output))";
  static const std::string plain = "norm=none|batch|layer dropout=0 " + equal;
  static const std::vector<SpeechModel> models{
      {"dnn", "dense layers over a whole clip, of any depth (after Maas et al. 2013, Zhang et al. 2017)",
       "depth=3 width=144 " + plain, build_speech_dnn},
      {"cnn", "two convolutions, a linear layer of low rank, a hidden layer (Sainath & Parada 2015)",
       "maps=64-64 first=20-8 (filters: frames-channels) second=10-4 pool=3 (channels, behind the first) "
       "stride=1 (frames, of the second) linear=32 hidden=128 " +
           plain,
       build_speech_cnn},
      {"ds_cnn", "depthwise separable convolutions: DS-CNN of Hello Edge (Zhang et al. 2017)",
       "size=s|m|l norm=batch|none|layer " + equal, build_ds_cnn},
      {"crnn", "a convolution and GRU layers: CRNN of Hello Edge (Arik et al. 2017, Zhang et al. 2017)",
       "maps=48 kernel=10-4 (frames-channels) stride=2-2 recurrent=60 layers=2 gate=sigmoid (or another "
       "function with values in 0..1) hidden=84 " +
           plain,
       build_crnn},
      {"res", "residual network res8 or, with dilation, res15 (Tang & Lin 2018)",
       "depth=8|15 maps=45 (19: narrow) norm=batch|none " + equal, build_speech_res},
  };
  return models;
}

std::shared_ptr<Network> build_speech_model(const Spec& model, const ActivationChoice& activation,
                                            const SpeechShape& shape) {
  const auto& found = find_named("model", model.name, speech_models());
  check(shape);
  return found.build(model, activation, shape);
}

}  // namespace actlab

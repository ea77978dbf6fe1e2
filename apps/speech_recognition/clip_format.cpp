#include "apps/speech_recognition/clip_format.h"

namespace actlab {

nlohmann::json to_json(const ClipFormat& format) {
  const auto& options = format.features;
  return {{"samples", format.samples},
          {"sample_rate", options.sample_rate},
          {"window", options.window},
          {"hop", options.hop},
          {"mels", options.mels},
          {"low", options.low},
          {"high", options.high},
          {"scale", options.scale == MelScale::htk ? "htk" : "slaney"},
          {"compression", options.compression == Compression::log ? "log" : "pcen"},
          {"floor", options.floor},
          {"coefficients", options.coefficients}};
}

ClipFormat clip_format(const nlohmann::json& input) {
  FeatureOptions options;
  options.sample_rate = input.at("sample_rate");
  options.window = input.at("window");
  options.hop = input.at("hop");
  options.mels = input.at("mels");
  options.low = input.at("low");
  options.high = input.at("high");
  options.scale = input.at("scale") == "htk" ? MelScale::htk : MelScale::slaney;
  options.compression = input.at("compression") == "log" ? Compression::log : Compression::pcen;
  options.floor = input.at("floor");
  options.coefficients = input.at("coefficients");
  return {input.at("samples"), options};
}

}  // namespace actlab

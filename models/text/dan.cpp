#include <torch/torch.h>

#include "lib/layers/blocks.h"
#include "models/text/models.h"

namespace actlab {
namespace {

/// Leaves whole words out while training (Iyyer et al. 2015, section 4): they become padding. Masks are drawn
/// on the CPU, as those of Dropout.
class WordDropout : public torch::nn::Module, public NoiseSite {
 public:
  explicit WordDropout(double rate) : rate_(rate) {}
  void set_noise(at::Generator generator) override { noise_ = std::move(generator); }

  at::Tensor forward(const at::Tensor& tokens) {
    if (!is_training() || rate_ == 0) return tokens;
    const auto kept = torch::empty(tokens.sizes(), torch::kFloat32).bernoulli_(1 - rate_, noise_);
    return tokens * kept.to(tokens.options());
  }

 private:
  double rate_;
  at::Generator noise_;
};

struct DanForm {
  long depth, width, embedding;
  double word_dropout;
  std::string input_norm;
};

/// Deep averaging network (Iyyer et al. 2015, Deep unordered composition rivals syntactic methods for text
/// classification): dense layers over the mean vector of a text's words.
class Dan : public TextNetwork {
 public:
  Dan(const TextShape& shape, const DanForm& form, const LayerStyle& style)
      : TextNetwork(shape, form.embedding),
        word_dropout_(register_module("word_dropout", std::make_shared<WordDropout>(form.word_dropout))) {
    append_norm(*input_norm_, form.input_norm, form.embedding, /*spatial=*/false);
    register_module("input_norm", input_norm_);
    const long width = style.width(form.width);
    for (long inputs = form.embedding; static_cast<long>(hidden_->size()) < form.depth; inputs = width) {
      hidden_->push_back(dense_layer(inputs, width, style));
    }
    register_module("hidden", hidden_);
    output_ = register_module("output", torch::nn::Linear(width, shape.classes));
  }

 private:
  at::Tensor logits(const at::Tensor& tokens, const at::Tensor&) override {
    const auto mean = embedding().mean(word_dropout_->forward(tokens));
    return output_(hidden_->forward(input_norm_->is_empty() ? mean : input_norm_->forward(mean)));
  }

  std::shared_ptr<WordDropout> word_dropout_;
  std::shared_ptr<Chain> input_norm_ = std::make_shared<Chain>(), hidden_ = std::make_shared<Chain>();
  torch::nn::Linear output_{nullptr};
};

}  // namespace

std::shared_ptr<TextNetwork> build_dan(const Spec& model, const ActivationChoice& activation,
                                       const TextShape& shape) {
  check_keys(model, {"depth", "width", "embedding", "word_dropout", "input_norm", "norm", "dropout",
                     "equal_parameters"});
  const DanForm form{integer_argument(model, "depth", 2, 1, 256),
                     integer_argument(model, "width", 256, 1, 16384), vector_width(model, "embedding", shape),
                     number_argument(model, "word_dropout", 0.3, 0, 0.99),
                     choice_argument(model, "input_norm", "none", {"none", "batch", "layer"})};
  return std::make_shared<Dan>(shape, form, layer_style(model, activation, "none"));
}

}  // namespace actlab

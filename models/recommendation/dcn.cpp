#include <torch/torch.h>

#include "lib/layers/initialise.h"
#include "models/recommendation/models.h"
#include "models/recommendation/parts.h"

namespace actlab {
namespace {

using DataLinear = DataLayer<torch::nn::LinearImpl>;

/// One cross layer (Wang et al. 2021, DCN V2, equations 1 and 2): x0 ⊙ (W x + b) + x, W of full rank or U·Vᵀ.
class CrossLayer : public torch::nn::Module {
 public:
  /// rank: of W; 0 = full.
  CrossLayer(long width, long rank) {
    if (rank > 0) {
      const auto options = torch::nn::LinearOptions(width, rank).bias(false);
      narrow_ = register_module("narrow", std::make_shared<DataLinear>(options));
    }
    weight_ = register_module("weight", std::make_shared<DataLinear>(rank > 0 ? rank : width, width));
  }

  at::Tensor forward(const at::Tensor& x0, const at::Tensor& x) {
    return torch::addcmul(x, x0, weight_->forward(narrow_ ? narrow_->forward(x) : x));
  }

 private:
  std::shared_ptr<DataLinear> narrow_, weight_;
};

struct DcnForm {
  long layers, rank;
  bool stacked;
  std::vector<long> widths;
};

/// Deep & cross network, version 2 (Wang et al. 2021): cross layers, then a tower over what they give
/// (stacked); or both over the inputs, and a linear output over the two side by side (parallel), which is the
/// sum of one over each. No activation acts in the cross layers.
class DeepCross : public RecommendationNetwork {
 public:
  DeepCross(const ClickShape& shape, std::shared_ptr<FieldVectors> vectors, const DcnForm& form,
            const LayerStyle& style)
      : RecommendationNetwork(shape), vectors_(register_module("embedding", std::move(vectors))) {
    const long width = tower_inputs(shape, vectors_->width());
    for (long i = 0; i < form.layers; ++i) cross_->push_back(std::make_shared<CrossLayer>(width, form.rank));
    register_module("cross", cross_);
    tower_ = register_module("tower", std::make_shared<Tower>(width, form.widths, style));
    if (form.stacked) return;
    const auto options = torch::nn::LinearOptions(width, 1).bias(false);
    cross_output_ = register_module("cross_output", std::make_shared<DataLinear>(options));
  }

 private:
  at::Tensor logits(const SharedTokens& tokens, const at::Tensor& numbers) override {
    const auto x0 = vectors_->means_beside(tokens, numbers);
    auto x = x0;
    for (size_t i = 0; i < cross_->size(); ++i) x = cross_->ptr<CrossLayer>(i)->forward(x0, x);
    return cross_output_ ? cross_output_->forward(x) + tower_->forward(x0) : tower_->forward(x);
  }

  std::shared_ptr<FieldVectors> vectors_;
  torch::nn::ModuleList cross_;
  std::shared_ptr<Tower> tower_;
  std::shared_ptr<DataLinear> cross_output_;  // parallel only
};

}  // namespace

std::shared_ptr<Network> build_dcn(const Spec& model, const ActivationChoice& activation,
                                   const ClickShape& shape) {
  check_keys(model, {"embedding", "layers", "rank", "structure", "width", "depth", "norm", "dropout",
                     "equal_parameters"});
  const DcnForm form{integer_argument(model, "layers", 3, 1, 64), integer_argument(model, "rank", 0, 0, 4096),
                     choice_argument(model, "structure", "stacked", {"stacked", "parallel"}) == "stacked",
                     tower_widths(model, "400-400-400")};
  return std::make_shared<DeepCross>(shape, field_vectors(model, shape), form,
                                     layer_style(model, activation, "none"));
}

}  // namespace actlab

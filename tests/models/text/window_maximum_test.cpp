#include "models/text/window_maximum.h"

#include <gtest/gtest.h>

#include "tests/models/text/helpers.h"

namespace actlab {
namespace {

constexpr long width = 6, filters = 5;

struct Case {
  at::Tensor vectors, lengths;
};

/// Texts shorter than, as long as and longer than a window, in a table that ends with the longest.
Case texts_of(long columns, const std::vector<long>& lengths) {
  torch::manual_seed(7);
  const auto length = torch::tensor(lengths, torch::kLong);
  auto vectors = torch::randn({length.size(0), columns, width});
  vectors.masked_fill_((torch::arange(columns) >= length.unsqueeze(1)).unsqueeze(2), 0);
  return {vectors, length};
}

std::shared_ptr<WindowMaximum> layer_of(long window, const std::string& activation) {
  torch::manual_seed(8);
  auto layer = std::make_shared<WindowMaximum>(width, window, filters, choice_of(activation));
  seed_noise(*layer, 2);
  return layer;
}

/// With LibTorch's convolution, text by text.
at::Tensor reference(WindowMaximum& layer, long window, const at::Tensor& vectors,
                     const at::Tensor& lengths) {
  const auto parameters = layer.named_parameters();
  const auto weight = parameters["filters.weight"].view({-1, window, width}).transpose(1, 2);
  const auto activation = std::dynamic_pointer_cast<Activation>(layer.named_modules("", false)["activation"]);
  std::vector<at::Tensor> largest;
  for (long n = 0; n < vectors.size(0); ++n) {
    const long length = std::max(lengths[n].item<long>(), window);
    const auto text = torch::constant_pad_nd(vectors[n], {0, 0, 0, window}).narrow(0, 0, length);
    const auto sums = torch::conv1d(text.t().unsqueeze(0), weight, parameters["filters.bias"])[0].t();
    largest.push_back(std::get<0>(activation->forward(sums).max(0)));
  }
  return torch::stack(largest);
}

void expect_equal(WindowMaximum& layer, long window, const Case& texts, const std::string& what) {
  const auto vectors = texts.vectors.clone().requires_grad_(), copy = texts.vectors.clone().requires_grad_();
  auto inputs = layer.parameters(), expected_inputs = inputs;
  inputs.push_back(vectors);
  expected_inputs.push_back(copy);
  const auto found = layer.forward(vectors, texts.lengths);
  const auto expected = reference(layer, window, copy, texts.lengths);
  ASSERT_EQ(found.sizes(), expected.sizes()) << what;
  EXPECT_TRUE(torch::allclose(found, expected, 1e-5, 1e-6)) << what;
  torch::manual_seed(9);
  const auto direction = torch::randn(found.sizes()).to(found.scalar_type());
  const auto gradients =
      torch::autograd::grad({found}, inputs, {direction}, {}, false, /*allow_unused=*/true);
  const auto wanted =
      torch::autograd::grad({expected}, expected_inputs, {direction}, {}, false, /*allow_unused=*/true);
  for (size_t i = 0; i < gradients.size(); ++i) {
    EXPECT_TRUE(torch::allclose(gradients[i], wanted[i], 1e-4, 1e-5)) << what << " gradient " << i;
  }
}

class Curves : public testing::TestWithParam<std::string> {};

TEST_P(Curves, AgreeWithConvolutionActivationAndMaximum) {
  for (const long window : {1, 3, 5}) {
    for (const auto& texts : {texts_of(9, {9, 3, 1, 4, 7}), texts_of(2, {2, 1})}) {
      const auto layer = layer_of(window, GetParam());
      const auto what = GetParam() + " " + std::to_string(window);
      expect_equal(*layer, window, texts, what);
      layer->to(torch::kDouble);  // takes LibTorch's operators
      expect_equal(*layer, window, {texts.vectors.to(torch::kDouble), texts.lengths}, what + " double");
    }
  }
}

// Increasing and not, bounded, learned (the slope of PReLU below 0 too), of several inputs or outputs.
INSTANTIATE_TEST_SUITE_P(Activations, Curves,
                         testing::Values("relu", "tanh", "sigmoid", "identity", "gelu", "mish", "sin", "abs",
                                         "prelu", "swish", "rational", "apl", "abrelu", "frelu", "glu",
                                         "maxout:pieces=3"));

TEST(WindowMaximum, FollowsALearnedSlopeThatTurnsTheOrderRound) {
  const auto layer = layer_of(3, "prelu");
  layer->named_parameters()["activation.init"].detach().fill_(-2);
  expect_equal(*layer, 3, texts_of(9, {9, 5, 2}), "prelu of slope −2");
}

TEST(WindowMaximum, GivesTheGradientToTheFirstOfEqualPlaces) {
  const auto layer = layer_of(2, "relu");
  const auto vectors = torch::ones({1, 6, width}).requires_grad_();
  layer->forward(vectors, torch::tensor({6L})).sum().backward();
  EXPECT_GT(vectors.grad()[0].slice(0, 0, 2).abs().sum().item<float>(), 0);
  EXPECT_EQ(vectors.grad()[0].slice(0, 2).abs().sum().item<float>(), 0);
}

TEST(WindowMaximum, ActivationSeesTheLargestPlacesAlone) {
  for (const std::string activation : {"relu", "gelu", "prelu"}) {
    const auto layer = layer_of(3, activation);
    const auto site = std::dynamic_pointer_cast<Activation>(layer->named_modules("", false)["activation"]);
    std::vector<at::Tensor> seen;
    site->set_listener([&](const at::Tensor& x, const at::Tensor&) { seen.push_back(x); });
    const auto texts = texts_of(9, {9, 4});
    layer->forward(texts.vectors, texts.lengths);
    ASSERT_EQ(seen.size(), 1U) << activation;
    EXPECT_EQ(seen[0].sizes(), at::IntArrayRef({2, filters}));
  }
}

TEST(WindowMaximum, ReportsWhatIsNotANumber) {
  const auto layer = layer_of(3, "tanh");
  auto texts = texts_of(9, {9, 9});
  texts.vectors[0][4][0] = std::nanf("");
  const auto found = layer->forward(texts.vectors, texts.lengths);
  EXPECT_TRUE(found[0].isnan().all().item<bool>());
  EXPECT_TRUE(found[1].isfinite().all().item<bool>());
}

TEST(WindowMaximum, IsTheSameForAnyNumberOfThreads) {
  const auto layer = layer_of(3, "relu");
  const auto texts = texts_of(9, {9, 3, 1, 4, 7});
  const auto gradient = [&](int threads) {
    torch::set_num_threads(threads);
    const auto vectors = texts.vectors.clone().requires_grad_();
    layer->forward(vectors, texts.lengths).square().sum().backward();
    torch::set_num_threads(1);
    return vectors.grad();
  };
  EXPECT_TRUE(torch::equal(gradient(1), gradient(2)));
}

}  // namespace
}  // namespace actlab

#include "lib/layers/recurrent.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "lib/layers/initialise.h"
#include "tests/errors.h"

namespace actlab {
namespace {

constexpr long inputs = 5, hidden = 4;

ActivationChoice function_of(const std::string& text) { return resolve_activation(parse_spec(text)); }

RecurrentForm form_of(const std::string& cell, const std::string& activation, bool bidirectional = false) {
  return {cell, function_of(activation), function_of("sigmoid"), bidirectional};
}

struct Sequences {
  at::Tensor padded, lengths;
};

Sequences sequences() {
  torch::manual_seed(4);
  return {torch::randn({5, 7, inputs}, torch::kDouble), torch::tensor({3, 7, 1, 7, 4}, torch::kLong)};
}

TEST(PackedSteps, AreStepByStepTheLongestSequenceFirst) {
  const PackedSteps steps(torch::tensor({1L, 3L, 2L}), 4);
  EXPECT_THAT(steps.sizes, testing::ElementsAre(3, 2, 1));
  // Rows n·4 + t: the first steps of sequences 1, 2, 0, the second ones of 1, 2, the third one of 1.
  EXPECT_TRUE(torch::equal(steps.places, torch::tensor({4L, 8L, 0L, 5L, 9L, 6L})));
  EXPECT_TRUE(torch::equal(steps.first, torch::tensor({2L, 0L, 1L})));
  EXPECT_TRUE(torch::equal(steps.last, torch::tensor({2L, 5L, 4L})));
}

TEST(Packing, AndBackKeepsWhatIsInside) {
  const auto x = torch::randn({3, 4, 2}, torch::kDouble).requires_grad_();
  const auto lengths = torch::tensor({2L, 4L, 1L});
  const auto places = places_inside(lengths, 4);
  EXPECT_TRUE(torch::equal(places, torch::tensor({0L, 1L, 4L, 5L, 6L, 7L, 8L})));
  const auto packed = pack(x, places);
  const auto back = unpack(packed, places, 3, 4, -1);
  const auto is_inside = inside(lengths, 4).unsqueeze(2);
  EXPECT_TRUE(torch::equal(back, torch::where(is_inside, x, torch::full_like(x, -1))));
  back.square().sum().backward();
  EXPECT_TRUE(torch::equal(x.grad(), (2 * x).masked_fill(is_inside.logical_not(), 0)));
}

/// Gives `theirs` (torch::nn::LSTM or GRU, one layer) the weights of `ours`; LibTorch's second bias of an
/// LSTM takes the constant of the forget gate.
void copy_weights(const RecurrentLayer& ours, torch::nn::Module& theirs, const std::string& cell) {
  const torch::NoGradGuard no_grad;
  const auto from = ours.named_parameters();
  const auto to = theirs.named_parameters();
  for (const auto& [direction, suffix] : {std::pair{"forward", "l0"}, {"backward", "l0_reverse"}}) {
    const auto own = [name = std::string(direction) + "."](const char* part) { return name + part; };
    const auto name = [end = std::string(suffix)](const char* part) { return std::string(part) + end; };
    if (!from.contains(own("input.weight"))) continue;
    to[name("weight_ih_")].copy_(from[own("input.weight")]);
    to[name("bias_ih_")].copy_(from[own("input.bias")]);
    to[name("weight_hh_")].copy_(from[own("recurrent.weight")]);
    if (cell == "gru") {
      to[name("bias_hh_")].copy_(from[own("recurrent.bias")]);
    } else {
      to[name("bias_hh_")].zero_().narrow(0, hidden, hidden).fill_(1);
    }
  }
}

at::Tensor of_packed(torch::nn::LSTM& layer, const torch::nn::utils::rnn::PackedSequence& packed) {
  return std::get<0>(torch::nn::utils::rnn::pad_packed_sequence(
      std::get<0>(layer->forward_with_packed_input(packed)), /*batch_first=*/true));
}
at::Tensor of_packed(torch::nn::GRU& layer, const torch::nn::utils::rnn::PackedSequence& packed) {
  return std::get<0>(torch::nn::utils::rnn::pad_packed_sequence(
      std::get<0>(layer->forward_with_packed_input(packed)), /*batch_first=*/true));
}

template <typename Theirs, typename Options>
void expect_libtorch(const std::string& cell, bool bidirectional) {
  const auto [padded, lengths] = sequences();
  RecurrentLayer ours(inputs, hidden, form_of(cell, "tanh", bidirectional), true);
  Theirs theirs(Options(inputs, hidden).bidirectional(bidirectional).batch_first(true));
  ours.to(torch::kDouble);
  theirs->to(torch::kDouble);
  copy_weights(ours, *theirs, cell);
  const auto x = padded.clone().requires_grad_(), y = padded.clone().requires_grad_();
  const PackedSteps steps(lengths, 7);
  const auto found = unpack(ours.forward(pack(x, steps.places), steps), steps.places, 5, 7);
  const auto expected = of_packed(
      theirs, torch::nn::utils::rnn::pack_padded_sequence(y, lengths, true, /*enforce_sorted=*/false));
  EXPECT_TRUE(torch::allclose(found, expected, 1e-12, 1e-14));
  const auto direction = torch::randn(found.sizes(), torch::kDouble);
  found.backward(direction);
  expected.backward(direction);
  EXPECT_TRUE(torch::allclose(x.grad(), y.grad(), 1e-10, 1e-12));
  for (const auto& [own, name] : {std::pair{"forward.input.weight", "weight_ih_l0"},
                                  {"forward.input.bias", "bias_ih_l0"},
                                  {"forward.recurrent.weight", "weight_hh_l0"}}) {
    EXPECT_TRUE(torch::allclose(ours.named_parameters()[own].grad(), theirs->named_parameters()[name].grad(),
                                1e-10, 1e-12))
        << own;
  }
}

TEST(Recurrent, IsLibTorchsOwnWithTanhAndSigmoid) {
  for (const bool bidirectional : {false, true}) {
    expect_libtorch<torch::nn::LSTM, torch::nn::LSTMOptions>("lstm", bidirectional);
    expect_libtorch<torch::nn::GRU, torch::nn::GRUOptions>("gru", bidirectional);
  }
}

TEST(Recurrent, AppliesTheActivationWhereTanhStood) {
  const auto x = torch::randn({1, inputs}, torch::kDouble);
  RecurrentLayer layer(inputs, hidden, form_of("lstm", "softsign"), true);
  layer.to(torch::kDouble);
  const auto sums = torch::linear(x, layer.named_parameters()["forward.input.weight"],
                                  layer.named_parameters()["forward.input.bias"])
                        .chunk(4, 1);
  const auto softsign = [](const at::Tensor& z) { return z / (1 + z.abs()); };
  const auto expected = sums[3].sigmoid() * softsign(sums[0].sigmoid() * softsign(sums[2]));
  EXPECT_TRUE(torch::allclose(layer.forward(x, PackedSteps(torch::tensor({1L}), 1)), expected));
}

TEST(Recurrent, GruWidensCandidateAndResetForActivationsOfSeveralInputs) {
  const auto [padded, lengths] = sequences();
  const PackedSteps steps(lengths, 7);
  for (const auto& [activation, rows] : {std::pair{"glu", 2 * 8 + 4}, {"crelu", 2 * 2 + 4}, {"tanh", 12}}) {
    RecurrentLayer layer(inputs, hidden, form_of("gru", activation), true);
    layer.to(torch::kDouble);
    EXPECT_EQ(layer.named_parameters()["forward.recurrent.weight"].size(0), rows);
    EXPECT_EQ(layer.forward(pack(padded, steps.places), steps).size(1), hidden);
  }
}

TEST(Recurrent, AnLstmNeedsOneInputAnOutput) {
  const auto message = test::message_of(
      ExitCode::usage, [] { RecurrentLayer(inputs, hidden, form_of("lstm", "swiglu"), true); });
  EXPECT_THAT(message, testing::HasSubstr("cell=gru"));
}

TEST(Recurrent, GatesStayBetweenZeroAndOne) {
  const auto names = gate_names();
  EXPECT_THAT(names, testing::IsSupersetOf({"sigmoid", "hard_sigmoid", "elliott"}));
  const auto x = torch::linspace(-20, 20, 401).unsqueeze(1);
  for (const auto& name : names) {
    const auto y = Activation(function_of(name), 1).forward(x);
    EXPECT_GE(y.min().item<float>(), 0) << name;
    EXPECT_LE(y.max().item<float>(), 1) << name;
  }
}

/// A recurrent layer over data, and one over its outputs.
class Stacked : public Network {
 public:
  explicit Stacked(const RecurrentForm& form)
      : first(register_module("first", std::make_shared<RecurrentLayer>(64, 64, form, true))),
        second(register_module("second", std::make_shared<RecurrentLayer>(64, 64, form, false))) {}
  at::Tensor forward(const std::vector<at::Tensor>& x) override { return x.at(0); }
  std::shared_ptr<RecurrentLayer> first, second;
};

TEST(Recurrent, MatchedGivesTheGainWhereTheInputIsAnActivations) {
  Stacked network(form_of("lstm", "relu", true));
  initialise(network, "matched", function_of("relu"), 0);
  for (const auto& item : network.named_parameters()) {
    if (item.value().dim() != 2) continue;
    const bool data = item.key().find("first") == 0 && item.key().find("input") != std::string::npos;
    EXPECT_NEAR(item.value().std().item<double>(), std::sqrt((data ? 1 : 2) / 64.0), 0.01) << item.key();
  }
}

}  // namespace
}  // namespace actlab

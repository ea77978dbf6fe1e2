#include "lib/layers/embedding.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "lib/core/compat.h"
#include "lib/core/random.h"
#include "lib/core/runtime.h"
#include "lib/layers/embedding_kernels.h"
#include "tests/errors.h"

namespace actlab::test {
namespace {

using testing::HasSubstr;

struct Shape {
  long rows, width, texts, length;
};

/// The weights of a table that begins with padding, all 0.
at::Tensor random_table(const Shape& shape) {
  auto table = torch::randn({shape.rows, shape.width}, make_generator(1, Stream::split, "table"));
  table[0].zero_();
  return table;
}

/// A third padding, anywhere; the rest in the lower half of the table with many repetitions, or anywhere.
at::Tensor random_tokens(const Shape& shape) {
  auto generator = make_generator(2, Stream::split, "tokens");
  const auto draw = [&](long limit) {
    return torch::randint(0, limit, {shape.texts, shape.length}, generator, torch::kInt);
  };
  const auto often = draw(std::max(2L, shape.rows / 2)), rarely = draw(shape.rows);
  return torch::where(draw(3) == 0, torch::zeros_like(often), torch::where(draw(2) == 0, often, rarely));
}

/// LibTorch's own operators, in float64.
at::Tensor gathered_by_libtorch(const at::Tensor& table, const at::Tensor& tokens) {
  return torch::embedding(table, tokens, /*padding_idx=*/0);
}
at::Tensor mean_by_libtorch(const at::Tensor& table, const at::Tensor& tokens) {
  const auto starts = torch::arange(tokens.size(0), torch::kInt) * tokens.size(1);
  return std::get<0>(torch::embedding_bag(table, tokens.flatten(), starts, /*scale_grad_by_freq=*/false,
                                          /*mode=*/1, /*sparse=*/false, /*per_sample_weights=*/{},
                                          /*include_last_offset=*/false, /*padding_idx=*/0));
}

using Way = at::Tensor (Embedding::*)(const at::Tensor&);

/// The output and the gradient of Σ weights·output.
template <typename Function>
std::pair<at::Tensor, at::Tensor> value_and_gradient(const Function& function, const at::Tensor& leaf) {
  const auto value = function();
  const auto weights = torch::randn(value.sizes(), make_generator(3, Stream::split, "weights"));
  value.backward(weights.to(value.scalar_type()));
  return {value.detach(), leaf.grad()};
}

void expect_as_libtorch(const Shape& shape, Way way, decltype(&mean_by_libtorch) reference) {
  const auto tokens = random_tokens(shape);
  const auto exact_table = random_table(shape).to(torch::kDouble).requires_grad_();
  const auto [exact, exact_gradient] =
      value_and_gradient([&] { return reference(exact_table, tokens); }, exact_table);
  for (const bool sparse : {false, true}) {
    Embedding embedding(shape.rows, shape.width);
    embedding.weight.set_data(random_table(shape));
    embedding.use_sparse_gradients(sparse);
    const auto [value, gradient] =
        value_and_gradient([&] { return (embedding.*way)(tokens); }, embedding.weight);
    EXPECT_TRUE(value.to(torch::kDouble).allclose(exact, 1e-5, 1e-6));
    EXPECT_EQ(gradient.is_sparse(), sparse);
    EXPECT_TRUE(gradient.to_dense().to(torch::kDouble).allclose(exact_gradient, 1e-5, 1e-5));
    EXPECT_EQ(gradient.to_dense()[0].abs().sum().item<float>(), 0) << "padding learns nothing";
  }
}

class EmbeddingShapes : public testing::TestWithParam<Shape> {};

TEST_P(EmbeddingShapes, GatherAsLibTorchDoes) {
  expect_as_libtorch(GetParam(), &Embedding::forward, gathered_by_libtorch);
}

TEST_P(EmbeddingShapes, AverageAsLibTorchDoes) {
  expect_as_libtorch(GetParam(), &Embedding::mean, mean_by_libtorch);
}

TEST_P(EmbeddingShapes, GiveTheSameBitsWithTwoThreads) {
  const auto run = [&](int threads) {
    set_threads(threads);
    Embedding embedding(GetParam().rows, GetParam().width);
    embedding.weight.set_data(random_table(GetParam()));
    embedding.use_sparse_gradients(true);
    return value_and_gradient([&] { return embedding.mean(random_tokens(GetParam())); }, embedding.weight);
  };
  const auto [value, gradient] = run(1);
  const auto [value2, gradient2] = run(2);
  set_threads(1);
  EXPECT_TRUE(value.equal(value2));
  EXPECT_TRUE(gradient.to_dense().equal(gradient2.to_dense()));
}

// One text, one column, widths that fill no vector, more rows than one digit of the radix sort or two count.
INSTANTIATE_TEST_SUITE_P(All, EmbeddingShapes,
                         testing::Values(Shape{2, 1, 1, 1}, Shape{50, 16, 7, 9}, Shape{3000, 13, 64, 40},
                                         Shape{100, 128, 1, 300}, Shape{5000, 3, 500, 1},
                                         Shape{70'000, 1, 40, 50}, Shape{20000, 300, 64, 40}));

TEST(Embedding, SparseGradientsHaveARowADistinctTokenInAscendingOrder) {
  Embedding embedding(10, 2);
  embedding.use_sparse_gradients(true);
  const auto tokens = torch::tensor({{7, 3, 0}, {3, 9, 7}}, torch::kInt);
  embedding.forward(tokens).sum().backward();
  const auto gradient = embedding.weight.grad();
  EXPECT_TRUE(gradient._indices().equal(torch::tensor({{3L, 7L, 9L}})));
  EXPECT_TRUE(gradient._values().equal(torch::tensor({{2.F, 2.F}, {2.F, 2.F}, {1.F, 1.F}})));
  EXPECT_EQ(gradient.sizes(), embedding.weight.sizes());
}

TEST(Embedding, TheLeafTakesTheGradientWithoutACopy) {
  Embedding embedding(10, 2);
  embedding.use_sparse_gradients(true);
  const void* made = nullptr;
  embedding.weight.register_hook([&](const at::Tensor& gradient) { made = gradient._values().data_ptr(); });
  embedding.mean(torch::tensor({{7, 3, 0}}, torch::kInt)).sum().backward();
  EXPECT_EQ(embedding.weight.grad()._values().data_ptr(), made);
}

TEST(Embedding, TwoUsesAddUp) {
  Embedding embedding(10, 2);
  embedding.use_sparse_gradients(true);
  const auto tokens = torch::tensor({{7, 3, 0}}, torch::kInt),
             others = torch::tensor({{3, 2, 2}}, torch::kInt);
  (embedding.forward(tokens).sum() + embedding.mean(others).sum()).backward();
  auto expected = torch::zeros({10, 2});
  expected[7] = 1;
  expected[3] = 1 + 1.0 / 3;
  expected[2] = 2.0 / 3;
  EXPECT_TRUE(embedding.weight.grad().to_dense().allclose(expected));
}

TEST(Embedding, TextsOfPaddingAloneAndNoTextsAtAll) {
  Embedding embedding(10, 3);
  embedding.weight.set_data(torch::ones({10, 3}));
  for (const bool sparse : {false, true}) {
    embedding.use_sparse_gradients(sparse);
    for (const auto& shape : std::vector<std::vector<int64_t>>{{2, 4}, {2, 0}, {0, 4}}) {
      const auto tokens = torch::zeros(shape, torch::kInt);
      embedding.weight.mutable_grad().reset();
      const auto mean = embedding.mean(tokens);
      EXPECT_EQ(mean.sizes(), (std::vector<int64_t>{shape[0], 3}));
      EXPECT_EQ(mean.abs().sum().item<float>(), 0);
      EXPECT_EQ(embedding.forward(tokens).sizes(), (std::vector<int64_t>{shape[0], shape[1], 3}));
      mean.sum().backward();
      EXPECT_EQ(embedding.weight.grad().to_dense().abs().sum().item<float>(), 0);
    }
  }
}

TEST(Embedding, TakesTokensWithGapsBetweenRows) {
  Embedding embedding(10, 3);
  embedding.weight.set_data(random_table({10, 3, 0, 0}));
  const auto wide = torch::tensor({{1, 2, 9, 9}, {3, 0, 9, 9}}, torch::kInt);
  const auto cut = wide.narrow(1, 0, 2);
  EXPECT_TRUE(embedding.forward(cut).equal(embedding.forward(cut.contiguous())));
  EXPECT_TRUE(embedding.mean(cut).equal(embedding.mean(cut.contiguous())));
}

TEST(Embedding, ATableInPlaceOfTheWeightsTellsPlacesApart) {
  Embedding embedding(10, 3);
  embedding.weight.set_data(random_table({10, 3, 0, 0}));
  embedding.use_sparse_gradients(true);
  const auto tokens = torch::tensor({{5, 5, 2}}, torch::kInt);
  const auto plain = embedding.mean(tokens).detach();
  auto places = torch::cat({torch::zeros({1, 3}), embedding.weight.detach().index_select(0, tokens[0])});
  places.requires_grad_();
  embedding.set_table(places);
  const auto mean = embedding.mean(torch::tensor({{1, 2, 3}}, torch::kInt));
  EXPECT_TRUE(mean.equal(plain));
  mean.sum().backward();
  EXPECT_FALSE(places.grad().is_sparse());
  EXPECT_TRUE(places.grad().slice(0, 1).allclose(torch::full({3, 3}, 1.0 / 3)));
  EXPECT_FALSE(embedding.weight.grad().defined());
  embedding.set_table({});
  EXPECT_TRUE(embedding.mean(tokens).equal(plain));
}

TEST(Embedding, Float64GoesThroughLibTorchWithTheSameMeaning) {
  const Shape shape{20, 4, 6, 5};
  const auto tokens = random_tokens(shape);
  Embedding embedding(shape.rows, shape.width);
  embedding.set_table(random_table(shape).to(torch::kDouble).requires_grad_());
  EXPECT_TRUE(embedding.mean(tokens).allclose(
      mean_by_libtorch(random_table(shape).to(torch::kDouble), tokens), 1e-12, 1e-12));
  EXPECT_EQ(embedding.forward(tokens).scalar_type(), torch::kDouble);
}

TEST(Embedding, WorksInABfloat16Region) {
  const compat::Bfloat16Region region(torch::kCPU, true);
  Embedding embedding(10, 4);
  embedding.weight.set_data(random_table({10, 4, 0, 0}));
  embedding.use_sparse_gradients(true);
  const auto tokens = torch::tensor({{5, 5, 2}}, torch::kInt);
  const auto product = torch::mm(embedding.mean(tokens), torch::ones({4, 1}));
  EXPECT_EQ(product.scalar_type(), torch::kBFloat16);
  product.sum().backward();
  EXPECT_EQ(embedding.weight.grad()._values().scalar_type(), torch::kFloat32);
}

/// A single column, two bags, a column of padding, overlapping columns, a group of none.
const std::vector<ColumnGroup> some_groups{{0, 1}, {1, 4}, {5, 3}, {8, 1}, {4, 2}, {3, 0}};

at::Tensor group_means_by_libtorch(const at::Tensor& table, const at::Tensor& tokens) {
  std::vector<at::Tensor> means;
  for (const auto& group : some_groups) {
    const auto columns = tokens.narrow(1, group.first, group.count);
    means.push_back(group.count == 0 ? torch::zeros({tokens.size(0), table.size(1)}, table.options())
                                     : mean_by_libtorch(table, columns));
  }
  return torch::stack(means, 1);
}

/// Tokens with some rows of padding alone, and a column of it.
at::Tensor tokens_with_padding(const Shape& shape) {
  auto tokens = random_tokens(shape);
  tokens.select(0, 1).zero_();
  tokens.select(1, shape.length - 1).zero_();
  return tokens;
}

SharedTokens batch_of(const at::Tensor& tokens, const std::vector<ColumnGroup>& groups = some_groups) {
  return c10::make_intrusive<TokenBatch>(tokens, groups);
}

TEST(GroupMeans, AreThoseOfLibTorchForSparseAndDenseGradients) {
  for (const long width : {1L, 13L, 16L}) {
    const Shape shape{200, width, 50, 9};
    const auto tokens = tokens_with_padding(shape);
    const auto exact_table = random_table(shape).to(torch::kDouble).requires_grad_();
    const auto [exact, exact_gradient] =
        value_and_gradient([&] { return group_means_by_libtorch(exact_table, tokens); }, exact_table);
    for (const bool sparse : {false, true}) {
      Embedding embedding(shape.rows, width);
      embedding.weight.set_data(random_table(shape));
      embedding.use_sparse_gradients(sparse);
      const auto [value, gradient] =
          value_and_gradient([&] { return embedding.means(batch_of(tokens)); }, embedding.weight);
      EXPECT_EQ(value.sizes(), at::IntArrayRef({50, 6, width}));
      EXPECT_TRUE(value.to(torch::kDouble).allclose(exact, 1e-5, 1e-6));
      EXPECT_EQ(gradient.is_sparse(), sparse);
      EXPECT_TRUE(gradient.to_dense().to(torch::kDouble).allclose(exact_gradient, 1e-5, 1e-5));
    }
    Embedding doubles(shape.rows, width);
    doubles.set_table(random_table(shape).to(torch::kDouble));
    EXPECT_TRUE(doubles.means(batch_of(tokens)).allclose(exact, 1e-12, 1e-12));
  }
}

/// Two tables of different widths, one after the other, share what puts the tokens in order.
TEST(GroupMeans, StandBesideOtherNumbersAsIfTheyWereJoined) {
  const Shape shape{200, 16, 50, 9};
  const auto batch = batch_of(tokens_with_padding(shape));
  for (const long width : {16L, 1L, 7L}) {
    torch::manual_seed(4);
    const auto numbers = torch::randn({50, 13}), weights = torch::randn({50, 6 * width + 13});
    Embedding embedding(shape.rows, width);
    embedding.weight.set_data(torch::randn({shape.rows, width}));
    embedding.use_sparse_gradients(true);
    const auto joined = torch::cat({embedding.means(batch).flatten(1), numbers}, 1);
    (joined * weights).sum().backward();
    const auto expected = embedding.weight.grad().to_dense();
    embedding.weight.mutable_grad().reset();

    const auto rest = numbers.clone().requires_grad_();
    const auto beside = embedding.means_beside(batch, rest);
    EXPECT_TRUE(beside.equal(joined)) << width;
    (beside * weights).sum().backward();
    EXPECT_TRUE(embedding.weight.grad().to_dense().equal(expected)) << width;
    EXPECT_TRUE(rest.grad().equal(weights.slice(1, 6 * width))) << width;
  }
}

TEST(GroupMeans, AddATokenUpThatStandsInSeveralFields) {
  Embedding embedding(10, 2);
  embedding.use_sparse_gradients(true);
  const auto tokens = torch::tensor({{7, 7, 3, 0}, {3, 7, 0, 0}}, torch::kInt);
  embedding.means(batch_of(tokens, {{0, 1}, {1, 3}})).sum().backward();
  const auto gradient = embedding.weight.grad();
  EXPECT_TRUE(gradient._indices().equal(torch::tensor({{3L, 7L}})));
  EXPECT_TRUE(gradient._values().equal(torch::tensor({{1.5F, 1.5F}, {2.5F, 2.5F}})));
}

TEST(GroupMeans, RefuseColumnsThatTheTokensLack) {
  const auto tokens = torch::tensor({{7, 7, 3}}, torch::kInt);
  EXPECT_THROW(batch_of(tokens, {{0, 1}, {2, 2}}), c10::Error);
  EXPECT_THROW(batch_of(tokens, {{-1, 2}}), c10::Error);
}

TEST(Embedding, ATokenOutOfRangeIsAnErrorThatNamesItsPlace) {
  Embedding embedding(10, 3), exact(10, 3);
  exact.set_table(torch::zeros({10, 3}, torch::kDouble));
  for (auto* each : {&embedding, &exact}) {
    for (const int32_t token : {10, -1, 2'000'000'000}) {
      const auto tokens = torch::tensor({{1, 2}, {token, 3}}, torch::kInt);
      for (const Way way : {&Embedding::forward, &Embedding::mean}) {
        EXPECT_THAT(
            message_of(ExitCode::data, [&] { (each->*way)(tokens); }),
            testing::AllOf(HasSubstr(std::to_string(token) + ", row 2, column 1"), HasSubstr("0 to 9")));
      }
    }
  }
}

TEST(Embedding, NeedsRoomForPaddingAndAWord) {
  EXPECT_THAT(message_of(ExitCode::usage, [] { Embedding(1, 3); }), HasSubstr("1 rows"));
  EXPECT_THAT(message_of(ExitCode::usage, [] { Embedding(2, 0); }), HasSubstr("of 0"));
}

TEST(Embedding, RefusesASecondDerivativeRatherThanGivingAWrongOne) {
  Embedding embedding(10, 3);
  const auto squares = embedding.mean(torch::tensor({{5, 2}}, torch::kInt)).square().sum();
  EXPECT_THROW(torch::autograd::grad({squares}, {embedding.weight}, {}, true, /*create_graph=*/true),
               c10::Error);
}

TEST(Embedding, TrainsOnCuda) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "this LibTorch sees no CUDA device";
  const Shape shape{20, 4, 6, 5};
  const auto tokens = random_tokens(shape).to(torch::kCUDA);
  Embedding embedding(shape.rows, shape.width);
  embedding.weight.set_data(random_table(shape));
  const auto expected = embedding.mean(random_tokens(shape));
  embedding.to(torch::kCUDA);
  const auto mean = embedding.mean(tokens);
  mean.sum().backward();
  EXPECT_TRUE(mean.cpu().allclose(expected, 1e-5, 1e-6));
  EXPECT_FALSE(embedding.weight.grad().is_sparse());
}

TEST(TokenGroups, CostNothingForTheSizeOfTheTable) {
  const std::vector<int32_t> tokens{2'000'000'000, 0, 5, 2'000'000'000};
  const std::vector<ColumnGroup> columns{{0, 2}};
  const auto groups = group_tokens({tokens.data(), 2, 2, columns});
  EXPECT_THAT(groups.tokens, testing::ElementsAre(5, 2'000'000'000));
  EXPECT_THAT(groups.ends, testing::ElementsAre(1, 3));
  EXPECT_THAT(groups.sources, testing::ElementsAre(1, 0, 1));
}

}  // namespace
}  // namespace actlab::test

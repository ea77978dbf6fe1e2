#include "lib/core/random.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <algorithm>

namespace actlab {
namespace {

at::Tensor draw(at::Generator generator) { return torch::randn({100}, generator); }

TEST(Random, TheSameTripleGivesTheSameNumbers) {
  const auto first = draw(make_generator(3, Stream::noise, "hidden.0"));
  torch::manual_seed(99);
  torch::randn({1000});  // somebody else's numbers
  EXPECT_TRUE(torch::equal(first, draw(make_generator(3, Stream::noise, "hidden.0"))));
}

TEST(Random, SeedStreamAndNameEachMakeAnotherStream) {
  const auto base = draw(make_generator(3, Stream::noise, "a"));
  EXPECT_FALSE(torch::equal(base, draw(make_generator(4, Stream::noise, "a"))));
  EXPECT_FALSE(torch::equal(base, draw(make_generator(3, Stream::initialisation, "a"))));
  EXPECT_FALSE(torch::equal(base, draw(make_generator(3, Stream::noise, "b"))));
}

TEST(Random, DrawingDoesNotTouchTheGlobalGenerator) {
  torch::manual_seed(1);
  const auto expected = torch::randn({10});
  torch::manual_seed(1);
  draw(make_generator(0, Stream::noise, "x"));
  epoch_order(0, 1, 100);
  EXPECT_TRUE(torch::equal(expected, torch::randn({10})));
}

TEST(Random, AnEpochsOrderIsAPermutationOfSeedAndEpochAlone) {
  const auto order = epoch_order(7, 2, 1000);
  EXPECT_TRUE(torch::equal(std::get<0>(order.sort()), torch::arange(1000)));
  EXPECT_TRUE(torch::equal(order, epoch_order(7, 2, 1000)));
  EXPECT_FALSE(torch::equal(order, epoch_order(7, 3, 1000)));
  EXPECT_FALSE(torch::equal(order, epoch_order(8, 2, 1000)));
}

/// Lengths of texts: most are short.
at::Tensor skewed_sizes(long count) {
  const auto uniform = torch::rand({count}, make_generator(5, Stream::split, "sizes"));
  return (uniform.pow(3) * 200).to(torch::kLong) + 1;
}

/// Σ over batches of the largest size times the number of examples.
long padded(const at::Tensor& sizes, const at::Tensor& order, long batch_size) {
  long total = 0;
  for (const auto& batch : sizes.index_select(0, order).split(batch_size))
    total += batch.max().item<long>() * batch.numel();
  return total;
}

TEST(Random, AnOrderBySizeIsAPermutationOfSeedEpochSizesAndBatchSize) {
  const auto sizes = skewed_sizes(10'007);
  const auto order = epoch_order(7, 2, sizes, 64);
  EXPECT_TRUE(torch::equal(std::get<0>(order.sort()), torch::arange(10'007)));
  EXPECT_TRUE(torch::equal(order, epoch_order(7, 2, sizes, 64)));
  EXPECT_FALSE(torch::equal(order, epoch_order(7, 3, sizes, 64)));
  EXPECT_FALSE(torch::equal(order, epoch_order(8, 2, sizes, 64)));
  EXPECT_FALSE(torch::equal(order, epoch_order(7, 2, sizes, 32)));
  EXPECT_FALSE(torch::equal(order, epoch_order(7, 2, sizes.flip(0), 64)));
}

TEST(Random, AnOrderBySizeSavesMostOfThePadding) {
  const auto sizes = skewed_sizes(10'007);
  const long words = sizes.sum().item<long>();
  const long at_random = padded(sizes, epoch_order(7, 2, 10'007), 64) - words;
  const long by_size = padded(sizes, epoch_order(7, 2, sizes, 64), 64) - words;
  EXPECT_LT(by_size, at_random / 20) << at_random << " of " << words;
}

TEST(Random, BatchesOfSimilarSizeComeInRandomOrderAndInChangingCompany) {
  const auto sizes = skewed_sizes(6400);
  const auto first = epoch_order(7, 1, sizes, 64).view({100, 64}),
             second = epoch_order(7, 2, sizes, 64).view({100, 64});
  const auto means = sizes.index_select(0, first.flatten()).view({100, 64}).to(torch::kDouble).mean(1);
  const auto rises = means.diff().gt(0).sum().item<long>();
  EXPECT_GT(rises, 30);  // 49.5 expected, standard deviation 2.9
  EXPECT_LT(rises, 70);
  // Of 64 examples that share a batch once, 64²/6400 would meet again by chance, some 8 of similar size.
  const auto company = second.flatten().argsort().floor_divide(64);  // the second epoch's batch of each
  long largest = 0;
  for (const auto& batch : company.index_select(0, first.flatten()).split(64))
    largest = std::max(
        largest,
        std::get<2>(torch::unique_consecutive(std::get<0>(batch.sort()), false, true)).max().item<long>());
  EXPECT_LT(largest, 60);
}

TEST(Random, AnOrderBySizeOfFewExamples) {
  for (const long count : {0, 1, 5}) {
    const auto order = epoch_order(7, 1, torch::ones({count}, torch::kLong), 64);
    EXPECT_TRUE(torch::equal(std::get<0>(order.sort()), torch::arange(count)));
  }
}

/// The whole order, taken in steps of `step`.
at::Tensor order_of_blocks(long seed, long epoch, long count, long block, long step) {
  BlockOrder order(seed, epoch, count, block);
  std::vector<at::Tensor> parts;
  for (long taken = 0; taken < count; taken += step) parts.push_back(order.next(step));
  EXPECT_EQ(order.next(step).numel(), 0);
  return torch::cat(parts);
}

TEST(Random, AnOrderByBlocksIsAPermutationOfSeedAndEpochInBatchesOfAnySize) {
  for (const long count : {1, 99, 1000, 1003}) {
    const auto order = order_of_blocks(7, 2, count, 100, count);
    EXPECT_TRUE(torch::equal(std::get<0>(order.sort()), torch::arange(count)));
    for (const long step : {1, 64, 100, 250}) {
      EXPECT_TRUE(torch::equal(order, order_of_blocks(7, 2, count, 100, step))) << step;
    }
  }
  EXPECT_FALSE(torch::equal(order_of_blocks(7, 2, 1000, 100, 64), order_of_blocks(7, 3, 1000, 100, 64)));
  EXPECT_FALSE(torch::equal(order_of_blocks(7, 2, 1000, 100, 64), order_of_blocks(8, 2, 1000, 100, 64)));
}

TEST(Random, AnOrderByBlocksReadsOneBlockAfterTheOtherAndShufflesBoth) {
  const auto blocks = order_of_blocks(7, 1, 1000, 50, 64).view({20, 50});
  const auto numbers = blocks.floor_divide(50);
  EXPECT_TRUE(torch::equal(numbers, numbers.select(1, 0).unsqueeze(1).expand({20, 50})));
  EXPECT_FALSE(torch::equal(numbers.select(1, 0), torch::arange(20)));
  const auto inside = blocks.remainder(50);
  for (long i = 0; i < 20; ++i) {
    EXPECT_FALSE(torch::equal(inside[i], torch::arange(50)));
    EXPECT_FALSE(torch::equal(inside[i], inside[(i + 1) % 20]));
  }
}

TEST(Random, HashesArePublishedFnv1a) {
  // Test vectors of the FNV page of Landon Curt Noll.
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8ULL);
  EXPECT_EQ(fnv1a("bar", fnv1a("foo")), fnv1a("foobar"));
  EXPECT_EQ(hex(0xabcULL), "0000000000000abc");
}

}  // namespace
}  // namespace actlab

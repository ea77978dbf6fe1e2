#include "lib/core/random.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

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

#include "tests/lib/training/words.h"

namespace actlab::test {
namespace {

TEST(RowWiseAdagrad, TakesTheStepsOfItsFormula) {
  expect_golden_steps("rowwise_adagrad.json", with("adagrad", 0.1));
}

TEST(RowWiseAdagrad, IsTheSameForSparseAndDenseGradients) {
  for (const long touched : {2L, rows - 1}) {
    EXPECT_TRUE(walk("adagrad", true, touched).allclose(walk("adagrad", false, touched), 1e-5, 1e-6));
  }
  // Weight decay reaches the rows of the batch alone, so both agree where a batch has all rows but padding.
  const auto sparse_walk = walk("adagrad", true, rows - 1, 0.1).slice(0, 1);
  EXPECT_TRUE(sparse_walk.allclose(walk("adagrad", false, rows - 1, 0.1).slice(0, 1), 1e-5, 1e-6));
}

TEST(RowWiseAdagrad, IsAdagradOnATableOfOneColumn) {
  struct Column : Network {
    Column() { register_module("table", table); }
    at::Tensor forward(const std::vector<at::Tensor>& inputs) override { return table->mean(inputs.at(0)); }
    std::shared_ptr<Embedding> table = std::make_shared<Embedding>(rows, 1);
  };
  const auto start = torch::linspace(-1, 1, rows).unsqueeze(1);
  Column network;
  network.table->weight.set_data(start.clone());
  auto twin = start.clone().requires_grad_();
  const auto ours = make_optimiser(network, with("adagrad"));
  torch::optim::Adagrad theirs(std::vector<at::Tensor>{twin}, torch::optim::AdagradOptions(0.05));
  for (int step = 1; step <= 6; ++step) {
    const auto values = torch::full({2, 1}, std::sin(step));
    const auto touched = torch::tensor({{2L, 2L + step % 5}});
    network.table->weight.mutable_grad() = torch::sparse_coo_tensor(touched, values, {rows, 1});
    twin.mutable_grad() = network.table->weight.grad().to_dense();
    ours->step();
    theirs.step();
  }
  EXPECT_TRUE(network.table->weight.allclose(twin, 1e-5, 1e-6));
  EXPECT_FALSE(network.table->weight.equal(start));
}

TEST(RowWiseAdagrad, LeavesTheRestOfANetworkToOrdinaryAdagrad) {
  Tiny network("prelu"), twin("prelu");
  const auto ours = make_optimiser(network, with("adagrad"));
  torch::optim::Adagrad theirs(twin.parameters(), torch::optim::AdagradOptions(0.05));
  const auto data = blobs(20);
  for (int step = 0; step < 5; ++step) {
    for (auto* each : {&network, &twin}) {
      each->zero_grad();
      classification().loss(each->forward(data.inputs), data.targets).backward();
    }
    ours->step();
    theirs.step();
  }
  const auto found = state(network), expected = state(twin);
  for (size_t i = 0; i < found.size(); ++i) EXPECT_TRUE(found[i].allclose(expected[i], 1e-5, 1e-6)) << i;
}

}  // namespace
}  // namespace actlab::test

// The generator `clicks`, and rows like Criteo's.

#include "datasets/clicks/sources.h"
#include "lib/metrics/auc.h"
#include "tests/datasets/clicks/helpers.h"

namespace actlab::test {
namespace {

class GeneratedClicks : public ClickTables {
 protected:
  static double auc_of(const at::Tensor& scores, const ClickRows& rows) {
    Auc auc;
    auc.add(scores, rows.targets.select(1, 0).eq(1));
    return auc.value();
  }
};

TEST_F(GeneratedClicks, AreTheSameEverywhere) {
  const EventSource some = make_click_world(1000), more = make_click_world(1500);
  EXPECT_EQ(more.text.substr(0, some.text.size()), some.text);
  EXPECT_EQ(std::vector<double>(more.probabilities.begin(), more.probabilities.begin() + 1000),
            some.probabilities);
  EXPECT_EQ(load_clicks(request_).fingerprint, load_clicks(request_).fingerprint);
}

TEST_F(GeneratedClicks, HaveTheProbabilitiesThatTheySay) {
  const EventSource world = make_click_world(57'000);
  // Clicks in each tenth of the rows by probability, against its mean: 6 standard errors.
  EventReader reader(world, EventReader::Needs::everything, 1L << 30);
  std::vector<std::pair<double, int>> rows;
  for (Event event; reader.next(event);)
    rows.emplace_back(world.probabilities[static_cast<size_t>(event.row)], event.label);
  ASSERT_EQ(rows.size(), world.probabilities.size());
  std::sort(rows.begin(), rows.end());
  for (size_t tenth = 0; tenth < 10; ++tenth) {
    double expected = 0, variance = 0, clicks = 0;
    for (size_t i = tenth * 5700; i < (tenth + 1) * 5700; ++i) {
      expected += rows[i].first;
      variance += rows[i].first * (1 - rows[i].first);
      clicks += rows[i].second;
    }
    EXPECT_NEAR(clicks, expected, 6 * std::sqrt(variance)) << tenth;
  }
}

TEST_F(GeneratedClicks, HaveACeiling) {
  const ClickSet set = load_clicks(request_);
  EXPECT_EQ(set.train.count(), 39'900);
  EXPECT_EQ(set.test.count(), 11'400);
  EXPECT_EQ(set.ceiling.size(), 2U);
  EXPECT_GT(set.ceiling.at("auc"), 0.8);
  EXPECT_LT(set.ceiling.at("auc"), 0.95);
  // Scores that are the true probabilities of the test rows reach it, as far as 11,400 labels tell.
  const EventSource world = make_click_world(57'000);
  const std::vector<double> test(world.probabilities.end() - 11'400, world.probabilities.end());
  const auto p = torch::tensor(test);
  EXPECT_NEAR(auc_of(p, set.test), set.ceiling.at("auc"), 0.01);
  const auto y = set.test.targets.select(1, 0).to(torch::kDouble);
  const double loss = torch::binary_cross_entropy(p.to(torch::kDouble), y).item<double>();
  EXPECT_NEAR(loss, set.ceiling.at("log_loss"), 0.01);
  request_.split = "random";  // other test rows, and a ceiling for them
  EXPECT_NE(load_clicks(request_).ceiling, set.ceiling);
}

TEST_F(GeneratedClicks, AreMoreThanALinearModelSees) {
  const ClickSet set = load_clicks(request_);
  // Logistic regression over all tokens and numbers, by Adam in a few passes, to where it stops improving.
  torch::manual_seed(1);
  const long tokens = set.facts.at("input").at("tokens");
  auto weight = torch::zeros({tokens}, torch::requires_grad()),
       slope = torch::zeros({2}, torch::requires_grad());
  const auto logits = [&](const ClickRows& rows) {
    return weight.index_select(0, rows.tokens.flatten().to(torch::kLong)).view(rows.tokens.sizes()).sum(1) +
           rows.numbers.mv(slope);
  };
  torch::optim::Adam adam({weight, slope}, torch::optim::AdamOptions(0.05));
  for (int step = 0; step < 150; ++step) {
    adam.zero_grad();
    torch::binary_cross_entropy_with_logits(logits(set.train),
                                            set.train.targets.select(1, 0).to(torch::kFloat))
        .backward();
    adam.step();
  }
  torch::NoGradGuard no_grad;
  const double auc = auc_of(logits(set.test), set.test);
  EXPECT_GT(auc, 0.6);                           // there is something linear to learn
  EXPECT_LT(auc, set.ceiling.at("auc") - 0.08);  // and much else
}

TEST_F(GeneratedClicks, LikeCriteosAreReadAsCriteos) {
  request_.dataset = "criteo-like:rows=3000";
  const ClickSet set = load_clicks(request_);
  EXPECT_EQ(set.train.count(), 2100);
  EXPECT_EQ(set.facts.at("schema").at("name"), "criteo");
  const double clicks = set.train.targets.select(1, 0).to(torch::kDouble).mean().item<double>();
  EXPECT_GT(clicks, 0.1);
  EXPECT_LT(clicks, 0.4);
  EXPECT_EQ(load_clicks(request_).fingerprint, set.fingerprint);
  request_.dataset = "criteo-like:lines=3";
  EXPECT_THAT(message_of(ExitCode::usage, [&] { load_clicks(request_); }), HasSubstr("rows"));
}

TEST_F(GeneratedClicks, LikeCriteosNeedRoom) {
  EXPECT_THAT(data_message([&] { write_criteo_like(folder_ / "none" / "rows.txt", 10); }),
              HasSubstr("none/rows.txt"));
}

}  // namespace
}  // namespace actlab::test

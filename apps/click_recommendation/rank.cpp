#include "apps/click_recommendation/rank.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <iostream>

#include "apps/click_recommendation/candidates.h"
#include "apps/click_recommendation/click_task.h"
#include "lib/cli/measurement.h"
#include "lib/core/text.h"
#include "lib/metrics/binary.h"
#include "lib/metrics/ranking.h"

namespace actlab {
namespace {

/// Which of the candidates the user clicks in the test rows.
at::Tensor relevance(const ClickUser& user, const std::vector<long>& items, size_t all) {
  auto wanted = torch::zeros({static_cast<long>(all)}, torch::kBool);
  for (const long item : user.later) wanted[item] = true;
  return wanted.index_select(0, torch::tensor(items, torch::kLong));
}

RankingMetrics rank_users(TrainedModel& model, const RankOptions& options) {
  const ClickCatalogue catalogue(click_request(model.request()), ClickCatalogue::Known::before_test);
  RankingMetrics metrics(options.at);
  for (const auto& user : catalogue.users()) {
    if (user.later.empty()) continue;
    const auto items = candidates(catalogue, user);
    if (items.empty()) continue;
    metrics.add(model.probabilities(catalogue.rows(user, items)),
                relevance(user, items, catalogue.items().size()));
    if (options.users > 0 && metrics.users() == options.users) break;
  }
  return metrics;
}

}  // namespace

int rank_items(const RankOptions& options) {
  TrainedModel model(options);
  const auto ranked = rank_users(model, options);
  auto values = ranked.values();
  const auto test = ClickTask().load(model.request()).test;
  BinaryMetrics metrics;
  evaluate(model.network(), test, metrics, model.device());
  values["auc"] = metrics.values().at("auc");
  std::cerr << fmt::format(
      "{} users with clicks in the test rows; candidates: every item that the user was not known to have "
      "seen\n",
      thousands(ranked.users()));
  if (ranked.unranked() > 0)
    std::cerr << fmt::format("{} more clicked only what they had seen before\n",
                             thousands(ranked.unranked()));
  print_metrics(values, options.format);
  return 0;
}

}  // namespace actlab

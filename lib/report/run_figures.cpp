#include "lib/report/run_figures.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "lib/core/constants.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

std::vector<SiteProbe> probes_of_epoch(const RunRecord& run, long epoch) {
  std::vector<SiteProbe> chosen;
  for (const auto& probe : run.probes) {
    if (probe.epoch == epoch) chosen.push_back(probe);
  }
  return chosen;
}

/// Epoch 0 (before training) is no trained one, so a run that broke off in its first epoch has nothing to
/// show.
std::vector<SiteProbe> last_probes(const RunRecord& run) {
  long last = 0;
  for (const auto& probe : run.probes) last = std::max(last, probe.epoch);
  return last == 0 ? std::vector<SiteProbe>{} : probes_of_epoch(run, last);
}

using ProbesOf = std::vector<SiteProbe> (*)(const RunRecord&);

std::vector<SiteProbe> first_probes(const RunRecord& run) { return probes_of_epoch(run, 0); }

double mean_over_sites(const std::vector<SiteProbe>& probes, double SiteProbe::*field) {
  double sum = 0;
  for (const auto& probe : probes) sum += probe.*field;
  return probes.empty() ? nan : sum / static_cast<double>(probes.size());
}

GradientFlow gradient_flow(const std::vector<SiteProbe>& probes) {
  if (probes.empty()) return {nan, nan, nan};
  const double first = probes.front().gradient_norm, last = probes.back().gradient_norm;
  return {first, last, probes.size() < 2 ? nan : first / last};
}

/// The epoch whose validation metrics are those of the record; NaN when none is.
double selected_epoch(const RunRecord& run) {
  for (const auto& epoch : run.history) {
    const bool selected = std::all_of(run.validation.begin(), run.validation.end(), [&](const auto& metric) {
      const auto found = epoch.find("validation_" + metric.first);
      return found != epoch.end() && *found == metric.second;
    });
    if (selected && !run.validation.empty()) return epoch.at("epoch").get<double>();
  }
  return nan;
}

double median_over(const std::vector<const RunRecord*>& runs,
                   const std::function<double(const RunRecord&)>& figure) {
  std::vector<double> values;
  for (const auto* run : runs) values.push_back(figure(*run));
  return median(values);
}

GradientFlow median_flow(const std::vector<const RunRecord*>& runs, ProbesOf probes) {
  const auto over = [&](double GradientFlow::*field) {
    return median_over(runs, [&](const RunRecord& run) { return gradient_flow(probes(run)).*field; });
  };
  return {over(&GradientFlow::first), over(&GradientFlow::last), over(&GradientFlow::ratio)};
}

/// The median of a figure of the i-th site; NaN where no run has that site.
double median_of_site(const std::vector<const RunRecord*>& runs, ProbesOf probes, size_t i,
                      double SiteProbe::*field) {
  return median_over(runs, [&](const RunRecord& run) {
    const auto sites = probes(run);
    return i < sites.size() ? sites[i].*field : nan;
  });
}

/// Every run's probe of one site after one epoch.
using SiteProbes = std::vector<const SiteProbe*>;

/// By epoch, then by the site's place in the network.
std::map<long, std::vector<SiteProbes>> by_epoch(const std::vector<const RunRecord*>& runs) {
  std::map<long, std::vector<SiteProbes>> result;
  for (const auto* run : runs) {
    std::map<long, size_t> sites_seen;
    for (const auto& probe : run->probes) {
      auto& sites = result[probe.epoch];
      const size_t place = sites_seen[probe.epoch]++;
      if (sites.size() <= place) sites.resize(place + 1);
      sites[place].push_back(&probe);
    }
  }
  return result;
}

double median_of(const SiteProbes& probes, double SiteProbe::*field) {
  std::vector<double> values;
  for (const auto* probe : probes) values.push_back(probe->*field);
  return median(values);
}

void fill_site_epochs(std::vector<SiteFigures>& figures, const std::vector<const RunRecord*>& runs) {
  for (const auto& [epoch, sites] : by_epoch(runs)) {
    for (size_t i = 0; i < std::min(figures.size(), sites.size()); ++i) {
      figures[i].epochs.push_back({epoch, median_of(sites[i], &SiteProbe::gradient_norm),
                                   median_of(sites[i], &SiteProbe::dead_fraction),
                                   median_of(sites[i], &SiteProbe::saturated_fraction)});
    }
  }
}

std::vector<SiteFigures> site_figures(const std::vector<const RunRecord*>& runs) {
  std::vector<SiteFigures> figures;
  if (runs.empty()) return figures;
  const auto median_at = [&](ProbesOf probes, double SiteProbe::*field) {
    return median_of_site(runs, probes, figures.size(), field);
  };
  for (const auto& probe : first_probes(*runs.front())) {
    figures.push_back({probe.site, median_at(first_probes, &SiteProbe::gradient_norm),
                       median_at(last_probes, &SiteProbe::gradient_norm),
                       median_at(first_probes, &SiteProbe::saturated_fraction),
                       median_at(last_probes, &SiteProbe::saturated_fraction),
                       median_at(last_probes, &SiteProbe::dead_fraction)});
  }
  fill_site_epochs(figures, runs);
  return figures;
}

/// What a history says of one epoch, every run's.
struct EpochValues {
  std::vector<double> metric, train_loss, seconds;
};

std::vector<EpochFigures> epoch_figures(const std::vector<const RunRecord*>& runs,
                                        const std::string& metric) {
  std::map<long, EpochValues> values;
  for (const auto* run : runs) {
    double seconds = 0;
    for (const auto& epoch : run->history) {
      auto& here = values[epoch.at("epoch").get<long>()];
      seconds += value_of(epoch, "seconds");
      here.metric.push_back(value_of(epoch, "validation_" + metric));
      here.train_loss.push_back(value_of(epoch, "train_loss"));
      here.seconds.push_back(seconds);
    }
  }
  std::vector<EpochFigures> figures;
  for (const auto& [epoch, of_runs] : values) {
    figures.push_back(
        {epoch, spread_of(of_runs.metric), spread_of(of_runs.train_loss), spread_of(of_runs.seconds)});
  }
  return figures;
}

}  // namespace

double metric_of(const MetricValues& values, const std::string& metric) {
  const auto found = values.find(metric);
  if (found != values.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, value] : values) names.push_back(name);
  throw unknown_name("metric", metric, names);
}

double value_of(const nlohmann::json& epoch, const std::string& key) {
  const auto found = epoch.find(key);
  return found == epoch.end() ? nan : number_or_nan(*found);
}

Spread spread_of(const std::vector<double>& values) {
  std::vector<double> finite;
  for (const double value : values) {
    if (std::isfinite(value)) finite.push_back(value);
  }
  if (finite.empty()) return {nan, nan, nan, 0};
  const auto [smallest, largest] = std::minmax_element(finite.begin(), finite.end());
  const auto count = static_cast<double>(finite.size());
  return {std::accumulate(finite.begin(), finite.end(), 0.0) / count, *smallest, *largest,
          static_cast<long>(finite.size())};
}

void fill_figures(ComparisonRow& row, const std::vector<const RunRecord*>& runs, const std::string& metric) {
  row.samples_per_second = median_over(
      runs, [](const RunRecord& run) { return run.samples_per_second > 0 ? run.samples_per_second : nan; });
  row.train_seconds =
      median_over(runs, [](const RunRecord& run) { return run.train_seconds > 0 ? run.train_seconds : nan; });
  row.initial_gradient = median_flow(runs, first_probes);
  row.final_gradient = median_flow(runs, last_probes);
  row.dead = median_over(runs, [](const RunRecord& run) {
    return mean_over_sites(last_probes(run), &SiteProbe::dead_fraction);
  });
  row.saturated = median_over(runs, [](const RunRecord& run) {
    return mean_over_sites(last_probes(run), &SiteProbe::saturated_fraction);
  });
  row.sites = site_figures(runs);
  row.best_epoch = median_over(runs, selected_epoch);
  row.epochs = epoch_figures(runs, metric);
}

}  // namespace actlab

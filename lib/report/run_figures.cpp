#include "lib/report/run_figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "lib/core/constants.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

using ProbesOfRun = std::vector<const SiteProbe*>;  // in the order of the signal

ProbesOfRun probes_of_epoch(const RunRecord& run, long epoch) {
  ProbesOfRun chosen;
  for (const auto& probe : run.probes) {
    if (probe.epoch == epoch) chosen.push_back(&probe);
  }
  return chosen;
}

/// What the runs of a row showed at one time.
using Probed = std::vector<ProbesOfRun>;

Probed first_probes(const std::vector<const RunRecord*>& runs) {
  Probed probed;
  for (const auto* run : runs) probed.push_back(probes_of_epoch(*run, 0));
  return probed;
}

/// Epoch 0 (before training) is no trained one, so a run that broke off in its first epoch has nothing to
/// show.
Probed last_probes(const std::vector<const RunRecord*>& runs) {
  Probed probed;
  for (const auto* run : runs) {
    long last = 0;
    for (const auto& probe : run->probes) last = std::max(last, probe.epoch);
    probed.push_back(last == 0 ? ProbesOfRun{} : probes_of_epoch(*run, last));
  }
  return probed;
}

double mean_over_sites(const ProbesOfRun& probes, double SiteProbe::*field) {
  double sum = 0;
  for (const auto* probe : probes) sum += probe->*field;
  return probes.empty() ? nan : sum / static_cast<double>(probes.size());
}

GradientFlow gradient_flow(const ProbesOfRun& probes) {
  if (probes.empty()) return {nan, nan, nan};
  const double first = probes.front()->gradient_norm, last = probes.back()->gradient_norm;
  return {first, last, probes.size() < 2 ? nan : first / last};
}

/// The epoch whose validation metrics are those of the record; NaN when none is.
double selected_epoch(const RunRecord& run) {
  if (run.validation.empty()) return nan;
  const auto epochs = run.history.column("epoch");
  std::vector<bool> selected(epochs.size(), true);
  for (const auto& [name, value] : run.validation) {
    const auto measured = run.history.column("validation_" + name);
    for (size_t i = 0; i < measured.size(); ++i) selected[i] = selected[i] && measured[i] == value;
  }
  const auto place = std::find(selected.begin(), selected.end(), true);
  return place == selected.end() ? nan : epochs[static_cast<size_t>(place - selected.begin())];
}

/// `figure` of a run or of what it showed.
template <typename Run, typename Figure>
double median_over(const std::vector<Run>& runs, const Figure& figure) {
  std::vector<double> values;
  for (const auto& run : runs) values.push_back(figure(run));
  return median(values);
}

GradientFlow median_flow(const Probed& probed) {
  const auto over = [&](double GradientFlow::*field) {
    return median_over(probed, [&](const ProbesOfRun& probes) { return gradient_flow(probes).*field; });
  };
  return {over(&GradientFlow::first), over(&GradientFlow::last), over(&GradientFlow::ratio)};
}

double median_mean(const Probed& probed, double SiteProbe::*field) {
  return median_over(probed, [&](const ProbesOfRun& probes) { return mean_over_sites(probes, field); });
}

/// The median of a figure of the i-th site; NaN where no run has that site.
double median_of_site(const Probed& probed, size_t i, double SiteProbe::*field) {
  return median_over(probed,
                     [&](const ProbesOfRun& probes) { return i < probes.size() ? probes[i]->*field : nan; });
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

std::vector<SiteFigures> site_figures(const std::vector<const RunRecord*>& runs, const Probed& first,
                                      const Probed& last) {
  std::vector<SiteFigures> figures;
  if (runs.empty()) return figures;
  for (const auto* probe : first.front()) {
    const size_t i = figures.size();
    figures.push_back({probe->site, median_of_site(first, i, &SiteProbe::gradient_norm),
                       median_of_site(last, i, &SiteProbe::gradient_norm),
                       median_of_site(first, i, &SiteProbe::saturated_fraction),
                       median_of_site(last, i, &SiteProbe::saturated_fraction),
                       median_of_site(last, i, &SiteProbe::dead_fraction)});
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
    const auto epochs = run->history.column("epoch"), spent = run->history.column("seconds"),
               metrics = run->history.column("validation_" + metric),
               losses = run->history.column("train_loss");
    double seconds = 0;
    for (size_t i = 0; i < epochs.size(); ++i) {
      auto& here = values[std::lround(epochs[i])];
      seconds += spent[i];
      here.metric.push_back(metrics[i]);
      here.train_loss.push_back(losses[i]);
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
  const auto positive = [](double value) { return value > 0 ? value : nan; };
  row.samples_per_second =
      median_over(runs, [&](const RunRecord* run) { return positive(run->samples_per_second); });
  row.train_seconds = median_over(runs, [&](const RunRecord* run) { return positive(run->train_seconds); });
  const auto first = first_probes(runs), last = last_probes(runs);
  row.initial_gradient = median_flow(first);
  row.final_gradient = median_flow(last);
  row.dead = median_mean(last, &SiteProbe::dead_fraction);
  row.saturated = median_mean(last, &SiteProbe::saturated_fraction);
  row.sites = site_figures(runs, first, last);
  row.best_epoch = median_over(runs, [](const RunRecord* run) { return selected_epoch(*run); });
  row.epochs = epoch_figures(runs, metric);
}

}  // namespace actlab

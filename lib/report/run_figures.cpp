#include "lib/report/run_figures.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "lib/core/error.h"

namespace actlab {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

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
  return figures;
}

}  // namespace

double test_metric(const RunRecord& run, const std::string& metric) {
  const auto found = run.test.find(metric);
  if (found != run.test.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, value] : run.test) names.push_back(name);
  throw unknown_name("metric", metric, names);
}

void fill_figures(ComparisonRow& row, const std::vector<const RunRecord*>& runs) {
  row.samples_per_second = median_over(
      runs, [](const RunRecord& run) { return run.samples_per_second > 0 ? run.samples_per_second : nan; });
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
}

}  // namespace actlab

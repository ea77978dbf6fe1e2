#include "lib/report/pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "lib/core/files.h"
#include "lib/report/exhibit.h"
#include "lib/report/ranking.h"

namespace actlab {
namespace {

/// "mlp-depth-3-accuracy-on-validation-data"
std::string file_name(const std::string& text) {
  std::string name;
  for (const char character : text) {
    if (std::isalnum(static_cast<unsigned char>(character)) != 0)
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name;
}

Figure figure_of(const Comparison& comparison, const Exhibit& exhibit, const Chart& chart,
                 const std::vector<std::string>& looks) {
  Figure figure;
  figure.title = fmt::format("{} · {}: {}", comparison.dataset, comparison.model, exhibit.title);
  figure.charts = {chart};
  figure.chart_width = 760;
  figure.chart_height = 420;
  figure.names = looks;
  return figure;
}

}  // namespace

std::vector<Picture> pictures(const std::vector<Comparison>& comparisons) {
  std::vector<Picture> all;
  std::map<std::string, int> used;
  const auto add = [&](const std::string& name, const std::string& svg) {
    const int number = ++used[name];
    all.push_back({number == 1 ? name : fmt::format("{}-{}", name, number), svg});
  };
  for (const auto& comparison : comparisons) {
    const auto looks = looks_of(comparison, comparisons);
    for (const auto& exhibit : exhibits(comparison)) {
      for (const auto& chart : exhibit.charts) {
        const auto name =
            comparison.dataset + " " + comparison.model + " " + exhibit.title + " " + chart.title;
        add(file_name(name), to_svg(figure_of(comparison, exhibit, chart, looks)));
      }
    }
  }
  if (comparisons.size() < 2) return all;
  const auto ranking = rank(comparisons);
  if (ranking.is_enough()) add("critical-difference", rank_document(ranking));
  return all;
}

std::vector<std::string> save_pictures(const std::vector<Comparison>& comparisons,
                                       const std::string& folder) {
  make_writable_folder(folder);
  std::vector<std::string> files;
  const auto save = [&](const std::string& name, const std::string& content) {
    write_atomically(std::filesystem::path(folder) / name, content);
    files.push_back(name);
  };
  for (const auto& [name, svg] : pictures(comparisons)) {
    save(name + ".svg", svg);
    if (can_write_png()) save(name + ".png", png_of(svg));
  }
  return files;
}

}  // namespace actlab

#include "lib/cli/measurement.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "lib/report/formats.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

constexpr long most_columns = 12, most_pairs = 10, most_rows = 100;

using Counts = std::vector<std::vector<long>>;

Counts counts_of(const at::Tensor& confusion) {
  Counts counts;
  for (long row = 0; row < confusion.size(0); ++row) {
    const auto line = confusion[row].contiguous();
    const auto* first = line.data_ptr<int64_t>();
    counts.emplace_back(first, first + line.numel());
  }
  return counts;
}

Layout square(const Counts& counts, const std::vector<std::string>& names) {
  Layout layout;
  layout.columns.push_back({"target", "", false, names});
  for (size_t column = 0; column < names.size(); ++column) {
    layout.columns.push_back({names[column], "", true, {}});
    for (const auto& row : counts) layout.columns.back().cells.push_back(std::to_string(row[column]));
  }
  layout.best.resize(names.size());
  return layout;
}

struct Pair {
  size_t target, prediction;
  long count;
};

std::vector<Pair> most_confused(const Counts& counts) {
  std::vector<Pair> pairs;
  for (size_t target = 0; target < counts.size(); ++target) {
    for (size_t other = 0; other < counts.size(); ++other) {
      if (other != target && counts[target][other] > 0)
        pairs.push_back({target, other, counts[target][other]});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.count > b.count; });
  pairs.resize(std::min<size_t>(pairs.size(), most_pairs));
  return pairs;
}

Layout list(const std::vector<Pair>& pairs, const std::vector<std::string>& names) {
  Layout layout;
  layout.columns = {{"target", "", false, {}}, {"prediction", "", false, {}}, {"times", "", true, {}}};
  for (const auto& pair : pairs) {
    layout.columns[0].cells.push_back(names[pair.target]);
    layout.columns[1].cells.push_back(names[pair.prediction]);
    layout.columns[2].cells.push_back(std::to_string(pair.count));
  }
  layout.best.resize(pairs.size());
  return layout;
}

/// How well one class is told from the others.
struct ClassFigures {
  long examples, predictions, correct;

  double precision() const { return share(correct, predictions); }
  double recall() const { return share(correct, examples); }
  double f1() const { return share(2 * correct, examples + predictions); }

 private:
  static double share(long part, long whole) {  // NaN where there is nothing to share
    return static_cast<double>(part) / static_cast<double>(whole);
  }
};

std::vector<ClassFigures> figures_of(const at::Tensor& confusion) {
  const auto targets = confusion.sum(1), predictions = confusion.sum(0), correct = confusion.diagonal();
  std::vector<ClassFigures> figures;
  for (long i = 0; i < confusion.size(0); ++i) {
    figures.push_back(
        {targets[i].item<int64_t>(), predictions[i].item<int64_t>(), correct[i].item<int64_t>()});
  }
  return figures;
}

Layout by_class(const std::vector<ClassFigures>& figures, const std::vector<std::string>& names) {
  Layout layout;
  layout.columns = {{"class", "", false, names},
                    {"examples", "", true, {}},
                    {"precision", "", true, {}},
                    {"recall", "", true, {}},
                    {"F1", "", true, {}}};
  for (const auto& figure : figures) {
    layout.columns[1].cells.push_back(std::to_string(figure.examples));
    layout.columns[2].cells.push_back(fixed(figure.precision(), 4));
    layout.columns[3].cells.push_back(fixed(figure.recall(), 4));
    layout.columns[4].cells.push_back(fixed(figure.f1(), 4));
  }
  layout.best.resize(names.size());
  return layout;
}

nlohmann::json to_json(const std::vector<ClassFigures>& figures, const std::vector<std::string>& names) {
  auto list = nlohmann::json::array();
  for (size_t i = 0; i < names.size(); ++i) {
    list.push_back({{"class", names[i]},
                    {"examples", figures[i].examples},
                    {"precision", figures[i].precision()},
                    {"recall", figures[i].recall()},
                    {"f1", figures[i].f1()}});
  }
  return list;
}

}  // namespace

void print_metrics(const MetricValues& values, const std::string& format) {
  if (format == "json") {
    std::cout << nlohmann::json(values).dump(1) << '\n';
    return;
  }
  const bool csv = format == "csv";
  if (csv) std::cout << "metric,value\n";
  for (const auto& [name, value] : values) {
    std::cout << (csv ? fmt::format("{},{}\n", name, value)
                      : fmt::format("test {:<10} {:.4f}\n", name, value));
  }
}

void print_measurement(const Metrics& metrics, const std::vector<std::string>& class_names,
                       const std::string& format) {
  const auto confusion = metrics.confusion();
  if (!confusion.defined() || format == "csv") return print_metrics(metrics.values(), format);
  const auto counts = counts_of(confusion);
  if (format == "json") {
    nlohmann::json values = metrics.values();
    values["confusion"] = {{"classes", class_names}, {"counts", counts}};
    values["classes"] = to_json(figures_of(confusion), class_names);
    std::cout << values.dump(1) << '\n';
    return;
  }
  print_metrics(metrics.values(), format);
  if (static_cast<long>(class_names.size()) <= most_columns) {
    std::cout << "\nexamples of each class (rows) by the class that was predicted (columns)\n\n"
              << terminal_table(square(counts, class_names), false);
  } else if (const auto pairs = most_confused(counts); !pairs.empty()) {
    std::cout << "\nthe classes that were confused most\n\n"
              << terminal_table(list(pairs, class_names), false);
  }
  if (static_cast<long>(class_names.size()) <= most_rows)
    std::cout << '\n' << terminal_table(by_class(figures_of(confusion), class_names), false);
}

}  // namespace actlab

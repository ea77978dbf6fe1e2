#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <set>

#include "apps/activations/commands.h"
#include "apps/activations/selection.h"
#include "apps/activations/speed.h"
#include "lib/activations/kernels/kernel.h"
#include "lib/cli/flags.h"
#include "lib/cli/progress.h"
#include "lib/core/runtime.h"
#include "lib/report/formats.h"
#include "lib/report/text.h"

namespace actlab {
namespace {

struct BenchOptions {
  std::vector<std::string> names;
  std::vector<long> elements = {8 * 1024, 1024 * 1024, 6'400'000};
  int rounds = 9, threads = 1;
  std::string format = "table";
  bool quiet = false;
};

/// How many times a copy of its traffic a pass may take in memory.
struct Demand {
  double times;
  const char* meaning;
  std::set<std::string> rows;
};
const std::vector<Demand>& demands() {
  static const std::vector<Demand> all = {
      {1.15,
       "a comparison or two",
       {"relu", "leaky_relu", "hard_sigmoid", "hard_tanh", "hard_swish", "hard_mish", "hard_shrink"}},
      {2.0, "rational and piecewise functions", {"softsign",     "elliott",       "isru",
                                                 "sqnl",         "rrelu",         "prelu",
                                                 "dprelu",       "relu6",         "thresholded_relu",
                                                 "srelu",        "squared_relu",  "star_relu",
                                                 "shifted_relu", "abs",           "soft_shrink",
                                                 "isrlu",        "bent_identity", "cube",
                                                 "arelu",        "identity",      "apl",
                                                 "rational"}},
      {2.5,
       "one transcendental function",
       {"sigmoid",
        "tanh",
        "arctan",
        "erf",
        "lecun_tanh",
        "bipolar_sigmoid",
        "penalized_tanh",
        "gaussian",
        "nlrelu",
        "elu",
        "selu",
        "celu",
        "pelu",
        "mpelu",
        "hard_elish",
        "gelu",
        "gelu_tanh",
        "quick_gelu",
        "silu",
        "swish",
        "e_swish",
        "lisht",
        "flatten_t_swish",
        "acon_c",
        "smu",
        "srs",
        "tanh_shrink",
        "sin",
        "snake",
        "gcu",
        "cosper",
        "min_sin",
        "max_sigmoid",
        "max_tanh"}},
      {4.0, "several transcendental functions", {}}};
  return all;
}
const Demand& demand_on(const std::string& row) {
  const auto found =
      std::find_if(demands().begin(), demands().end(), [&](const auto& d) { return d.rows.count(row); });
  return found == demands().end() ? demands().back() : *found;
}

/// The measurements of one choice in one direction, sizes and implementations together.
struct Line {
  std::string name, row, pass;
  std::vector<Speed> speeds;

  const Speed* find(const std::string& implementation, long elements) const {
    for (const auto& speed : speeds) {
      if (speed.implementation == implementation && speed.elements == elements) return &speed;
    }
    return nullptr;
  }
  long largest() const { return speeds.back().elements; }
  std::vector<long> sizes() const {
    std::vector<long> result;
    for (const auto& speed : speeds) {
      if (result.empty() || result.back() != speed.elements) result.push_back(speed.elements);
    }
    return result;
  }
  bool has_kernel() const { return find("fused", largest()) != nullptr; }
  bool meets_demand() const {
    const auto* fused = find("fused", largest());
    return fused != nullptr && 1 / fused->fraction_of_copy.median <= demand_on(row).times;
  }
};

std::vector<Line> measure(const std::vector<ActivationChoice>& choices, const BenchOptions& options) {
  const StatusLine status(options.quiet);
  std::vector<Line> lines;
  for (size_t i = 0; i < choices.size(); ++i) {
    status.show(fmt::format("{}/{} {}", i + 1, choices.size(), choices[i].text()));
    const auto speeds = measure_speed(choices[i], {options.elements, options.rounds});
    for (const auto* pass : {"forward", "backward"}) {
      Line line{choices[i].text(), choices[i].row->name, pass, {}};
      std::copy_if(speeds.begin(), speeds.end(), std::back_inserter(line.speeds),
                   [&](const auto& speed) { return speed.pass == pass; });
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

nlohmann::ordered_json to_json(const std::vector<Line>& lines) {
  auto records = nlohmann::ordered_json::array();
  const auto number = [](double x) {
    return std::isnan(x) ? nlohmann::ordered_json() : nlohmann::ordered_json(x);
  };
  for (const auto& line : lines) {
    for (const auto& speed : line.speeds) {
      records.push_back({{"name", speed.name},
                         {"pass", speed.pass},
                         {"elements", speed.elements},
                         {"implementation", speed.implementation},
                         {"nanoseconds_per_element", speed.nanoseconds_per_element.median},
                         {"nanoseconds_low", speed.nanoseconds_per_element.low},
                         {"nanoseconds_high", speed.nanoseconds_per_element.high},
                         {"fraction_of_copy", speed.fraction_of_copy.median},
                         {"fraction_of_copy_low", speed.fraction_of_copy.low},
                         {"fraction_of_copy_high", speed.fraction_of_copy.high},
                         {"times_fused", number(speed.times_fused.median)},
                         {"bytes_saved", speed.bytes_saved}});
    }
  }
  return records;
}

/// "6.42M"
std::string size_text(long elements) { return short_number(static_cast<double>(elements)); }

/// As a multiple of the time of a copy; the implementation that there is, where no kernel is.
std::string times_copy(const Line& line, long elements) {
  const auto* fused = line.find("fused", elements);
  return fused == nullptr ? absent : fixed(1 / fused->fraction_of_copy.median, 2);
}

std::string gain_over(const Line& line, const std::string& implementation) {
  const auto* other = line.find(implementation, line.largest());
  if (other == nullptr || std::isnan(other->times_fused.median)) return absent;
  const auto& times = other->times_fused;
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", times.median, times.low, times.high);
}

std::string saved(const Line& line, const std::string& implementation) {
  const auto* speed = line.find(implementation, line.largest());
  return speed == nullptr
             ? absent
             : fixed(static_cast<double>(speed->bytes_saved) / static_cast<double>(speed->elements), 1);
}

Layout layout_of(const std::vector<Line>& lines) {
  Layout layout;
  layout.title = "Speed";
  layout.best.assign(lines.size(), false);
  const auto add = [&](const std::string& header, const std::string& meaning, bool right, auto text) {
    Column column{header, meaning, right, {}, 0};
    for (const auto& line : lines) column.cells.push_back(text(line));
    layout.columns.push_back(std::move(column));
  };
  add("activation", "name with the arguments in effect", false, [](const Line& line) { return line.name; });
  add("pass", "", false, [](const Line& line) { return line.pass; });
  for (const long elements : lines.front().sizes()) {
    add(size_text(elements) + " elements",
        "time of the fused kernel as a multiple of a copy's with the same traffic (a backward pass moves "
        "three floats "
        "an element, a copy two)",
        true, [elements](const Line& line) { return times_copy(line, elements); });
  }
  add("demand", "the largest multiple that is good enough for the largest size, and whether it is met", false,
      [](const Line& line) {
        if (!line.has_kernel()) return absent;
        return fmt::format("{:.2f} {}", demand_on(line.row).times, line.meets_demand() ? "met" : "MISSED");
      });
  for (const auto* other : {"libtorch", "composed"}) {
    const bool native = std::string(other) == "libtorch";
    add(native ? "LibTorch ×" : "composed ×",
        native
            ? "time of LibTorch's operator as a multiple of the kernel's, largest size: median and quartiles"
            : "the same for elementary operators put together",
        true, [other](const Line& line) { return gain_over(line, other); });
  }
  for (const auto* way : {"fused", "libtorch", "composed"}) {
    add(fmt::format("saved {}", way), "bytes an element that the way back keeps alive", true,
        [way](const Line& line) { return saved(line, way); });
  }
  return layout;
}

/// What the machine can do, in lines.
std::vector<std::string> describe(const Roofline& roofline, int threads) {
  const auto here = environment();
  std::vector<std::string> lines = {fmt::format("{}, {} thread{}, kernels for {}, LibTorch {} for {}",
                                                plain(here["cpu"]), threads, threads == 1 ? "" : "s",
                                                kernels::instruction_set(), plain(here["libtorch"]),
                                                plain(here["instruction_set"]))};
  for (const auto& copy : roofline.copies) {
    lines.push_back(fmt::format("copy of {} floats: {:.1f} GB/s read and written [{:.1f}, {:.1f}]",
                                size_text(copy.elements), copy.gigabytes_per_second.median,
                                copy.gigabytes_per_second.low, copy.gigabytes_per_second.high));
  }
  const auto& matrix = roofline.matrix_gigaflops;
  lines.push_back(fmt::format("product of 1024 × 1024 matrices: {:.1f} GFLOP/s [{:.1f}, {:.1f}]",
                              matrix.median, matrix.low, matrix.high));
  return lines;
}

/// Rows whose kernel takes longer than demanded, or than the best that LibTorch offers.
void print_missed(const std::vector<Line>& lines) {
  std::cout
      << "\nArithmetic, not memory, limits what misses them: an exponential takes about twenty instructions "
         "a vector, "
         "a division as long as sixteen additions, and functions of functions need several of each.\n\n";
  for (const auto& line : lines) {
    if (!line.has_kernel()) {
      std::cout << fmt::format("- `{}`, {}: no kernel\n", line.name, line.pass);
    } else if (!line.meets_demand()) {
      std::cout << fmt::format("- `{}`, {}: {} times a copy instead of {:.2f}\n", line.name, line.pass,
                               times_copy(line, line.largest()), demand_on(line.row).times);
    }
  }
  std::cout << "\nSlower than 0.95 of the best alternative:\n\n";
  for (const auto& line : lines) {
    for (const auto* other : {"libtorch", "composed"}) {
      const auto* speed = line.find(other, line.largest());
      if (speed != nullptr && speed->times_fused.median < 0.95)
        std::cout << fmt::format("- `{}`, {}: {} takes {:.2f} of the kernel's time\n", line.name, line.pass,
                                 other, speed->times_fused.median);
    }
  }
}

void print_page(const std::vector<Line>& lines, const std::vector<std::string>& machine) {
  std::cout << "# Speed of the activations\n\nMade by `activations bench all --format markdown`. Every "
               "implementation is "
               "timed in turns with the others and with a copy, so that whatever else the machine does meets "
               "all of "
               "them; figures are medians, in brackets the quartiles. Ratios mean more than times.\n\n";
  for (const auto& line : machine) std::cout << "- " << line << '\n';
  std::cout << "\nDemands, as multiples of the time of a copy of the same traffic at the largest size:\n\n";
  for (const auto& demand : demands()) {
    long count = 0, met = 0;
    for (const auto& line : lines) {
      if (!line.has_kernel() || &demand_on(line.row) != &demand) continue;
      ++count;
      met += line.meets_demand();
    }
    std::cout << fmt::format("- {:.2f} for {}: {} of {} passes meet it\n", demand.times, demand.meaning, met,
                             count);
  }
  print_missed(lines);
  const auto layout = layout_of(lines);
  std::cout << '\n' << markdown_table(layout) << '\n';
  std::set<std::string> said;
  for (const auto& column : layout.columns) {
    if (!column.meaning.empty() && said.insert(column.meaning).second)
      std::cout << "- **" << column.header << "**: " << column.meaning << '\n';
  }
}

int bench(const BenchOptions& options) {
  check_format(options.format, {"table", "markdown", "json", "csv"});
  auto choices = select_activations(options.names);
  set_threads(options.threads);
  const auto machine = describe(measure_roofline({options.elements, options.rounds}), options.threads);
  const auto lines = measure(choices, options);
  if (options.format == "markdown") {
    print_page(lines, machine);
    return 0;
  }
  for (const auto& line : machine) std::cerr << line << '\n';
  if (options.format == "json") {
    std::cout << to_json(lines).dump(2) << '\n';
  } else if (options.format == "csv") {
    std::cout << csv_of(to_json(lines));
  } else {
    std::cout << terminal_table(layout_of(lines), wants_colour(STDOUT_FILENO),
                                terminal_width(STDOUT_FILENO, 0));
  }
  return 0;
}

}  // namespace

void add_bench_command(Program& program) {
  const auto options = std::make_shared<BenchOptions>();
  auto& command =
      program.add_command("bench", "time kernels, LibTorch's operators and compositions beside a copy",
                          [options] { return bench(*options); });
  command.add_option("names", options->names, "activations, groups or all")->required();
  command.add_option("--elements", options->elements, "sizes of the tensors, smallest first")
      ->delimiter(',')
      ->check(CLI::Range(1L, 1'000'000'000L));
  command.add_option("--rounds", options->rounds, "how often everything is timed in turns")
      ->check(CLI::Range(1, 10'000));
  command.add_option("--threads", options->threads)->check(CLI::Range(1, 1024));
  command.add_option("--format", options->format, "table, markdown, json or csv");
  command.add_flag("--quiet", options->quiet, "no progress on standard error");
}

}  // namespace actlab

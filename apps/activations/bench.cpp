#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <set>

#include "apps/activations/commands.h"
#include "apps/activations/selection.h"
#include "apps/activations/speed.h"
#include "lib/activations/kernels/kernel.h"
#include "lib/cli/flags.h"
#include "lib/cli/progress.h"
#include "lib/core/error.h"
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
                                                 "rational",     "reglu",         "bilinear"}},
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
        "max_tanh",
        "glu",
        "geglu",
        "swiglu"}},
      {4.0, "several transcendental functions", {}}};
  return all;
}
const Demand& demand_on(const std::string& row) {
  const auto found =
      std::find_if(demands().begin(), demands().end(), [&](const auto& d) { return d.rows.count(row); });
  return found == demands().end() ? demands().back() : *found;
}

/// How many times faster than LibTorch's operator a kernel is asked to be at the largest size.
struct Race {
  const char *row, *pass;
  double times;
};
constexpr Race races[] = {{"mish", "forward", 8},     {"mish", "backward", 7},     {"tanh", "forward", 4},
                          {"softplus", "forward", 4}, {"sigmoid", "forward", 1.8}, {"silu", "forward", 2}};

/// What keeps a row from having a kernel: it is not one output of one input.
const char* why_no_kernel(const std::string& row) {
  static const std::map<std::string, const char*> reasons = {
      {"abrelu", "it subtracts the mean of the sample first"},
      {"dice", "it normalises over the batch first"},
      {"frelu", "it compares with a convolution of the neighbourhood"},
      {"maxout", "it is the largest of several channels"},
      {"crelu", "it gives two outputs for an input"}};
  const auto found = reasons.find(row);
  return found == reasons.end() ? "LibTorch's operators compute it" : found->second;
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
  bool does_nothing() const { return find("nothing", largest()) != nullptr; }
  /// Nanoseconds an element where memory is near: of arithmetic, mostly.
  double arithmetic() const {
    double least = HUGE_VAL;
    for (const auto& speed : speeds) {
      if (speed.implementation == "fused") least = std::min(least, speed.nanoseconds_per_element.median);
    }
    return least;
  }
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
                         {"copy_nanoseconds", speed.copy_nanoseconds},
                         {"times_fused", number(speed.times_fused.median)},
                         {"bytes_saved", speed.bytes_saved},
                         {"bytes_peak", speed.bytes_peak}});
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

/// Bytes an element.
std::string bytes_of(const Line& line, const std::string& implementation, long Speed::*bytes) {
  const auto* speed = line.find(implementation, line.largest());
  return speed == nullptr
             ? absent
             : fixed(static_cast<double>(speed->*bytes) / static_cast<double>(speed->elements), 1);
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
  // Sizes are rounded to whole feature maps, which are wider for some.
  const auto sizes = lines.front().sizes();
  for (size_t i = 0; i < sizes.size(); ++i) {
    add(size_text(sizes[i]) + " elements",
        "time of the fused kernel as a multiple of a copy's with the same traffic (a backward pass moves "
        "three floats "
        "an element, a copy two)",
        true, [i](const Line& line) {
          const auto own = line.sizes();
          return i < own.size() ? times_copy(line, own[i]) : absent;
        });
  }
  add("demand", "the largest multiple that is good enough for the largest size, and whether it is met", false,
      [](const Line& line) {
        if (line.does_nothing()) return std::string("nothing to do");
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
        [way](const Line& line) { return bytes_of(line, way, &Speed::bytes_saved); });
  }
  for (const auto* way : {"fused", "libtorch", "composed"}) {
    add(fmt::format("peak {}", way),
        "the most bytes an element that a step forwards and backwards has allocated at a time, input and "
        "gradients included",
        true, [way](const Line& line) { return bytes_of(line, way, &Speed::bytes_peak); });
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

/// What limits a kernel in memory, in figures: what it takes where memory is near, and what a copy takes.
std::string limit_of(const Line& line) {
  const auto* fused = line.find("fused", line.largest());
  const double own = fused->nanoseconds_per_element.median, near = line.arithmetic(),
               copy = fused->copy_nanoseconds;
  return fmt::format("{}: {:.2f} ns an element, {:.2f} with memory near, {:.2f} of a copy",
                     near > copy ? "arithmetic" : "memory", own, near, copy);
}

/// Rows whose kernel takes longer than demanded, or than the best that LibTorch offers.
void print_missed(const std::vector<Line>& lines) {
  std::cout
      << "\nThese miss it. What limits them is arithmetic where a kernel takes longer with its memory near "
         "(the best of all sizes) than a copy takes at the largest size, else memory:\n\n";
  for (const auto& line : lines) {
    if (line.does_nothing()) continue;
    if (!line.has_kernel()) {
      std::cout << fmt::format("- `{}`, {}: no kernel, {}\n", line.name, line.pass, why_no_kernel(line.row));
    } else if (!line.meets_demand()) {
      std::cout << fmt::format("- `{}`, {}: {} times a copy instead of {:.2f}; {}\n", line.name, line.pass,
                               times_copy(line, line.largest()), demand_on(line.row).times, limit_of(line));
    }
  }
  std::cout << "\nSlower than 0.95 of the best alternative:\n\n";
  bool none = true;
  for (const auto& line : lines) {
    for (const auto* other : {"libtorch", "composed"}) {
      const auto* speed = line.find(other, line.largest());
      if (speed == nullptr || !(speed->times_fused.median < 0.95)) continue;
      std::cout << fmt::format("- `{}`, {}: {} takes {:.2f} of the kernel's time; {}\n", line.name, line.pass,
                               other, speed->times_fused.median, limit_of(line));
      none = false;
    }
  }
  if (none) std::cout << "- none\n";
}

/// Asked and reached against LibTorch's operator, and what a kernel as fast as its copy would reach.
void print_races(const std::vector<Line>& lines) {
  std::cout
      << "\nAgainst LibTorch's operator at the largest size. A kernel as fast as LibTorch's copy of its "
         "traffic would be as many times faster as the last column says. A kernel can be a little faster "
         "than that, as it asks for memory ahead of time; where what is asked is more, memory decides, not "
         "arithmetic:\n\n"
         "| activation | pass | asked | reached | | LibTorch / copy |\n"
         "| :--- | :--- | ---: | ---: | :--- | ---: |\n";
  for (const auto& race : races) {
    for (const auto& line : lines) {
      const auto* other = line.find("libtorch", line.largest());
      if (line.row != race.row || line.pass != race.pass || other == nullptr) continue;
      std::cout << fmt::format("| {} | {} | {:.1f} | {} | {} | {:.2f} |\n", race.row, race.pass, race.times,
                               gain_over(line, "libtorch"),
                               other->times_fused.median >= race.times ? "met" : "MISSED",
                               other->nanoseconds_per_element.median / other->copy_nanoseconds);
    }
  }
}

/// Whether a step needs no more memory than with LibTorch, and less than where that composes.
void print_memory(const std::vector<Line>& lines) {
  struct Count {
    long rows = 0, met = 0;
    std::vector<std::string> missed = {};
  } against_operator, against_composition;
  for (const auto& line : lines) {
    if (!line.has_kernel() || line.pass != "forward") continue;
    const auto peak = [&](const char* way) { return line.find(way, line.largest()); };
    const bool native = peak("libtorch") != nullptr;
    const long own = peak("fused")->bytes_peak, other = peak(native ? "libtorch" : "composed")->bytes_peak;
    auto& count = native ? against_operator : against_composition;
    ++count.rows;
    if (native ? own <= other : own < other) {
      ++count.met;
    } else {
      count.missed.push_back(fmt::format(
          "`{}` ({} bytes an element, {})", line.name, bytes_of(line, "fused", &Speed::bytes_peak),
          bytes_of(line, native ? "libtorch" : "composed", &Speed::bytes_peak)));
    }
  }
  std::cout << "\nPeak memory of a step forwards and backwards, counted at LibTorch's allocator:\n\n";
  const auto print = [](const Count& count, const char* what) {
    std::cout << fmt::format("- {}: {} of {} rows{}{}\n", what, count.met, count.rows,
                             count.missed.empty() ? ", met" : "; MISSED by ", join(count.missed));
  };
  print(against_operator, "no higher than with LibTorch's operator");
  print(against_composition, "lower than where LibTorch's operators are composed");
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
  print_races(lines);
  print_memory(lines);
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

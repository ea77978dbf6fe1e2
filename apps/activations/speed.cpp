#include "apps/activations/speed.h"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>
#include <limits>

#include "lib/activations/activation.h"
#include "lib/activations/kernels/fused.h"
#include "lib/core/spec.h"

namespace actlab {
namespace {

/// As one would write the function down, for the rows that LibTorch has an operator for; the other rows are
/// composed anyway.
struct Naive {
  const char* row;
  const char* formula;
};
constexpr Naive naive[] = {
    {"sigmoid", "1 / (1 + exp(-x))"},
    {"tanh", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))"},
    {"hard_sigmoid", "min(max(x + 3, 0), 6) / 6"},
    {"log_sigmoid", "-log(1 + exp(-x))"},
    {"relu", "max(x, 0)"},
    {"leaky_relu", "where(x > 0, x, 0.01 * x)"},
    {"prelu", "where(x > 0, x, a * x);a=0.25"},
    {"relu6", "min(max(x, 0), 6)"},
    {"elu", "where(x > 0, x, exp(min(x, 0)) - 1)"},
    {"selu", "1.0507 * where(x > 0, x, 1.67326 * (exp(min(x, 0)) - 1))"},
    {"softplus", "log(1 + exp(x))"},
    {"gelu", "x * 0.5 * (1 + erf(x / sqrt(2)))"},
    {"gelu_tanh", "0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x * x * x)))"},
    {"silu", "x / (1 + exp(-x))"},
    {"hard_swish", "x * min(max(x + 3, 0), 6) / 6"},
    {"mish", "x * tanh(log(1 + exp(x)))"},
};

struct Implementation {
  std::string name;
  Kernels kernels;
  std::shared_ptr<Activation> site;

  at::Tensor operator()(const at::Tensor& x) const {
    set_kernels(kernels);
    return site->value(x);
  }
};

constexpr long channels = 32, largest_map = 28 * 28;  // of the first layer of bench/training.py's net

std::vector<Implementation> implementations(const ActivationChoice& choice) {
  const auto site = [](const ActivationChoice& c) {
    auto made = std::make_shared<Activation>(c, channels);
    made->eval();  // RReLU draws in training, where it has no kernel
    return made;
  };
  std::vector<Implementation> result;
  const auto& row = *choice.row;
  if (row.name == "identity") return {{"nothing", Kernels::fused, site(choice)}};
  if (has_kernel(row)) result.push_back({"fused", Kernels::fused, site(choice)});
  result.push_back({row.native ? "libtorch" : "composed", Kernels::libtorch, site(choice)});
  if (row.name == formula_name) return result;
  const bool usual = choice.numbers == resolve_activation({row.name, {}}).numbers;
  for (const auto& [name, formula] : naive) {
    if (usual && row.name == name)
      result.push_back(
          {"composed", Kernels::libtorch, site(resolve_activations(std::string("expr:") + formula)[0])});
  }
  return result;
}

/// [samples, channels, map]: of about so many elements.
std::vector<int64_t> feature_maps(long elements, const ActivationChoice& choice) {
  const long width = choice.input_width(channels), map = std::clamp<long>(elements / width, 1, largest_map);
  return {std::max<long>(1, (elements + width * map / 2) / (width * map)), width, map};
}

/// Seconds. Of one thread its own, without those that the machine gave to other programs.
double now() {
  timespec time{};
  clock_gettime(at::get_num_threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

using Work = std::function<void()>;

double seconds(const Work& work, long times) {
  const double start = now();
  for (long i = 0; i < times; ++i) work();
  return (now() - start) / static_cast<double>(times);
}

/// Seconds of every work in every round; within a round one follows the other.
std::vector<std::vector<double>> in_turns(const std::vector<Work>& works, const SpeedOptions& options) {
  std::vector<long> times;
  for (const auto& work : works) {
    work();
    times.push_back(std::max(1L, std::lround(options.seconds_a_round / seconds(work, 1))));
  }
  std::vector<std::vector<double>> result(works.size());
  for (int round = 0; round < options.rounds; ++round) {
    for (size_t i = 0; i < works.size(); ++i) result[i].push_back(seconds(works[i], times[i]));
  }
  return result;
}

Quartiles ratio(const std::vector<double>& a, const std::vector<double>& b, double factor = 1) {
  std::vector<double> ratios;
  for (size_t i = 0; i < a.size(); ++i) ratios.push_back(factor * a[i] / b[i]);
  return quartiles_of(ratios);
}

/// Counts what is allocated on this thread while it lives.
class Meter {
 public:
  Meter() : counter_(std::make_shared<Counter>()), guard_(c10::DebugInfoKind::PROFILER_STATE, counter_) {}
  long bytes() const { return counter_->bytes; }
  long peak() const { return counter_->peak; }

 private:
  // The type of the totals has changed between versions of LibTorch.
  template <class Total>
  static Total total_of(void (c10::MemoryReportingInfoBase::*)(void*, int64_t, Total, Total, c10::Device));
  using Total = decltype(total_of(&c10::MemoryReportingInfoBase::reportMemoryUsage));

  struct Counter : c10::MemoryReportingInfoBase {
    void reportMemoryUsage(void*, int64_t size, Total, Total, c10::Device) override {
      bytes += size;
      peak = std::max(peak, bytes);
    }
    bool memoryProfilingEnabled() const override { return true; }
    long bytes = 0, peak = 0;
  };
  std::shared_ptr<Counter> counter_;
  c10::DebugInfoGuard guard_;
};

/// What stays allocated when only the graph is left of input and output.
long bytes_saved(const Implementation& implementation, const std::vector<int64_t>& shape) {
  const auto leaf = at::randn(shape).requires_grad_();
  const Meter meter;
  const auto node = [&] { return implementation(leaf + 0).grad_fn(); }();
  return meter.bytes();
}

/// The most that is allocated at a time while x is computed, goes through the activation, and both gradients
/// come back.
long bytes_peak(const Implementation& implementation, const std::vector<int64_t>& shape) {
  const auto leaf = at::randn(shape).requires_grad_();
  std::vector<at::Tensor> inputs = {leaf};
  for (const auto& parameter : implementation.site->parameters()) inputs.push_back(parameter);
  const auto upper = at::randn(implementation(leaf).sizes());
  const Meter meter;
  const auto y = implementation(leaf + 0);
  torch::autograd::grad({y}, inputs, {upper});
  return meter.peak();
}

struct Memory {
  long saved, peak;
};

struct Subject {
  const Implementation& implementation;
  at::Tensor x, y;
  std::vector<at::Tensor> inputs;
};

/// Times of one direction beside a copy.
void add_pass(std::vector<Speed>& speeds, const ActivationChoice& choice,
              const std::vector<Subject>& subjects, bool forward, const SpeedOptions& options,
              const std::vector<Memory>& memory) {
  const auto& x = subjects[0].x;
  const auto upper = at::randn(subjects[0].y.sizes());
  // Some memory is quicker than other (what else its place in a cache holds, how large its pages are). So
  // that all write to the same places, a result lives until the next one is there: two places take turns.
  std::vector<at::Tensor> targets = {at::empty_like(x), at::empty_like(x)}, results;
  std::vector<Work> works = {[&] {
    const at::NoGradGuard no_gradients;
    targets[0].copy_(x);
    std::swap(targets[0], targets[1]);
  }};
  for (const auto& subject : subjects) {
    if (forward) {
      works.emplace_back([&] { results = {subject.implementation(subject.x)}; });
    } else {
      works.emplace_back([&] {
        results = torch::autograd::grad({subject.y}, subject.inputs, {upper}, /*retain_graph=*/true);
      });
    }
  }
  const auto times = in_turns(works, options);
  const double count = static_cast<double>(x.numel()), out = static_cast<double>(upper.numel());
  const double traffic = (forward ? count + out : 2 * count + out) / (2 * count);  // of the copy's
  for (size_t i = 0; i < subjects.size(); ++i) {
    const auto& own = times[i + 1];
    std::vector<double> nanoseconds;
    for (const double t : own) nanoseconds.push_back(1e9 * t / count);
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const bool fused = subjects[0].implementation.name == "fused";
    speeds.push_back({choice.text(), forward ? "forward" : "backward", x.numel(),
                      subjects[i].implementation.name, quartiles_of(nanoseconds),
                      1e9 * traffic / count * quartiles_of(times[0]).median, ratio(times[0], own, traffic),
                      fused ? ratio(own, times[1]) : Quartiles{none, none, none}, memory[i].saved,
                      memory[i].peak});
  }
}

}  // namespace

Quartiles quartiles_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double part) {
    return values[static_cast<size_t>(std::lround(part * static_cast<double>(values.size() - 1)))];
  };
  return {at(0.25), at(0.5), at(0.75)};
}

Roofline measure_roofline(const SpeedOptions& options) {
  const at::NoGradGuard no_gradients;
  Roofline result;
  const auto rate = [&](const Work& work, double amount) {
    std::vector<double> rates;
    const auto times = in_turns({work}, options);
    for (const double t : times[0]) rates.push_back(1e-9 * amount / t);
    return quartiles_of(rates);
  };
  for (const long elements : options.elements) {
    const auto from = at::randn({elements}), to = at::empty_like(from);
    result.copies.push_back({elements, rate([&] { to.copy_(from); }, 8.0 * static_cast<double>(elements))});
  }
  const auto a = at::randn({1024, 1024}), b = at::randn({1024, 1024});
  auto c = at::empty_like(a);
  result.matrix_gigaflops = rate([&] { at::mm_out(c, a, b); }, 2.0 * 1024 * 1024 * 1024);
  return result;
}

std::vector<Speed> measure_speed(const ActivationChoice& choice, const SpeedOptions& options) {
  const auto before = chosen_kernels();
  const auto ways = implementations(choice);
  std::vector<Speed> speeds;
  for (const long elements : options.elements) {
    const auto shape = feature_maps(elements, choice);
    std::vector<Subject> subjects;
    std::vector<Memory> memory;
    const auto x = at::randn(shape).requires_grad_();
    for (const auto& way : ways) {
      std::vector<at::Tensor> inputs = {x};
      for (const auto& parameter : way.site->parameters()) inputs.push_back(parameter);
      subjects.push_back({way, x, way(x), inputs});
      memory.push_back({bytes_saved(way, shape), bytes_peak(way, shape)});
    }
    for (const bool forward : {true, false}) add_pass(speeds, choice, subjects, forward, options, memory);
  }
  set_kernels(before);
  return speeds;
}

}  // namespace actlab

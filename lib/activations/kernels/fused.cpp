#include "lib/activations/kernels/fused.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "lib/core/error.h"

namespace actlab {
namespace {

constexpr long block = 8192;    // elements at a time: few calls, and short sums in float32
constexpr long pattern = 256;   // elements at a time where every element has its channel's numbers, at least
constexpr long grain = 32'768;  // elements that are worth a thread

/// The numbers of a row as its kernel reads them: one of each, or one a channel.
class Table {
 public:
  Table(const ActivationChoice& choice, const std::vector<at::Tensor>& learned) {
    const auto& arguments = choice.row->arguments;
    for (const double number : choice.numbers) values_.push_back({static_cast<float>(number)});
    if (choice.frozen) return;
    for (size_t i = 0, next = 0; i < arguments.size() && next < learned.size(); ++i) {
      if (!arguments[i].learned) continue;
      const auto numbers = learned[next++].detach().to(at::kFloat).contiguous();
      values_[i].assign(numbers.data_ptr<float>(), numbers.data_ptr<float>() + numbers.numel());
      channels_ = std::max<long>(channels_, numbers.numel());
    }
  }

  long channels() const { return channels_; }
  /// Every number `times` times its channels in a row.
  void repeat(long times) {
    for (auto& numbers : values_) {
      const auto one =
          numbers.size() == 1 ? std::vector<float>(static_cast<size_t>(channels_), numbers[0]) : numbers;
      numbers.clear();
      for (long i = 0; i < times; ++i) numbers.insert(numbers.end(), one.begin(), one.end());
    }
  }
  /// Where the numbers of a channel stand; `places` keeps its memory from one call to the next.
  const float* const* at(long channel, std::vector<const float*>& places) const {
    places.clear();
    for (const auto& numbers : values_)
      places.push_back(numbers.data() + (numbers.size() == 1 ? 0 : channel));
    return places.data();
  }

 private:
  std::vector<std::vector<float>> values_;
  long channels_ = 1;
};

/// How the channels of a dense tensor follow each other in memory: element i has channel (i / run) %
/// channels. Memory is walked in pieces in which a kernel reads the same numbers.
struct Layout {
  long count, channels, run, repeats = 1;

  Layout(const at::Tensor& x, long dimension, long numbers) : count(x.numel()), channels(numbers) {
    run = channels == 1 ? std::max<long>(count, 1) : x.stride(dimension);
    if (along()) repeats = (pattern + channels - 1) / channels;
  }
  bool along() const { return channels > 1 && run == 1; }
  /// Where elements begin to have the same channels again.
  long unit() const { return along() ? channels * repeats : 1; }

  /// piece(offset, count, channel of the first)
  template <class Piece>
  void walk(long begin, long end, Piece piece) const {
    for (long offset = begin; offset < end;) {
      const long number = offset / run;
      const long last =
          std::min(along() ? offset + unit() : std::min((number + 1) * run, offset + block), end);
      piece(offset, last - offset, along() ? 0 : number % channels);
      offset = last;
    }
  }

  long parts() const { return std::clamp<long>(count / grain, 1, at::get_num_threads()); }
  /// work(part, begin, end), one part a thread; where they lie depends on the number of threads alone.
  template <class Work>
  void share(Work work) const {
    const long number = parts(), units = (count + unit() - 1) / unit();
    at::parallel_for(0, number, 1, [&](long first, long last) {
      for (long part = first; part < last; ++part) {
        const auto begin_of = [&](long p) { return std::min(units * p / number * unit(), count); };
        work(part, begin_of(part), begin_of(part + 1));
      }
    });
  }
};

/// Elements of float32 or bfloat16 as floats, a piece at a time.
class Floats {
 public:
  explicit Floats(const at::Tensor& x) {
    if (x.scalar_type() == at::kFloat) {
      floats_ = x.data_ptr<float>();
    } else {
      halves_ = reinterpret_cast<uint16_t*>(x.data_ptr<at::BFloat16>());
    }
  }
  const float* read(long offset, long count, std::vector<float>& buffer) const {
    float* place = write_to(offset, count, buffer);
    if (halves_ != nullptr) kernels::widen(halves_ + offset, place, static_cast<size_t>(count));
    return place;
  }
  /// Where a piece is to be written, before finish() of the same piece.
  float* write_to(long offset, long count, std::vector<float>& buffer) const {
    if (floats_ != nullptr) return floats_ + offset;
    buffer.resize(static_cast<size_t>(std::max(count, block)));
    return buffer.data();
  }
  void finish(long offset, long count, const std::vector<float>& buffer) const {
    if (halves_ != nullptr) kernels::narrow(buffer.data(), halves_ + offset, static_cast<size_t>(count));
  }

 private:
  float* floats_ = nullptr;
  uint16_t* halves_ = nullptr;
};

at::Tensor run_forward(const kernels::Kernel& kernel, Table table, const Layout& layout,
                       const at::Tensor& x) {
  const auto y = at::empty_like(x);
  if (layout.along()) table.repeat(layout.repeats);
  const Floats from(x), to(y);
  layout.share([&](long, long begin, long end) {
    std::vector<float> in, out;
    std::vector<const float*> numbers;
    layout.walk(begin, end, [&](long offset, long count, long channel) {
      kernel.forward(from.read(offset, count, in), to.write_to(offset, count, out),
                     static_cast<size_t>(count), {table.at(channel, numbers), layout.along()});
      to.finish(offset, count, out);
    });
  });
  return y;
}

/// Gradients of learned numbers as they come, in float32 for a few pieces, then in float64.
class Totals {
 public:
  Totals(const Layout& layout, size_t learned)
      : layout_(layout), learned_(learned), totals_(learned * width()) {
    floats_.resize(learned * static_cast<size_t>(layout.unit()));
  }
  std::vector<float*> places() {
    std::vector<float*> result;
    for (size_t k = 0; k < learned_; ++k)
      result.push_back(floats_.data() + k * static_cast<size_t>(layout_.unit()));
    return result;
  }
  /// After a piece that began with this channel.
  void collect(long channel) {
    if (layout_.along() && ++pieces_ < 16) return;
    flush(channel);
  }
  void flush(long channel) {
    pieces_ = 0;
    const auto unit = static_cast<size_t>(layout_.unit());
    for (size_t k = 0; k < learned_; ++k) {
      for (size_t i = 0; i < unit; ++i)
        totals_[k * width() + (static_cast<size_t>(channel) + i) % width()] +=
            static_cast<double>(floats_[k * unit + i]);
    }
    std::fill(floats_.begin(), floats_.end(), 0.0f);
  }
  void add(const Totals& other) {
    std::transform(totals_.begin(), totals_.end(), other.totals_.begin(), totals_.begin(), std::plus<>());
  }
  at::Tensor tensor(size_t k) const {
    const std::vector<double> numbers(totals_.begin() + static_cast<long>(k * width()),
                                      totals_.begin() + static_cast<long>((k + 1) * width()));
    return at::tensor(numbers, at::kDouble);
  }

 private:
  size_t width() const { return static_cast<size_t>(layout_.channels); }
  const Layout layout_;
  size_t learned_;
  std::vector<double> totals_;
  std::vector<float> floats_;
  int pieces_ = 0;
};

/// The gradient of x, and those of the learned numbers where they are wanted.
std::vector<at::Tensor> run_backward(const kernels::Kernel& kernel, Table table, const Layout& layout,
                                     const at::Tensor& kept, const at::Tensor& upper, size_t learned) {
  const auto gradient = at::empty_like(kept);
  if (layout.along()) table.repeat(layout.repeats);
  const Floats from(kept), above(upper), to(gradient);
  std::vector<Totals> totals(static_cast<size_t>(layout.parts()), Totals(layout, learned));
  layout.share([&](long part, long begin, long end) {
    std::vector<float> in, incoming, out;
    std::vector<const float*> numbers;
    auto& sums = totals[static_cast<size_t>(part)];
    const auto places = sums.places();
    layout.walk(begin, end, [&](long offset, long count, long channel) {
      kernel.backward(from.read(offset, count, in), above.read(offset, count, incoming),
                      to.write_to(offset, count, out), static_cast<size_t>(count),
                      {table.at(channel, numbers), layout.along(), learned > 0 ? places.data() : nullptr});
      to.finish(offset, count, out);
      if (learned > 0) sums.collect(channel);
    });
    sums.flush(0);
  });
  std::vector<at::Tensor> result = {gradient};
  for (size_t part = 1; part < totals.size(); ++part) totals[0].add(totals[part]);
  for (size_t k = 0; k < learned; ++k) result.push_back(totals[0].tensor(k));
  return result;
}

/// f' as a differentiable function of y = f(x), of the rows that keep y and are not made of straight lines.
using OutputSlope = at::Tensor (*)(const at::Tensor& y, const Numbers& numbers);
OutputSlope output_slope(const std::string& row) {
  using at::Tensor;
  static const auto below_zero = [](const Tensor& y, const Tensor& slope, double above) {
    return at::where(y > 0, at::full_like(y, above), slope);
  };
  static const std::unordered_map<std::string, OutputSlope> all = {
      {"sigmoid", [](const Tensor& y, const Numbers&) { return y * (1 - y); }},
      {"tanh", [](const Tensor& y, const Numbers&) { return 1 - y * y; }},
      {"lecun_tanh", [](const Tensor& y, const Numbers&) { return 2.0 / 3 * (1.7159 - y * y / 1.7159); }},
      {"bipolar_sigmoid", [](const Tensor& y, const Numbers&) { return (1 - y * y) / 2; }},
      {"max_tanh", [](const Tensor& y, const Numbers&) { return below_zero(y, 1 - y * y, 1); }},
      {"log_sigmoid", [](const Tensor& y, const Numbers&) { return 1 - at::exp(y); }},
      {"softplus", [](const Tensor& y, const Numbers& n) { return 1 - at::exp(-n[0] * y); }},
      {"elu", [](const Tensor& y, const Numbers& n) { return below_zero(y, y + n[0], 1); }},
      {"selu", [](const Tensor& y,
                  const Numbers&) { return below_zero(y, y + 1.7580993408473768, 1.0507009873554805); }},
      {"celu", [](const Tensor& y, const Numbers& n) { return below_zero(y, y / n[0] + 1, 1); }}};
  const auto found = all.find(row);
  return found == all.end() ? nullptr : found->second;
}

/// Whether the elements of b lie in memory as those of a.
bool lie_alike(const at::Tensor& a, const at::Tensor& b) {
  for (long i = 0; i < a.dim(); ++i) {
    if (a.size(i) > 1 && a.stride(i) != b.stride(i)) return false;
  }
  return a.scalar_type() == b.scalar_type();
}

/// A site, as its node in the graph remembers it.
struct Site : torch::CustomClassHolder {
  Site(const kernels::Kernel& k, ActivationChoice c, long d)
      : kernel(k), choice(std::move(c)), dimension(d) {}
  const kernels::Kernel& kernel;
  const ActivationChoice choice;
  const long dimension;
};

/// The numbers of a site, shaped to broadcast over x, in its type.
std::vector<at::Tensor> broadcast(const Site& site, const at::Tensor& x,
                                  const std::vector<at::Tensor>& learned) {
  std::vector<at::Tensor> shaped;
  for (const auto& numbers : learned) {
    std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
    shape[static_cast<size_t>(site.dimension)] = numbers.numel();
    shaped.push_back(numbers.view(shape).to(x.options()));
  }
  return shaped;
}

/// The gradients as operators of LibTorch, which can be differentiated again.
std::vector<at::Tensor> differentiable_gradients(const Site& site, const at::Tensor& kept,
                                                 const std::vector<at::Tensor>& learned,
                                                 const at::Tensor& upper) {
  const auto& choice = site.choice;
  if (site.kernel.keeps_output) {
    if (const auto slope = output_slope(choice.row->name)) return {upper * slope(kept, choice.numbers)};
    const Layout layout(kept, site.dimension, 1);  // straight lines: their slopes are constants
    return {upper *
            run_backward(site.kernel, Table(choice, {}), layout, kept.detach(), at::ones_like(kept), 0)[0]};
  }
  at::Generator no_noise;
  const std::vector<at::Tensor> no_state;
  const auto numbers = broadcast(site, kept, learned);
  const auto value = choice.row->function(
      kept, {choice.numbers, numbers, choice.frozen, site.dimension, false, &no_noise, no_state});
  std::vector<at::Tensor> inputs = {kept};
  if (!choice.frozen) inputs.insert(inputs.end(), learned.begin(), learned.end());
  std::vector<at::Tensor> needed;
  std::copy_if(inputs.begin(), inputs.end(), std::back_inserter(needed),
               [](const auto& i) { return i.requires_grad(); });
  const auto found = torch::autograd::grad({value}, needed, {upper}, true, true, /*allow_unused=*/true);
  std::vector<at::Tensor> result;
  for (size_t i = 0, next = 0; i < inputs.size(); ++i)
    result.push_back(inputs[i].requires_grad() ? found[next++] : at::Tensor());
  return result;
}

struct Fused : torch::autograd::Function<Fused> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            at::TensorList learned, const c10::intrusive_ptr<Site>& site) {
    const Table table(site->choice, learned.vec());
    auto y = run_forward(site->kernel, table, Layout(x, site->dimension, table.channels()), x);
    std::vector<at::Tensor> kept = {site->kernel.keeps_output ? y : x};
    kept.insert(kept.end(), learned.begin(), learned.end());
    context->save_for_backward(std::move(kept));
    context->saved_data["site"] = c10::IValue::make_capsule(site);
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& uppers) {
    const auto site = c10::static_intrusive_pointer_cast<Site>(context->saved_data["site"].toCapsule());
    const auto saved = context->get_saved_variables();
    const auto& kept = saved[0];
    const std::vector<at::Tensor> learned(saved.begin() + 1, saved.end());
    std::vector<at::Tensor> gradients;
    if (at::GradMode::is_enabled()) {
      gradients = differentiable_gradients(*site, kept, learned, uppers[0]);
    } else {
      const auto upper = lie_alike(kept, uppers[0]) ? uppers[0] : at::empty_like(kept).copy_(uppers[0]);
      const Table table(site->choice, learned);
      const Layout layout(kept, site->dimension, table.channels());
      gradients =
          run_backward(site->kernel, table, layout, kept, upper, site->choice.frozen ? 0 : learned.size());
    }
    for (size_t i = 1; i < gradients.size(); ++i) {
      if (gradients[i].defined()) gradients[i] = gradients[i].to(learned[i - 1].scalar_type());
    }
    gradients.resize(1 + learned.size() + 1);  // nothing for the site
    return gradients;
  }
};

Kernels& chosen() {
  static Kernels kernels = Kernels::fused;
  return kernels;
}

}  // namespace

const std::vector<std::string>& kernels_names() {
  static const std::vector<std::string> names = {"fused", "libtorch"};
  return names;
}

Kernels kernels_of(const std::string& name) {
  const auto& names = kernels_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw unknown_name("kernels", name, names);
  return static_cast<Kernels>(found - names.begin());
}

std::string name_of(Kernels kernels) { return kernels_names()[static_cast<size_t>(kernels)]; }

void set_kernels(Kernels kernels) { chosen() = kernels; }
Kernels chosen_kernels() { return chosen(); }

const kernels::Kernel* fitting_kernel(const ActivationChoice& choice, const at::Tensor& x, bool training) {
  const auto& row = *choice.row;
  const bool fits = row.kernel != nullptr && chosen() == Kernels::fused && x.is_cpu() &&
                    (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) &&
                    !(row.random && training);
  return fits ? row.kernel : nullptr;
}

at::Tensor fused(const kernels::Kernel& kernel, const ActivationChoice& choice,
                 const std::vector<at::Tensor>& learned, long dimension, const at::Tensor& x) {
  const auto dense = x.is_non_overlapping_and_dense() ? x : x.contiguous();
  const auto requires_grad = [](const at::Tensor& t) { return t.requires_grad(); };
  const bool graph = at::GradMode::is_enabled() &&
                     (x.requires_grad() || std::any_of(learned.begin(), learned.end(), requires_grad));
  if (graph)
    return Fused::apply(dense, at::TensorList(learned), c10::make_intrusive<Site>(kernel, choice, dimension));
  const Table table(choice, learned);
  return run_forward(kernel, table, Layout(dense, dimension, table.channels()), dense);
}

}  // namespace actlab

#include "lib/activations/kernels/fused.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "lib/activations/kernels/floats.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

using kernels::block, kernels::grain, kernels::Floats;

constexpr long pattern = 256;  // elements at a time where every element has its channel's numbers, at least

/// The numbers of a row as its kernel reads them: one of each, or one a channel.
class Table {
 public:
  Table(const ActivationChoice& choice, const std::vector<at::Tensor>& learned) {
    const auto& arguments = choice.row->arguments;
    if (choice.row->learned != nullptr) {
      add_all(learned);
      return;
    }
    for (const double number : choice.numbers) values_.push_back({static_cast<float>(number)});
    if (choice.frozen) return;
    for (size_t i = 0, next = 0; i < arguments.size() && next < learned.size(); ++i) {
      if (!arguments[i].learned) continue;
      values_[i] = floats_of(learned[next++]);
      channels_ = std::max(channels_, static_cast<long>(values_[i].size()));
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
  static std::vector<float> floats_of(const at::Tensor& t) {
    const auto numbers = t.detach().to(at::kFloat).contiguous();
    return {numbers.data_ptr<float>(), numbers.data_ptr<float>() + numbers.numel()};
  }
  /// Of a row that learns several values of a name, [values, channels].
  void add_all(const std::vector<at::Tensor>& learned) {
    for (const auto& tensor : learned) {
      const auto numbers = floats_of(tensor);
      const long channels = tensor.size(-1);
      for (auto first = numbers.begin(); first != numbers.end(); first += channels)
        values_.emplace_back(first, first + channels);
      channels_ = std::max(channels_, channels);
    }
  }

  std::vector<std::vector<float>> values_;
  long channels_ = 1;
};

/// How many numbers a kernel of this site learns, over all names and values.
size_t count_learned(const ActivationChoice& choice, const std::vector<at::Tensor>& learned) {
  if (choice.frozen) return 0;
  long count = 0;
  for (const auto& tensor : learned) count += tensor.dim() == 2 ? tensor.size(0) : 1;
  return static_cast<size_t>(count);
}

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
  Site(const kernels::Kernel& k, ActivationChoice c, long d, at::Tensor y)
      : kernel(k), choice(std::move(c)), dimension(d), known(std::move(y)) {}
  const kernels::Kernel& kernel;
  const ActivationChoice choice;
  const long dimension;
  at::Tensor known;  // the values, on the way forward
};

/// The numbers of a site, shaped to broadcast over x, in its type.
std::vector<at::Tensor> broadcast(const Site& site, const at::Tensor& x,
                                  const std::vector<at::Tensor>& learned) {
  std::vector<at::Tensor> shaped;
  for (const auto& numbers : learned) {
    std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
    shape[static_cast<size_t>(site.dimension)] = numbers.size(-1);
    if (numbers.dim() == 2) shape.insert(shape.begin(), numbers.size(0));
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

/// The gradient of x, then one for each learned tensor, of the gradients of single numbers.
std::vector<at::Tensor> gathered(const std::vector<at::Tensor>& gradients,
                                 const std::vector<at::Tensor>& learned) {
  std::vector<at::Tensor> result = {gradients[0]};
  if (gradients.size() == 1) return result;
  auto next = gradients.begin() + 1;
  for (const auto& tensor : learned) {
    const long values = tensor.dim() == 2 ? tensor.size(0) : 1;
    result.push_back(at::cat(at::TensorList(&*next, static_cast<size_t>(values))).view(tensor.sizes()));
    next += values;
  }
  return result;
}

struct Fused : torch::autograd::Function<Fused> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            at::TensorList learned, const c10::intrusive_ptr<Site>& site) {
    const Table table(site->choice, learned.vec());
    auto y = std::exchange(site->known, {});
    if (!y.defined()) y = run_forward(site->kernel, table, Layout(x, site->dimension, table.channels()), x);
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
      gradients = gathered(
          run_backward(site->kernel, table, layout, kept, upper, count_learned(site->choice, learned)),
          learned);
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

namespace {

/// Whether x is something that kernels compute, and they are chosen.
bool for_kernels(const at::Tensor& x) {
  return chosen() == Kernels::fused && x.is_cpu() &&
         (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

}  // namespace

const kernels::Kernel* fitting_kernel(const ActivationChoice& choice, const at::Tensor& x, bool training) {
  const auto& row = *choice.row;
  if (row.kernel == nullptr || !for_kernels(x) || (row.random && training)) return nullptr;
  if (row.learned == nullptr) return row.kernel;
  if (choice.frozen) return nullptr;  // its numbers are not those of the choice
  size_t numbers = 0;
  for (const auto& learned : choice.learned()) numbers += learned.start.size();
  return row.kernel->numbers == numbers ? row.kernel : kernels::find_kernel(row.name, numbers);
}

const kernels::Gate* fitting_gate(const ActivationChoice& choice, const at::Tensor& x) {
  const bool may = choice.row->kind == Kind::multi_unit && for_kernels(x);
  return may ? kernels::find_gate(choice.row->name) : nullptr;
}

bool has_kernel(const Row& row) { return row.kernel != nullptr || kernels::find_gate(row.name) != nullptr; }

at::Tensor fused(const kernels::Kernel& kernel, const ActivationChoice& choice,
                 const std::vector<at::Tensor>& learned, long dimension, const at::Tensor& x,
                 const at::Tensor& known) {
  const auto dense = x.is_non_overlapping_and_dense() ? x : x.contiguous();
  const auto requires_grad = [](const at::Tensor& t) { return t.requires_grad(); };
  const bool graph = at::GradMode::is_enabled() &&
                     (x.requires_grad() || std::any_of(learned.begin(), learned.end(), requires_grad));
  if (graph)
    return Fused::apply(dense, at::TensorList(learned),
                        c10::make_intrusive<Site>(kernel, choice, dimension, known));
  if (known.defined()) return known;
  const Table table(choice, learned);
  return run_forward(kernel, table, Layout(dense, dimension, table.channels()), dense);
}

}  // namespace actlab

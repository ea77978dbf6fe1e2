#include "lib/activations/formula.h"

#include <fmt/format.h>
#include <torch/csrc/jit/api/compilation_unit.h>
#include <torch/csrc/jit/frontend/error_report.h>
#include <torch/csrc/jit/frontend/resolver.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/torch.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <numeric>

#include "lib/activations/formula_source.h"
#include "lib/core/error.h"

namespace actlab {
namespace {

namespace jit = torch::jit;

constexpr double largest_constant = 1e6;

/// A function of a formula, as the compiler calls it.
class Operation : public jit::SugaredValue {
 public:
  explicit Operation(const FormulaFunction& function) : function_(function) {}
  std::string kind() const override { return "function"; }

  std::shared_ptr<jit::SugaredValue> call(const jit::SourceRange& place, jit::GraphFunction& caller,
                                          at::ArrayRef<jit::NamedValue> arguments,
                                          at::ArrayRef<jit::NamedValue>, size_t) override {
    auto& graph = *caller.graph();
    std::vector<jit::NamedValue> values;
    for (const auto& argument : arguments) {
      auto* value = argument.value(graph);
      const bool number = value->type()->isSubtypeOf(*c10::FloatType::get());
      values.emplace_back(number && !function_.numbers ? as_tensor(graph, value) : value);
    }
    const auto symbol = c10::Symbol::fromQualString("aten::" + function_.operation);
    return std::make_shared<jit::SimpleValue>(graph.insert(symbol, values, {}, place));
  }

 private:
  /// Without dimensions, in the type and on the device of x.
  static jit::Value* as_tensor(jit::Graph& graph, jit::Value* number) {
    return graph.insert(c10::aten::new_full, {graph.inputs()[0], std::vector<int64_t>{}, number});
  }

  const FormulaFunction& function_;
};

/// Knows the functions of formulas and no other name.
struct Functions : jit::Resolver {
  std::shared_ptr<jit::SugaredValue> resolveValue(const std::string& name, jit::GraphFunction&,
                                                  const jit::SourceRange&) override {
    for (const auto& function : formula_functions()) {
      if ("_" + function.name == name) return std::make_shared<Operation>(function);
    }
    return nullptr;
  }
};

/// What the compiler or the interpreter says, with its place in the formula where it gives one: a line of
/// '~' ends in an arrow, below a line of the script.
Error translated(const FormulaSource& source, const std::string& message) {
  const std::string mark = "RuntimeError: ";
  const auto runtime = message.find(mark);
  auto start = runtime == std::string::npos ? message.find_first_not_of('\n') : runtime + mark.size();
  start = std::min(start, message.size());
  const auto what =
      "the formula does not compute: " + message.substr(start, message.find('\n', start) - start);

  const auto arrow = message.find(" <--- HERE");
  if (arrow == std::string::npos) return usage_error(what, "'" + source.formula + "'");
  const auto line = message.rfind('\n', arrow) + 1;
  const auto column = message.find('~', line) - line;
  const auto place = source.script.find('\n') + 1 + column;
  return formula_error(what, source.formula, place < source.places.size() ? source.places[place] : 0);
}

/// The result as it is. The incoming gradient is laid out as the result is before it goes on: behind gelu,
/// LibTorch 1.13 takes that for granted (families::gelu_gradient).
struct InOrder : torch::autograd::Function<InOrder> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& y) {
    context->saved_data["format"] = static_cast<int64_t>(y.suggest_memory_format());
    return y.view_as(y);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto format = static_cast<at::MemoryFormat>(context->saved_data["format"].toInt());
    return {gradients[0].contiguous(format)};
  }
};

/// A compiled formula. Copies share the code.
class Formula {
 public:
  explicit Formula(const FormulaSource& source) : unit_(std::make_shared<jit::CompilationUnit>()) {
    code_ = unit_->define({}, source.script, std::make_shared<Functions>(), nullptr).front();
  }

  at::Tensor operator()(const at::Tensor& x, const std::vector<at::Tensor>& constants) const {
    // The optimiser would rewrite the graph after some calls: other roundings, no second derivative.
    const jit::GraphOptimizerEnabledGuard as_written(false);
    jit::Stack stack{x};
    stack.insert(stack.end(), constants.begin(), constants.end());
    code_->run(stack);
    return InOrder::apply(stack.back().toTensor());
  }

 private:
  std::shared_ptr<jit::CompilationUnit> unit_;
  jit::Function* code_;
};

/// x from -3 to 3 and the constants, one a channel, of this shape and type; all want gradients.
std::vector<at::Tensor> trial_inputs(const std::vector<Argument>& constants, const std::vector<long>& shape,
                                     at::ScalarType type) {
  const long count = std::accumulate(shape.begin(), shape.end(), 1L, std::multiplies<>());
  std::vector<at::Tensor> inputs = {torch::linspace(-3, 3, count, at::kDouble).to(type).view(shape)};
  for (const auto& constant : constants) {
    std::vector<long> channels(shape.size(), 1);
    channels[1] = shape[1];
    inputs.push_back(torch::full(channels, constant.fallback, type));
  }
  for (const auto& input : inputs) input.requires_grad_();
  return inputs;
}

/// Throws unless `y` is a value of the formula for `x` that training can use.
void check_value(const at::Tensor& y, const at::Tensor& x, const std::string& given) {
  if (y.scalar_type() == at::kBool) {
    throw usage_error("the formula gives truth values rather than numbers", given, "a number for every x",
                      "where(comparison, value, other value)");
  }
  if (y.scalar_type() != x.scalar_type() || y.sizes() != x.sizes()) {
    throw usage_error("the formula does not keep the shape and type of x", given);
  }
  if (y.numel() > 0 && !y.isfinite().any().item<bool>()) {
    throw usage_error("the formula has no finite value between -3 and 3", given);
  }
}

/// Throws when the formula is no differentiable function on inputs of this kind.
void check_on(const Formula& formula, const FormulaSource& source, const std::vector<Argument>& constants,
              const std::vector<long>& shape, at::ScalarType type) {
  const auto inputs = trial_inputs(constants, shape, type);
  const auto y = formula(inputs[0], {inputs.begin() + 1, inputs.end()});
  const auto given = "'" + source.formula + "'";
  check_value(y, inputs[0], given);
  const auto gradients = y.requires_grad() ? torch::autograd::grad({y.sum()}, inputs, {}, false, false, true)
                                           : std::vector<at::Tensor>(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (gradients[i].defined()) continue;
    const auto name = i == 0 ? "x" : constants[i - 1].name;
    throw usage_error(fmt::format("the formula has no derivative with respect to {}", name), given, "",
                      i == 0 ? "" : "write the number itself: it cannot be learned");
  }
}

void check(const Formula& formula, const FormulaSource& source, const std::vector<Argument>& constants) {
  const c10::AutoGradMode with_gradients(true);
  for (const auto type : {at::kDouble, at::kFloat}) {
    for (const auto& shape : {std::vector<long>{3, 4}, {2, 3, 4, 5}, {0, 4}}) {
      check_on(formula, source, constants, shape, type);
    }
  }
}

std::vector<Argument> constants_of(const Spec& spec) {
  std::vector<Argument> constants;
  for (const auto& [name, text] : spec.arguments) {
    if (name == "formula") continue;
    const double start = number_argument(spec, name, 0, -largest_constant, largest_constant);
    constants.push_back({name, start, -largest_constant, largest_constant, /*learned=*/true});
  }
  return constants;
}

Formula compile(const FormulaSource& source, const std::vector<Argument>& constants) {
  try {
    Formula formula(source);
    check(formula, source, constants);
    return formula;
  } catch (const Error&) {
    throw;
  } catch (const c10::Error& error) {
    throw translated(source, error.what_without_backtrace());
  } catch (const std::exception& error) {
    throw translated(source, error.what());
  }
}

/// `spec` has the formula and its constants only.
Row make_row(const Spec& spec) {
  std::vector<std::string> names;
  for (const auto& [name, text] : spec.arguments) {
    if (name != "formula") names.push_back(name);
  }
  // Names before numbers: a misspelt `shared=true` is an unknown name rather than a strange number.
  const auto source = translate_formula(spec.arguments.at("formula"), names);
  Row row;
  row.name = formula_name;
  row.formula = source.formula;
  row.arguments = constants_of(spec);
  row.origin = "a formula of the user's";
  row.range = "(not known)";
  row.function = [formula = compile(source, row.arguments)](const at::Tensor& x, const Call& call) {
    const bool precise = x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble;
    if (precise) return formula(x, call.parameters);
    auto constants = call.parameters;
    for (auto& constant : constants) constant = constant.to(at::kFloat);
    return formula(x.to(at::kFloat), constants).to(x.scalar_type());
  };
  return row;
}

}  // namespace

const Row* formula_row(const Spec& spec) {
  static std::mutex mutex;
  // Never destroyed: compiled code must not outlive LibTorch's own tables at the end of the program.
  static auto& rows = *new std::map<std::string, Row>;
  if (spec.arguments.count("formula") == 0) {
    throw usage_error("a formula is missing", "'" + spec.text() + "'", "expr:FORMULA",
                      "expr:x * sigmoid(1.5 * x)");
  }
  auto constants = spec;
  for (const auto* key : {"shared", "frozen"}) constants.arguments.erase(key);
  const std::lock_guard<std::mutex> lock(mutex);
  const auto text = constants.text();
  const auto found = rows.find(text);
  return found != rows.end() ? &found->second : &rows.emplace(text, make_row(constants)).first->second;
}

}  // namespace actlab

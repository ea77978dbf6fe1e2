#pragma once

// What a kernel is to the rest of the program. No header of LibTorch: kernels compile fast, and once for
// every instruction set.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace actlab::kernels {

/// The numbers of a row during a loop, in the order of its arguments.
struct Arguments {
  const float* const* values;    // each one number, or `count` of them where `along`
  bool along = false;            // numbers change from one element to the next (channels last)
  float* const* sums = nullptr;  // where the gradients of learned numbers are added, laid out like the
                                 // values; null where nobody asks
};

/// One row in loops over floats that lie side by side. In place is safe: the result may stand where an input
/// does.
struct Kernel {
  const char* row;
  bool keeps_output;  // the way back starts from the result instead of the input

  void (*forward)(const float* x, float* y, size_t count, const Arguments& arguments);
  /// gradient = upper·f'; `kept` is the input or the output.
  void (*backward)(const float* kept, const float* upper, float* gradient, size_t count,
                   const Arguments& arguments);
  size_t numbers = 0;  // how many it takes
};

/// A gated linear unit, a·f(b), of two halves of an input.
struct Gate {
  const char* row;
  void (*forward)(const float* a, const float* b, float* y, size_t count);
  void (*backward)(const float* a, const float* b, const float* upper, float* a_gradient, float* b_gradient,
                   size_t count);
};

/// The kernel of this row for the best instruction set of this machine; null without one. A row may have
/// several, each for so many numbers.
const Kernel* find_kernel(const std::string& row);
const Kernel* find_kernel(const std::string& row, size_t numbers);
/// The same for gated linear units.
const Gate* find_gate(const std::string& row);

/// Between storage and arithmetic.
void widen(const uint16_t* bfloat16, float* x, size_t count);
void narrow(const float* x, uint16_t* bfloat16, size_t count);  // rounds to nearest, ties to even

/// "AVX3", "AVX2", …: the instruction set that is used.
std::string instruction_set();

/// Whether loops ask for every line of memory ahead, or for one a page. `relu` of 6.4 million floats takes
/// 0.67 to 0.75 of the time with every line on an Intel Xeon, where one a page was not tried; on an AMD EPYC
/// (Zen 5) 0.75 with one a page, and with every line as long as with none. So AMD's get one a page.
bool asks_for_every_line();

// The table, family by family.
std::vector<Kernel> sigmoidal();
std::vector<Kernel> rectified();
std::vector<Kernel> exponential_rows();
std::vector<Kernel> gated();
std::vector<Kernel> periodic();
std::vector<Kernel> adaptive();
std::vector<Gate> gates();

}  // namespace actlab::kernels

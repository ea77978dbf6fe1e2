#pragma once

#include <string>
#include <vector>

#include "lib/activations/catalogue.h"

namespace actlab {

/// Median and quartiles of a measurement that was repeated.
struct Quartiles {
  double low, median, high;
};
Quartiles quartiles_of(std::vector<double> values);

/// One way to compute an activation, in one direction, for tensors of one size.
struct Speed {
  std::string name;  // canonical
  std::string pass;  // forward, backward
  long elements;
  std::string implementation;  // fused; libtorch: its one operator; composed: of elementary operators
  Quartiles nanoseconds_per_element;
  double copy_nanoseconds;     // of a copy of the same traffic, an element; median
  Quartiles fraction_of_copy;  // of the bandwidth of a copy; a backward pass moves three floats an element, a
                               // copy two
  Quartiles times_fused;       // time as a multiple of the fused kernel's; NaN where there is none
  long bytes_saved;            // what the graph keeps alive for the way back
  long bytes_peak;  // the most that a step forwards and backwards needs at a time, with the input that
                    // the layer before has computed and the gradient that it gets
};

struct SpeedOptions {
  std::vector<long> elements;  // sizes, rounded to whole feature maps
  int rounds = 9;
  double seconds_a_round = 0.002;  // small tensors are computed repeatedly until that has passed
};

/// What this machine can do on the threads that are set.
struct Roofline {
  struct Copy {
    long elements;
    Quartiles gigabytes_per_second;  // read and written
  };
  std::vector<Copy> copies;
  Quartiles matrix_gigaflops;  // product of two 1024 × 1024 matrices, float32
};
Roofline measure_roofline(const SpeedOptions& options);

/// Times every implementation of a choice, float32 on the CPU, in turns, so that whatever else the machine
/// does meets all of them. Ratios are taken in each turn.
std::vector<Speed> measure_speed(const ActivationChoice& choice, const SpeedOptions& options);

}  // namespace actlab

#pragma once

#include <vector>

#include "lib/statistics/moments.h"

namespace actlab {

/// Upper quantile of Student's distribution: the t that is exceeded with probability `upper` with count − 1
/// degrees of freedom. count ≥ 2.
double t_quantile(double upper, long count);

/// Two-sided p-value of the t test of mean 0 (Student 1908); NaN below two values, 1 when all are 0, 0 when
/// they are all the same other number.
double t_test(const Moments& sample);

/// p-value of equivalence: two one-sided t tests of mean ≤ −threshold and of mean ≥ threshold, the larger of
/// their p-values (Schuirmann 1987). Below α it says that the mean lies within (−threshold, threshold); that
/// is when the t interval of level 1 − 2α lies within. NaN below two values; without spread 0 inside and 1
/// elsewhere. `threshold` ≥ 0 and finite, else std::invalid_argument.
double equivalence_test(const Moments& sample, double threshold);

/// p-values adjusted for the number of tests so that the chance of even one false alarm stays below the level
/// (Holm 1979), in the order given. NaN stands for a test that was not made: it stays NaN and is not counted.
std::vector<double> holm(const std::vector<double>& p_values);

}  // namespace actlab

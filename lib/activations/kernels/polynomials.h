#pragma once

// Made by fit_polynomials.py. Coefficients of the powers 0, 1, 2 …

namespace actlab::kernels::polynomials {

/// (e^r - 1 - r)/r^2; error 1.9e-09
inline constexpr float exponential[] = {0.5f,           0.166666672f,   0.0416664556f,
                                        0.00833331048f, 0.00139345322f, 0.000198919704f};

/// (ln(1 + f) - f + f^2/2)/f^3; error 3.4e-09
inline constexpr float logarithm[] = {0.333333313f,  -0.24999997f, 0.200007156f,  -0.166678026f, 0.142490581f,
                                      -0.124256872f, 0.116854198f, -0.114797339f, 0.0697161183f};

/// (atan x - x)/x^3 of x^2; error 1.4e-08
inline constexpr float arctangent[] = {-0.333333343f,   0.199999496f,  -0.142840043f,  0.110882618f,
                                       -0.089318268f,   0.0703191459f, -0.0489605144f, 0.0263050012f,
                                       -0.00914462935f, 0.00148869189f};

/// (erf x)/x - 1.128379 of x^2; error 6.1e-09
inline constexpr float error_function[] = {1.78536027e-07f, -0.37612626f,    0.112835944f,   -0.0268542115f,
                                           0.00518908724f,  -0.00080168643f, 7.87587487e-05f};

/// (1 + 2x) e^(x^2) erfc x of (x - 2)/(x + 2); error 3.1e-08
inline constexpr float complement[] = {1.27697837f,     -0.0927638188f,   -0.166031092f,   0.164050505f,
                                       -0.0542119965f,  -0.0080247391f,   0.00868925266f,  0.00123050355f,
                                       -0.00139580539f, -0.000370928843f, 0.000160840471f, 6.80753292e-05f};

/// (sin x - x)/x^3 of x^2; error 3.4e-09
inline constexpr float sine[] = {-0.166666672f, 0.00833333191f, -0.00019840087f, 2.72499256e-06f};

/// (cos x - 1 + x^2/2)/x^4 of x^2; error 8.4e-10
inline constexpr float cosine[] = {0.0416666642f, -0.00138883025f, 2.45479423e-05f};

}  // namespace actlab::kernels::polynomials

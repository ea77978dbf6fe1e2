#pragma once

// Made by fit_polynomials.py. Coefficients of the powers 0, 1, 2 …

namespace actlab::kernels::polynomials {

/// (e^r - 1 - r)/r^2; error 1.4e-08
inline constexpr float exponential[] = {0.49999997f, 0.166665465f, 0.0416674353f, 0.00836625881f,
                                        0.00138706539f};

/// (ln(1 + f) - f)/f^2; error 4.2e-09
inline constexpr float logarithm[] = {-0.499999881f, 0.333333224f,  -0.250016034f,
                                      0.200022072f,  -0.166088715f, 0.141773954f,
                                      -0.132399529f, 0.129300937f,  -0.0766009837f};

/// (ln(1 + u) - u)/u^2; error 5.3e-09
inline constexpr float logarithm_of_part[] = {-0.499999315f,  0.333304644f,  -0.249580204f,
                                              0.196921229f,   -0.153449923f, 0.106614254f,
                                              -0.0574614108f, 0.0200892109f, -0.00329130725f};

/// (atan x - x)/x^3 of x^2; error 2.6e-09
inline constexpr float arctangent[] = {-0.333332986f,  0.199985296f,   -0.142640144f,
                                       0.109508611f,   -0.0839920864f, 0.0578789152f,
                                       -0.0310936309f, 0.0108663626f,  -0.00178217597f};

/// (erf x)/x - 1 of x^2; error 3.4e-09
inline constexpr float error_near[] = {0.128379166f,   -0.376126081f,  0.112831622f,
                                       -0.0268222429f, 0.00508686574f, -0.000654224947f};

/// (ln erfc x)/x; error 3.4e-09
inline constexpr float error_far[] = {-1.12853396f,  -0.635650933f,   -0.10535197f,
                                      0.0229485407f, -0.00323344581f, 0.000216252098f};

/// (x + 3.375) e^(x^2/2) Phi(-x) of (x - 3.375)/(x + 3.375); error 9.2e-09
inline constexpr float normal_tail[] = {0.741080284f,   -0.552992225f,  0.295376003f,    -0.0983843654f,
                                        0.00871733855f, 0.00782451499f, -0.00224282732f, -0.00084549404f,
                                        0.0002985881f,  0.000126939864f};

/// ((x - tanh x)/x^3 - 1/3)/x^2 of x^2; error 1.6e-09
inline constexpr float tangent_rest[] = {-0.133333281f,   0.0539666153f,  -0.0218520053f,  0.0087731611f,
                                         -0.00333652413f, 0.00103425083f, -0.000179920826f};

/// (tanh x - x)/x^3 of x^2; error 4.7e-09
inline constexpr float tangent_of_part[] = {-0.333332956f,  0.133323461f,   -0.0538798496f,  0.0214867033f,
                                            -0.0079460796f, 0.00230129389f, -0.000358420511f};

/// (e^r - 1 - r - r^2/2)/r^3; error 1.0e-10
inline constexpr float exponential_rest[] = {0.166666672f, 0.041666463f, 0.00833320338f, 0.00139350805f,
                                             0.000199481685f};

/// (sin x - x)/x^3 of x^2; error 1.6e-10
inline constexpr float sine[] = {-0.166666672f, 0.0083333794f, -0.000198530659f, 2.83254781e-06f};

/// (cos x - 1 + x^2/2)/x^4 of x^2; error 1.2e-10
inline constexpr float cosine[] = {0.0416666456f, -0.00138873095f, 2.44323273e-05f};

/// (sin^2 x)/x^2 of x^2; error 2.2e-10
inline constexpr float squared_sine[] = {1.0f, -0.333333254f, 0.0444434732f, -0.00317058293f,
                                         0.000134190181f};

}  // namespace actlab::kernels::polynomials

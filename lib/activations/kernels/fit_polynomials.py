#!/usr/bin/python3
"""Fits the polynomials of functions-inl.h and writes polynomials.h: ./fit_polynomials.py > polynomials.h

Each is the interpolation at Chebyshev's nodes, with 50 digits, rounded to float32. The comment behind each says the
largest error that the polynomial leaves in the function that is built with it, as part of that function.
"""
from mpmath import mp, mpf, atan, chebyfit, cos, erf, erfc, exp, expm1, log1p, pi, polyval, sin, sqrt
import struct

mp.dps = 50


def rounded(number):
    return struct.unpack("f", struct.pack("f", float(number)))[0]


# name, how the function follows from the polynomial's value p at its variable v, interval of v, degree, meaning
TABLE = [
    ("exponential", lambda r: (expm1(r) - r) / r**2, lambda r, p: r + r * r * p, expm1, -0.35, 0.35, 5,
     "(e^r - 1 - r)/r^2"),
    ("logarithm", lambda f: (log1p(f) - f + f * f / 2) / f**3, lambda f, p: f - f * f / 2 + f**3 * p, log1p,
     sqrt(0.5) - 1, sqrt(2) - 1, 8, "(ln(1 + f) - f + f^2/2)/f^3"),
    ("arctangent", lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z, lambda z, p: sqrt(z) * (1 + z * p),
     lambda z: atan(sqrt(z)), mpf("1e-9"), 1, 9, "(atan x - x)/x^3 of x^2"),
    ("error_function", lambda z: erf(sqrt(z)) / sqrt(z) - mpf(rounded(1.128379)), lambda z, p: sqrt(z) * (mpf(rounded(1.128379)) + p),
     lambda z: erf(sqrt(z)), mpf("1e-9"), 1, 6, "(erf x)/x - 1.128379 of x^2"),
    ("complement", lambda q: None, None, None, -1, mpf("0.999999"), 11, "(1 + 2x) e^(x^2) erfc x of (x - 2)/(x + 2)"),
    ("sine", lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, lambda z, p: sqrt(z) * (1 + z * p),
     lambda z: sin(sqrt(z)), mpf("1e-9"), (pi / 4)**2, 3, "(sin x - x)/x^3 of x^2"),
    ("cosine", lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, lambda z, p: 1 - z / 2 + z * z * p,
     lambda z: cos(sqrt(z)), mpf("1e-6"), (pi / 4)**2, 2, "(cos x - 1 + x^2/2)/x^4 of x^2"),
]


def scaled_complement(q):
    x = 2 * (1 + q) / (1 - q)
    value = exp(x * x) * erfc(x) if x < 1000 else (1 - 1 / (2 * x * x)) / (x * sqrt(pi))
    return (1 + 2 * x) * value


def main():
    print("#pragma once\n\n// Made by fit_polynomials.py. Coefficients of the powers 0, 1, 2 …\n")
    print("namespace actlab::kernels::polynomials {\n")
    for name, target, build, function, low, high, degree, meaning in TABLE:
        if name == "complement":
            target, build, function = scaled_complement, lambda q, p: p, scaled_complement
        coefficients = [rounded(c) for c in chebyfit(target, [low, high], degree + 1)]
        # Chebyshev's points of the interval, in which the error swings
        points = [(low + high) / 2 + (high - low) / 2 * cos(pi * (k + mpf("0.5")) / 400) for k in range(400)]
        worst = max(abs(build(v, polyval(coefficients, v)) / function(v) - 1) for v in points)
        numbers = ", ".join(f"{c:.9g}f" if "." in f"{c:.9g}" or "e" in f"{c:.9g}" else f"{c:.9g}.0f" for c in reversed(coefficients))
        print(f"/// {meaning}; error {float(worst):.1e}")
        print(f"inline constexpr float {name}[] = {{{numbers}}};\n")
    print("}  // namespace actlab::kernels::polynomials")


main()

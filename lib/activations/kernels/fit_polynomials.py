#!/usr/bin/python3
"""Fits the polynomials of functions-inl.h and writes polynomials.h: ./fit_polynomials.py > polynomials.h

Each is the one whose largest error is least, weighted as the row says, found by Lawson's iteration (Lawson 1961).
Its coefficients are rounded to float32 one after the other, the lowest power first, and what is left is fitted again
after each. The comment behind a polynomial says the largest error of the function that is built with it, as a part of
that function, before the rounding of its arithmetic.
"""
import numpy as np
from mpmath import atan, cos, erf, erfc, exp, expm1, log, log1p, mp, mpf, ncdf, pi, sin, sqrt, tanh

mp.dps = 40
SCALE = mpf("3.375")  # chosen so that little is lost by rounding


def tail(q):
    x = 2 * SCALE / (1 - q) - SCALE
    return ncdf(-x) * exp(x * x / 2) * (x + SCALE)


# name; the polynomial's target at v; how much an error of it counts there; interval of v; degree; meaning
TABLE = [
    ("exponential", lambda r: (expm1(r) - r) / r**2, lambda r: r * r / expm1(r), "-0.3467", "0.3467", 4,
     "(e^r - 1 - r)/r^2"),
    ("logarithm", lambda f: (log1p(f) - f) / f**2, lambda f: f * f / log1p(f), sqrt(mpf("0.5")) - 1, sqrt(mpf(2)) - 1,
     8, "(ln(1 + f) - f)/f^2"),
    ("logarithm_of_part", lambda u: (log1p(u) - u) / u**2, lambda u: u * u / log1p(u), "1e-9", 1, 8,
     "(ln(1 + u) - u)/u^2"),
    ("arctangent", lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z * sqrt(z) / atan(sqrt(z)), "1e-9", 1, 8,
     "(atan x - x)/x^3 of x^2"),
    ("error_near", lambda z: erf(sqrt(z)) / sqrt(z) - 1, lambda z: sqrt(z) / erf(sqrt(z)), "1e-9", "0.64", 5,
     "(erf x)/x - 1 of x^2"),
    ("error_far", lambda x: log(erfc(x)) / x, lambda x: x * erfc(x) / erf(x), "0.8", 4, 5, "(ln erfc x)/x"),
    ("normal_tail", tail, lambda q: 1 / tail(q), -1, 1 - 2 * SCALE / (mpf("18.7") + SCALE), 9,
     f"(x + {float(SCALE)}) e^(x^2/2) Phi(-x) of (x - {float(SCALE)})/(x + {float(SCALE)})"),
    ("tangent_rest", lambda z: ((1 - tanh(sqrt(z)) / sqrt(z)) / z - mpf(1) / 3) / z,
     lambda z: z * z * sqrt(z) / (sqrt(z) - tanh(sqrt(z))), "1e-9", "0.811", 6, "((x - tanh x)/x^3 - 1/3)/x^2 of x^2"),
    ("tangent_of_part", lambda z: (tanh(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z * sqrt(z) / tanh(sqrt(z)), "1e-9", 1, 6,
     "(tanh x - x)/x^3 of x^2"),
    ("exponential_rest", lambda r: (expm1(r) - r - r**2 / 2) / r**3, lambda r: r**3, "-0.3467", "0.3467", 4,
     "(e^r - 1 - r - r^2/2)/r^3"),
    ("sine", lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z * sqrt(z) / sin(sqrt(z)), "1e-9", (pi / 4)**2, 3,
     "(sin x - x)/x^3 of x^2"),
    ("cosine", lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, lambda z: z * z / cos(sqrt(z)), "1e-6", (pi / 4)**2, 2,
     "(cos x - 1 + x^2/2)/x^4 of x^2"),
    ("squared_sine", lambda z: sin(sqrt(z))**2 / z, lambda z: z, "1e-9", (pi / 4)**2, 4, "(sin^2 x)/x^2 of x^2"),
]


def lawson(matrix, target, weight):
    """Least squares, again and again, each time with more weight where the error was large."""
    emphasis = np.ones(len(target)) / len(target)
    best, least = None, np.inf
    for _ in range(300):
        rows = weight * np.sqrt(emphasis)
        found = np.linalg.lstsq(matrix * rows[:, None], target * rows, rcond=None)[0]
        error = abs(weight * (matrix @ found - target))
        if error.max() < least:
            best, least = found, error.max()
        emphasis *= error
        emphasis /= emphasis.sum()
    return best


def fit(target, weight, low, high, degree):
    low, high = mpf(low), mpf(high)
    points = [(low + high) / 2 + (high - low) / 2 * cos(pi * (k + mpf("0.5")) / 400) for k in range(400)]
    v = np.array([float(p) for p in points])
    goal = np.array([float(target(p)) for p in points])
    counts = np.array([abs(float(weight(p))) for p in points])
    span = max(abs(v))
    powers = np.vander(v / span, degree + 1, increasing=True)
    coefficients, rest = [], goal
    for power in range(degree + 1):
        free = lawson(powers[:, power:], rest, counts)
        coefficients.append(float(np.float32(free[0] / span**power)))
        rest = rest - coefficients[-1] * v**power
    return coefficients, max(abs(counts * rest))


def main():
    print("#pragma once\n\n// Made by fit_polynomials.py. Coefficients of the powers 0, 1, 2 …\n")
    print("namespace actlab::kernels::polynomials {\n")
    for name, target, weight, low, high, degree, meaning in TABLE:
        coefficients, worst = fit(target, weight, low, high, degree)
        numbers = ", ".join(f"{c:.9g}f" if "." in f"{c:.9g}" or "e" in f"{c:.9g}" else f"{c:.9g}.0f"
                            for c in coefficients)
        print(f"/// {meaning}; error {worst:.1e}")
        print(f"inline constexpr float {name}[] = {{{numbers}}};\n")
    print("}  // namespace actlab::kernels::polynomials")


if __name__ == "__main__":
    main()

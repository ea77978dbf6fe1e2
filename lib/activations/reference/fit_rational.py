#!/usr/bin/python3
"""Where the rational row starts: P₅/(1 + |Q₄|) fitted to known functions.

usage: fit_rational.py

Prints the tables of adaptive.cpp and adaptive.py. Least squares on 6001 even points of [−3, 3]; the best of several
random starts, because the fit has local minima. Q is b₂x² + b₄x⁴ with b₂, b₄ ≥ 0: each of these functions is even but
for a line, or odd but for a constant, so odd powers would win nothing, and where Q does not change its sign the
function has no kinks. The identity is a case of the form itself: x(1 + x² + x⁴)/(1 + x² + x⁴).
"""

import numpy
from scipy import optimize, special

X = numpy.linspace(-3, 3, 6001)

TARGETS = {
    "leaky_relu": numpy.where(X > 0, X, 0.01 * X),
    "tanh": numpy.tanh(X),
    "sigmoid": special.expit(X),
    "silu": X * special.expit(X),
}


def rational(numerator, denominator):
    return numpy.polyval(numerator[::-1], X) / (1 + abs(numpy.polyval([*denominator[::-1], 0], X)))


def split(roots):
    """From free parameters to a₀ … a₅ and b₁ … b₄."""
    return roots[:6], numpy.array([0, roots[6]**2, 0, roots[7]**2])


def fit(target):
    generator = numpy.random.default_rng(1)
    tries = [optimize.least_squares(lambda roots: rational(*split(roots)) - target, generator.normal(0, 0.5, 8),
                                    xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=5000) for _ in range(12)]
    return split(min(tries, key=lambda result: result.cost).x)


def digits(numbers):
    """Seven of them, as many as float32 holds; what is noise of the fit is 0."""
    return ", ".join(f"{number:.7g}" if abs(number) > 1e-9 else "0" for number in numbers)


def main():
    for name, target in TARGETS.items():
        starts = fit(target)
        error = abs(rational(*starts) - target).max()
        numerator, denominator = map(digits, starts)
        print(f"{{{{{numerator}}}, {{{denominator}}}}},  // {name}, within {error:.2g}")
        print(f'    "{name}": (({numerator}), ({denominator})),')


if __name__ == "__main__":
    main()

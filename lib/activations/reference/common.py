"""What the families share: the points, derivatives, limits and moments of a reference row, all with mpmath."""

import dataclasses
import random
import struct
import typing

import mpmath as mp

DIGITS = 50


def single(x):
    """The float32 next to x: the same input in every type."""
    return struct.unpack("f", struct.pack("f", x))[0]


def make_points():
    """±0 and its neighbourhood, ordinary numbers, where exponentials leave float32, and the ends of its range."""
    special = [0.0, 1e-40, 1e-8, 1e-4, 0.03, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 6.0, 8.0, 12.0, 20.0, 25.0, 50.0, 88.0,
               100.0, 1e4, 1e19, 3e38]
    generator = random.Random(1)
    drawn = [generator.uniform(-10, 10) for _ in range(200)]
    return [single(x) for x in [sign * x for x in special for sign in (1, -1)] + drawn]


POINTS = make_points()


@dataclasses.dataclass
class Row:
    """One function. `kinks`: points without a derivative, or jumps. `limits`: its values at −∞ and +∞, None where there
    is no limit. `slope`: the derivative, where differences would be inaccurate."""
    f: typing.Callable
    limits: tuple
    kinks: tuple = ()
    slope: typing.Callable = None


# mpmath has no bounds on exponents, so exp(3e38) would take all memory. Beyond ±10⁵ nothing changes in 50 digits.
def exp(x):
    return mp.exp(min(max(mp.mpf(x), mp.mpf(-10**5)), mp.mpf(10**5)))


def sigmoid(x):
    return 1 / (1 + exp(-x))


def tanh(x):
    return mp.tanh(clamp(x, -10**5, 10**5))


def softplus(x):
    return x + mp.log1p(exp(-x)) if x > 0 else mp.log1p(exp(x))


def relu(x):
    return max(mp.mpf(0), mp.mpf(x))


def clamp(x, low, high):
    return min(max(mp.mpf(x), mp.mpf(low)), mp.mpf(high))


def slope(row, x):
    """The derivative at x: None at a kink; beside one, from the side of x."""
    x = mp.mpf(x)
    if any(x == kink for kink in row.kinks):
        return None
    if row.slope is not None:
        return row.slope(x)
    with mp.workdps(3 * DIGITS):
        step = mp.mpf(10)**-DIGITS * max(1, abs(x))
        return (row.f(x + step) - row.f(x - step)) / (2 * step)


def normal_mean(g, kinks):
    """E[g(x)] for a standard normal x."""
    with mp.workdps(18):
        return mp.quad(lambda x: g(x) * mp.npdf(x), sorted({-12, -6, -2, 0, 2, 6, 12} | set(kinks)))


def gain(row):
    """The moments that initialisation needs."""
    def slope_between(x):
        result = slope_at_low_precision(row, x)
        return result * result
    square, slope_square = normal_mean(lambda x: row.f(x)**2, row.kinks), normal_mean(slope_between, row.kinks)
    return {"forward": float(1 / mp.sqrt(square)), "backward": float(1 / mp.sqrt(slope_square)),
            "mean": float(normal_mean(row.f, row.kinks))}


def slope_at_low_precision(row, x):
    if row.slope is not None:
        return row.slope(x)
    with mp.workdps(40):
        step = mp.mpf(10)**-15
        low, high = x - step, x + step
        if any(low <= kink <= x for kink in row.kinks):
            low = x
        elif any(x <= kink <= high for kink in row.kinks):
            high = x
        return (row.f(high) - row.f(low)) / (high - low)


def number(value):
    """For JSON, which knows no infinities: texts for them; None where there is no value."""
    if value is None:
        return None
    result = float(value)
    return result if abs(result) != float("inf") else ("inf" if result > 0 else "-inf")


def reference(row):
    mp.mp.dps = DIGITS
    return {"values": [number(row.f(mp.mpf(x))) for x in POINTS], "slopes": [number(slope(row, x)) for x in POINTS],
            "limits": [number(limit) for limit in row.limits], "gain": gain(row)}

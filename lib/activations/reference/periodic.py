"""Waves, and other functions that go up and down."""

import mpmath as mp

from common import Row, sigmoid, tanh

INF = mp.inf


def snake(alpha):
    alpha = mp.mpf(alpha)
    return Row(lambda x: x + mp.sin(alpha * x)**2 / alpha, (-INF, INF))


def sinlu(a, b):
    a, b = mp.mpf(a), mp.mpf(b)
    return Row(lambda x: (x + a * mp.sin(b * x)) * sigmoid(x), (0, INF))


# Where x = σ(x).
CROSSING = mp.findroot(lambda x: x - sigmoid(x), 0.66)

ROWS = {
    "sin": Row(mp.sin, (None, None)),
    "snake": snake(1),
    "snake:alpha=0.5": snake("0.5"),
    "snake:alpha=0.25,learned=true": snake("0.25"),
    "gcu": Row(lambda x: x * mp.cos(x), (None, None)),
    "sinlu": sinlu(1, 1),
    "sinlu:a=2,b=0.5": sinlu(2, "0.5"),
    "cosper": Row(lambda x: mp.cos(x) - x, (INF, -INF)),
    "min_sin": Row(lambda x: min(x, mp.sin(x)), (-INF, None)),
    "max_sigmoid": Row(lambda x: max(x, sigmoid(x)), (0, INF), (CROSSING,)),
    "max_tanh": Row(lambda x: max(x, tanh(x)), (-1, INF)),
    "cube": Row(lambda x: x**3, (-INF, INF), (), lambda x: 3 * x * x),
}

"""Functions that see the rest of the sample or the batch, or learn their whole shape, as they start.

dice: in evaluation, with the running mean 0 and variance 1 at which it starts. frelu: with the window 0 at which it
starts. abrelu only has moments: in a wide layer the mean of a standard normal sample is 0, and what is left is relu.
"""

import mpmath as mp

from common import Row, relu, sigmoid

INF = mp.inf


def arelu(alpha, beta):
    above, below = 1 + sigmoid(mp.mpf(beta)), mp.mpf(alpha)
    return Row(lambda x: (above if x > 0 else below) * x, (-INF, INF), (0,))


def apl(hinges, a="0"):
    a, places = mp.mpf(a), [mp.mpf(2 * i + 1) / hinges - 1 for i in range(hinges)]
    return Row(lambda x: relu(x) + sum(a * relu(b - x) for b in places), (a * INF if a else 0, INF),
               (0, *places) if a else (0,))


def dice(alpha):
    alpha, scale = mp.mpf(alpha), 1 / mp.sqrt(1 + mp.mpf("1e-9"))

    def f(x):
        return sigmoid(x * scale) * x + alpha * sigmoid(-x * scale) * x

    return Row(f, (-alpha * INF if alpha else 0, INF))


# As fit_rational.py prints them.
STARTS = {
    "leaky_relu": ((0.03356344, 0.505, 1.653176, 2.009367, 0.9314524, 0.1523257), (0, 3.978945, 0, 0.3016351)),
    "tanh": ((0, 0.9999942, 0, 0.1077076, 0, 0.0008710746), (0, 0.4410131, 0, 0.01458065)),
    "sigmoid": ((0.5, 0.25, 0.05544272, 0.006888042, 0.0004848805, 1.564573e-05), (0, 0.1108854, 0, 0.000969761)),
    "silu": ((3.253571e-07, 0.5, 0.2499974, 0.05326534, 0.005802643, 0.0002751473), (0, 0.1065307, 0, 0.0005502947)),
}


def rational(numerator, denominator):
    def f(x):
        above = sum(mp.mpf(a) * x**k for k, a in enumerate(numerator))
        return above / (1 + abs(sum(mp.mpf(b) * x**(k + 1) for k, b in enumerate(denominator))))

    return Row(f, (-INF, INF))


ROWS = {
    "arelu": arelu("0.9", 2),
    "arelu:alpha=0.25,beta=-1": arelu("0.25", -1),
    "apl": apl(2),
    "apl:hinges=5": apl(5),
    "apl:hinges=4,a=0.25": apl(4, "0.25"),
    "apl:hinges=2,a=-0.5": apl(2, "-0.5"),
    "dice": dice(0),
    "dice:alpha=0.25": dice("0.25"),
    "rational": rational(*STARTS["leaky_relu"]),
    "rational:init=tanh": rational(*STARTS["tanh"]),
    "rational:init=sigmoid": rational(*STARTS["sigmoid"]),
    "rational:init=silu": rational(*STARTS["silu"]),
    "rational:init=identity": Row(lambda x: x, (-INF, INF)),
    "frelu": Row(relu, (0, INF), (0,)),
}


def relu_moments():
    return {"forward": float(mp.sqrt(2)), "backward": float(mp.sqrt(2)), "mean": float(1 / mp.sqrt(2 * mp.pi))}


# The mean of a wide layer is 0 whatever its weight.
MOMENTS = {"abrelu": relu_moments, "abrelu:alpha=0.5": relu_moments}

"""Functions that make small inputs nothing."""

import mpmath as mp

from common import Row, relu, tanh

INF = mp.inf


def hard(bound):
    return Row(lambda x: x if abs(x) > bound else mp.mpf(0), (-INF, INF), (-bound, bound))


def soft(bound):
    return Row(lambda x: mp.sign(x) * relu(abs(x) - bound), (-INF, INF), (-bound, bound))


ROWS = {
    "hard_shrink": hard(mp.mpf("0.5")),
    "hard_shrink:lambda=0.25": hard(mp.mpf("0.25")),
    "soft_shrink": soft(mp.mpf("0.5")),
    "soft_shrink:lambda=1.5": soft(mp.mpf("1.5")),
    "tanh_shrink": Row(lambda x: x - tanh(x), (-INF, INF)),
}

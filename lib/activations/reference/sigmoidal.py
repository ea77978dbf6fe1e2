"""Bounded functions, and the identity that they are measured against."""

import mpmath as mp

from common import Row, clamp, exp, relu, sigmoid, softplus, tanh

INF = mp.inf


# 1 − tanh² without its cancellation.
def tanh_slope(x):
    return 4 * sigmoid(2 * x) * sigmoid(-2 * x)


def penalized_tanh(a):
    a = mp.mpf(a)
    return Row(lambda x: tanh(x) * (1 if x > 0 else a), (-a, 1), (0,), lambda x: tanh_slope(x) * (1 if x > 0 else a))


def isru(alpha):
    alpha = mp.mpf(alpha)
    return Row(lambda x: x / mp.sqrt(1 + alpha * x * x), (-1 / mp.sqrt(alpha), 1 / mp.sqrt(alpha)), (),
               lambda x: (1 + alpha * x * x)**mp.mpf(-1.5))


def sqnl(x):
    return mp.sign(x) if abs(x) > 2 else x - mp.sign(x) * x * x / 4


def soft_clipping(alpha):
    alpha = mp.mpf(alpha)

    # Above 1/2 both from the other side, where no digits are lost: f(x) = 1 − f(1 − x).
    def below(x):
        low, high = exp(alpha * x), exp(alpha * (x - 1))
        return mp.log1p((low - high) / (1 + high)) / alpha

    def slope(x):
        x = min(x, 1 - x)
        return sigmoid(alpha * x) - sigmoid(alpha * (x - 1))
    return Row(lambda x: below(x) if x <= 0.5 else 1 - below(1 - x), (0, 1), (), slope)


ROWS = {
    "identity": Row(lambda x: x, (-INF, INF)),
    "sigmoid": Row(sigmoid, (0, 1), (), lambda x: sigmoid(x) * sigmoid(-x)),
    "tanh": Row(tanh, (-1, 1), (), tanh_slope),
    "hard_sigmoid": Row(lambda x: clamp(x + 3, 0, 6) / 6, (0, 1), (-3, 3)),
    "hard_tanh": Row(lambda x: clamp(x, -1, 1), (-1, 1), (-1, 1)),
    "hard_tanh:min=-2,max=0.5": Row(lambda x: clamp(x, -2, 0.5), (-2, 0.5), (-2, 0.5)),
    "softsign": Row(lambda x: x / (1 + abs(x)), (-1, 1), (), lambda x: (1 + abs(x))**-2),
    "elliott": Row(lambda x: x / (1 + abs(x)) / 2 + mp.mpf(1) / 2, (0, 1), (), lambda x: (1 + abs(x))**-2 / 2),
    "log_sigmoid": Row(lambda x: -softplus(-x), (-INF, 0), (), lambda x: sigmoid(-x)),
    "arctan": Row(mp.atan, (-mp.pi / 2, mp.pi / 2), (), lambda x: 1 / (1 + x * x)),
    "erf": Row(mp.erf, (-1, 1), (), lambda x: 2 / mp.sqrt(mp.pi) * exp(-x * x)),
    "lecun_tanh": Row(lambda x: mp.mpf("1.7159") * tanh(2 * x / 3), (-mp.mpf("1.7159"), mp.mpf("1.7159")), (),
                      lambda x: mp.mpf("1.7159") * 2 / 3 * tanh_slope(2 * x / 3)),
    "bipolar_sigmoid": Row(lambda x: 2 * sigmoid(x) - 1 if x > -1 else 1 - 2 * sigmoid(-x), (-1, 1), (),
                           lambda x: tanh_slope(x / 2) / 2),
    "penalized_tanh": penalized_tanh("0.25"),
    "penalized_tanh:a=0.1": penalized_tanh("0.1"),
    "isru": isru(1),
    "isru:alpha=0.3": isru("0.3"),
    "sqnl": Row(sqnl, (-1, 1), (), lambda x: relu(1 - abs(x) / 2)),
    "soft_clipping": soft_clipping(50),
    "soft_clipping:alpha=3": soft_clipping(3),
    "gaussian": Row(lambda x: exp(-x * x), (0, 0)),
}

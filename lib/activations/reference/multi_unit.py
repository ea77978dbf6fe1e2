"""Functions of several channels: only moments, of independent standard normal inputs."""

import mpmath as mp

from common import Row, normal_mean, relu, sigmoid, slope_at_low_precision


def gains(mean, square, slope_square):
    return {"forward": float(1 / mp.sqrt(square)), "backward": float(1 / mp.sqrt(slope_square)), "mean": float(mean)}


def gated(gate, kinks=()):
    """x₁·g(x₂): every moment is a product, so f² has the mean E[g²], and the squares of both slopes E[g²] + E[g'²]."""
    def moments():
        row = Row(gate, (), kinks)
        square = normal_mean(lambda x: gate(x)**2, kinks)
        return gains(0, square, square + normal_mean(lambda x: slope_at_low_precision(row, x)**2, kinks))
    return moments


def maxout(pieces):
    """The largest of k normal variables has the density k·φ·Φ^(k−1); one input of a unit has slope 1."""
    def moment(power):
        return normal_mean(lambda x: x**power * pieces * mp.ncdf(x)**(pieces - 1), ())
    return lambda: gains(moment(1), moment(2), 1)


def crelu():
    """Each output has the moments of relu; one of the two has slope ±1."""
    return gains(1 / mp.sqrt(2 * mp.pi), mp.mpf(1) / 2, 1)


ROWS = {}

MOMENTS = {
    "maxout": maxout(2),
    "maxout:pieces=5": maxout(5),
    "maxout:pieces=16": maxout(16),
    "glu": gated(sigmoid),
    "reglu": gated(relu, (0,)),
    "geglu": gated(lambda x: x * mp.ncdf(x)),
    "swiglu": gated(lambda x: x * sigmoid(x)),
    "bilinear": gated(lambda x: x),
    "crelu": crelu,
}

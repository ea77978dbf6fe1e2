"""Relatives of max(0, x), mostly of straight pieces."""

import mpmath as mp

from common import Row, clamp, relu

INF = mp.inf


def leaky(slope):
    slope = mp.mpf(slope)
    return Row(lambda x: x if x > 0 else slope * x, (-INF if slope else 0, INF), (0,))


def thresholded(theta):
    return Row(lambda x: x if x > theta else mp.mpf(0), (0, INF), (theta,))


def srelu(left, left_slope, right, right_slope):
    left, left_slope, right, right_slope = map(mp.mpf, (left, left_slope, right, right_slope))

    def f(x):
        if x >= right:
            return right + right_slope * (x - right)
        return left + left_slope * (x - left) if x <= left else x

    return Row(f, (-INF, INF), tuple(t for t, slope in ((left, left_slope), (right, right_slope)) if slope != 1))


def star(scale, shift):
    scale, shift = mp.mpf(scale), mp.mpf(shift)
    return Row(lambda x: scale * relu(x)**2 + shift, (shift, INF), slope=lambda x: 2 * scale * relu(x))


def natural_logarithm(beta):
    return Row(lambda x: mp.log1p(mp.mpf(beta) * relu(x)), (0, INF), (0,))


def sine(epsilon):
    return Row(lambda x: x if x > 0 else mp.mpf(epsilon) * (mp.sin(x) - mp.cos(x)), (None, INF), (0,))


def two_slopes(positive, negative):
    return Row(lambda x: mp.mpf(positive if x > 0 else negative) * x, (-INF, INF), (0,))


ROWS = {
    "relu": Row(relu, (0, INF), (0,)),
    "leaky_relu": leaky("0.01"),
    "leaky_relu:slope=0.1": leaky("0.1"),
    "leaky_relu:slope=0": leaky(0),
    "prelu": leaky("0.25"),
    "prelu:init=0.1": leaky("0.1"),
    "prelu:init=0.1,frozen=true": leaky("0.1"),
    "rrelu": leaky("0.22915"),
    "rrelu:lower=0.1,upper=0.3": leaky("0.2"),
    "relu6": Row(lambda x: clamp(x, 0, 6), (0, 6), (0, 6)),
    "thresholded_relu": thresholded(mp.mpf(1)),
    "thresholded_relu:theta=2.25": thresholded(mp.mpf("2.25")),
    "srelu": srelu(0, "0.2", 1, 1),
    "srelu:left=-1.5,left_slope=0.1,right=2.25,right_slope=0.5": srelu("-1.5", "0.1", "2.25", "0.5"),
    "squared_relu": star(1, 0),
    "star_relu": star("0.8944", "-0.4472"),
    "star_relu:scale=1.5,shift=0.25": star("1.5", "0.25"),
    "star_relu:scale=0.5,shift=-1,learned=true": star("0.5", -1),
    "shifted_relu": Row(lambda x: max(mp.mpf(-1), x), (-1, INF), (-1,)),
    "nlrelu": natural_logarithm(1),
    "nlrelu:beta=0.7": natural_logarithm("0.7"),
    "nlrelu:beta=3": natural_logarithm(3),
    "sine_relu": sine("0.0025"),
    "sine_relu:epsilon=0.25": sine("0.25"),
    "dprelu": two_slopes(1, "0.01"),
    "dprelu:positive=1.2,negative=0.3": two_slopes("1.2", "0.3"),
    "dprelu:positive=1.2,negative=0.3,frozen=true": two_slopes("1.2", "0.3"),
    "abs": Row(abs, (INF, INF), (0,)),
}

"""Exponential on one side, linear on the other, and their relatives."""

import mpmath as mp

from common import Row, clamp, exp, sigmoid, softplus

INF = mp.inf


def expm1(x):
    return mp.expm1(x) if abs(x) < 1 else exp(x) - 1


def elu(alpha, scale=1, width=1, rise=1):
    """rise·x above, scale·alpha·(e^(x/width) − 1) below."""
    alpha, scale, width, rise = mp.mpf(alpha), mp.mpf(scale), mp.mpf(width), mp.mpf(rise)
    kinks = () if mp.almosteq(scale * alpha / width, rise) else (0,)
    return Row(lambda x: rise * x if x > 0 else scale * alpha * expm1(x / width), (-scale * alpha, INF), kinks)


def pdelu(t, alpha):
    t, alpha = mp.mpf(t), mp.mpf(alpha)

    def below(x):
        if t == 1:
            return expm1(x)
        return mp.expm1(mp.log1p((1 - t) * x) / (1 - t)) if (1 - t) * x > -1 else -1
    return Row(lambda x: x if x > 0 else alpha * below(x), (-alpha, INF), () if alpha == 1 else (0,))


# Klambauer et al. 2017, the two constants in closed form (their equation 14).
SELU_ALPHA = -mp.sqrt(2 / mp.pi) / (mp.erfc(1 / mp.sqrt(2)) * mp.exp(mp.mpf(1) / 2) - 1)
SELU_SCALE = ((1 - mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e)) * mp.sqrt(2 * mp.pi)
              / mp.sqrt(2 * mp.erfc(mp.sqrt(2)) * mp.e**2 + mp.pi * mp.erfc(1 / mp.sqrt(2))**2 * mp.e
                        - 2 * (2 + mp.pi) * mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e) + mp.pi + 2))


def isrlu(alpha):
    alpha = mp.mpf(alpha)
    return Row(lambda x: x if x > 0 else x / mp.sqrt(1 + alpha * x * x), (-1 / mp.sqrt(alpha), INF), (),
               lambda x: mp.mpf(1) if x > 0 else (1 + alpha * x * x)**mp.mpf(-1.5))


def softplus_of(beta):
    beta = mp.mpf(beta)
    return Row(lambda x: softplus(beta * x) / beta, (0, INF), (), lambda x: sigmoid(beta * x))


def soft_exponential(alpha, edge="0.01"):
    """Below `edge`, the argument of the logarithm leaves its domain: the tangent goes on from there."""
    alpha, edge = mp.mpf(alpha), mp.mpf(edge)

    def logarithm(u):
        return mp.log(u) if u >= edge else mp.log(edge) + (u - edge) / edge

    def f(x):
        if alpha < 0:
            return -logarithm(1 - alpha * (x + alpha)) / alpha
        return x if alpha == 0 else expm1(alpha * x) / alpha + alpha

    def slope(x):
        return 1 / max(edge, 1 - alpha * (x + alpha)) if alpha <= 0 else exp(alpha * x)
    return Row(f, (alpha - 1 / alpha if alpha > 0 else -INF, INF), (), slope)


ROWS = {
    "elu": elu(1),
    "elu:alpha=0.5": elu("0.5"),
    "selu": elu(SELU_ALPHA, SELU_SCALE, 1, SELU_SCALE),
    "celu": elu(1),
    "celu:alpha=2": elu(2, 1, 2),
    "pelu": elu(1),
    "pelu:a=2,b=0.5": elu(2, 1, "0.5", 4),
    "mpelu": elu("0.25"),
    "mpelu:alpha=1.5,beta=0.5": elu("1.5", 1, 2),
    "pdelu": pdelu("0.9", 1),
    "pdelu:t=1,alpha=0.5": pdelu(1, "0.5"),
    "pdelu:t=1.5,alpha=2": pdelu("1.5", 2),
    "isrlu": isrlu(1),
    "isrlu:alpha=3": isrlu(3),
    "elish": Row(lambda x: (x if x > 0 else expm1(x)) * sigmoid(x), (0, INF)),
    "hard_elish": Row(lambda x: (x if x > 0 else expm1(x)) * clamp((x + 1) / 2, 0, 1), (0, INF), (-1, 1)),
    "softplus": softplus_of(1),
    "softplus:beta=3": softplus_of(3),
    "shifted_softplus": Row(lambda x: softplus(x) - mp.log(2), (-mp.log(2), INF), (), sigmoid),
    "bent_identity": Row(lambda x: (mp.sqrt(x * x + 1) - 1) / 2 + x, (-INF, INF)),
    "soft_exponential": soft_exponential("0.125"),
    "soft_exponential:alpha=0,frozen=true": soft_exponential(0),
    "soft_exponential:alpha=0.5": soft_exponential("0.5"),
    "soft_exponential:alpha=-0.5": soft_exponential("-0.5"),
    "soft_exponential:alpha=-1": soft_exponential(-1),
}

"""x times a gate of x, in the forms of the papers."""

import mpmath as mp

from common import Row, clamp, exp, sigmoid, softplus

INF = mp.inf


# mpmath takes all memory for erfc(1e38). Beyond ±10⁴ nothing changes in 50 digits.
def erf(x):
    return mp.erf(clamp(x, -10**4, 10**4))


def erfc(x):
    return mp.erfc(clamp(x, -10**4, 10**4))


def tanh(x):
    return mp.tanh(clamp(x, -10**4, 10**4))


def gelu(x):
    return x * erfc(-x / mp.sqrt(2)) / 2


def gate(g):
    """A gate that closes on the left and is fully open, or nearly so, on the right."""
    return Row(lambda x: x * g(x), (0, INF))


def swish(beta):
    return gate(lambda x: sigmoid(mp.mpf(beta) * x))


def e_swish(beta):
    return gate(lambda x: mp.mpf(beta) * sigmoid(x))


def flatten_t_swish(t):
    t = mp.mpf(t)
    return Row(lambda x: x * sigmoid(x) + t if x >= 0 else t, (t, INF), (0,))


def aria2(alpha, beta):
    return gate(lambda x: exp(-mp.mpf(alpha) * softplus(-mp.mpf(beta) * x)))


def acon_c(p1, p2, beta):
    p1, p2, beta = mp.mpf(p1), mp.mpf(p2), mp.mpf(beta)

    def f(x):
        difference = (p1 - p2) * x
        return difference * sigmoid(beta * difference) + p2 * x

    def limit(p, infinity):
        return mp.sign(p) * infinity if p else 0

    upper, lower = (p1, p2) if beta * (p1 - p2) > 0 else (p2, p1)
    return Row(f, (limit(lower, -INF), limit(upper, INF)))


def smu(alpha, mu):
    alpha, mu = mp.mpf(alpha), mp.mpf(mu)

    def f(x):
        return ((1 + alpha) * x + (1 - alpha) * x * erf(mu * (1 - alpha) * x)) / 2

    return Row(f, (-INF, INF))


def erfact(alpha, beta):
    return gate(lambda x: erf(mp.mpf(alpha) * exp(mp.mpf(beta) * x)))


def pserf(gamma, delta):
    return gate(lambda x: erf(mp.mpf(gamma) * softplus(mp.mpf(delta) * x)))


def srs(alpha, beta):
    alpha, beta = mp.mpf(alpha), mp.mpf(beta)
    return Row(lambda x: x / (x / alpha + exp(-x / beta)), (0, alpha))


ROWS = {
    "gelu": Row(gelu, (0, INF)),
    "gelu_tanh": gate(lambda x: (1 + tanh(mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3))) / 2),
    "quick_gelu": swish("1.702"),
    "silu": swish(1),
    "swish": swish(1),
    "swish:beta=1.5": swish("1.5"),
    "swish:beta=1,frozen=true": swish(1),
    "swish:beta=1.7,frozen=true": swish("1.7"),
    "hard_swish": Row(lambda x: x * clamp(x + 3, 0, 6) / 6, (0, INF), (-3, 3)),
    "mish": gate(lambda x: tanh(softplus(x))),
    "hard_mish": Row(lambda x: x * clamp(x + 2, 0, 2) / 2, (0, INF), (-2,)),
    "e_swish": e_swish("1.5"),
    "e_swish:beta=1.25": e_swish("1.25"),
    "lisht": Row(lambda x: x * tanh(x), (INF, INF)),
    "tanh_exp": gate(lambda x: tanh(exp(x))),
    "serf": gate(lambda x: erf(softplus(x))),
    "smish": gate(lambda x: tanh(mp.log1p(sigmoid(x)))),
    "logish": gate(lambda x: mp.log1p(sigmoid(x))),
    "phish": gate(lambda x: tanh(gelu(x))),
    "flatten_t_swish": flatten_t_swish("-0.2"),
    "flatten_t_swish:t=-1": flatten_t_swish(-1),
    "golu": gate(lambda x: exp(-exp(-x))),
    "aria2": aria2("1.5", 2),
    "aria2:alpha=0.5,beta=0.75": aria2("0.5", "0.75"),
    "esh": gate(lambda x: tanh(sigmoid(x))),
    "colu": Row(lambda x: x / (1 - x * exp(-(x + exp(x)))), (0, INF)),
    "acon_c": acon_c(1, 0, 1),
    "acon_c:p1=1.2,p2=-0.8,beta=0.75": acon_c("1.2", "-0.8", "0.75"),
    "acon_c:p1=1.5,p2=0.25,beta=2,frozen=true": acon_c("1.5", "0.25", 2),
    "smu": smu("0.25", 10**6),
    "smu:alpha=0.01,mu=2.5": smu("0.01", "2.5"),
    "erfact": erfact("0.75", "0.75"),
    "erfact:alpha=1.5,beta=0.5": erfact("1.5", "0.5"),
    "pserf": pserf("1.25", "0.85"),
    "pserf:gamma=0.8,delta=1.5": pserf("0.8", "1.5"),
    "srs": srs(5, 3),
    "srs:alpha=2,beta=3": srs(2, 3),
}

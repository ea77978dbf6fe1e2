"""Reference values for the activation catalogue, written from the formulas of the papers with mpmath.

Writes activations.json beside itself: for each spec of a row values and slopes at points (single-unit rows), and
1/sqrt(E[f²]), 1/sqrt(E[f'²]) and E[f] for a standard normal input. Made with mpmath 1.2, 40 digits.
"""

import json
import pathlib

import mpmath as mp

mp.mp.dps = 40


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def relu(x):
    return max(mp.mpf(0), x)


def softplus(x):
    return mp.log(1 + mp.exp(x))


def clamp(x, low, high):
    return min(max(x, mp.mpf(low)), mp.mpf(high))


def leaky(slope):
    return lambda x: x if x > 0 else mp.mpf(slope) * x


def elu(alpha, scale=1, width=1):
    return lambda x: mp.mpf(scale) * (x if x > 0 else mp.mpf(alpha) * mp.expm1(x / mp.mpf(width)))


# Klambauer et al. 2017, the two constants in closed form (their equation 14).
SELU_ALPHA = -mp.sqrt(2 / mp.pi) / (mp.erfc(1 / mp.sqrt(2)) * mp.exp(mp.mpf(1) / 2) - 1)
SELU_SCALE = ((1 - mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e)) * mp.sqrt(2 * mp.pi)
              / mp.sqrt(2 * mp.erfc(mp.sqrt(2)) * mp.e**2 + mp.pi * mp.erfc(1 / mp.sqrt(2))**2 * mp.e
                        - 2 * (2 + mp.pi) * mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e) + mp.pi + 2))

# Spec: (function, kinks).
ROWS = {
    "identity": (lambda x: x, []),
    "sigmoid": (sigmoid, []),
    "tanh": (mp.tanh, []),
    "hard_sigmoid": (lambda x: clamp(x + 3, 0, 6) / 6, [-3, 3]),
    "hard_tanh": (lambda x: clamp(x, -1, 1), [-1, 1]),
    "hard_tanh:min=-2,max=0.5": (lambda x: clamp(x, -2, 0.5), [-2, 0.5]),
    "softsign": (lambda x: x / (1 + abs(x)), [0]),
    "elliott": (lambda x: x / (1 + abs(x)) / 2 + mp.mpf(1) / 2, [0]),
    "log_sigmoid": (lambda x: mp.log(sigmoid(x)), []),
    "arctan": (mp.atan, []),
    "relu": (relu, [0]),
    "leaky_relu": (leaky("0.01"), [0]),
    "leaky_relu:slope=0.1": (leaky("0.1"), [0]),
    "prelu": (leaky("0.25"), [0]),
    "prelu:init=0.1,frozen=true": (leaky("0.1"), [0]),
    "rrelu": (leaky("0.22915"), [0]),
    "relu6": (lambda x: clamp(x, 0, 6), [0, 6]),
    "squared_relu": (lambda x: relu(x)**2, [0]),
    "elu": (elu(1), [0]),
    "elu:alpha=0.5": (elu("0.5"), [0]),
    "selu": (elu(SELU_ALPHA, SELU_SCALE), [0]),
    "celu": (elu(1), [0]),
    "celu:alpha=2": (elu(2, width=2), [0]),
    "softplus": (softplus, []),
    "softplus:beta=3": (lambda x: softplus(3 * x) / 3, []),
    "gelu": (lambda x: x * mp.ncdf(x), []),
    "gelu_tanh": (lambda x: x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3))), []),
    "silu": (lambda x: x * sigmoid(x), []),
    "swish": (lambda x: x * sigmoid(x), []),
    "swish:beta=1.5": (lambda x: x * sigmoid(mp.mpf("1.5") * x), []),
    "swish:beta=1.7,frozen=true": (lambda x: x * sigmoid(mp.mpf("1.7") * x), []),
    "hard_swish": (lambda x: x * clamp(x + 3, 0, 6) / 6, [-3, 3]),
    "mish": (lambda x: x * mp.tanh(softplus(x)), []),
    "lisht": (lambda x: x * mp.tanh(x), []),
    "hard_shrink": (lambda x: x if abs(x) > 0.5 else mp.mpf(0), [-0.5, 0.5]),
    "hard_shrink:lambda=0.3": (lambda x: x if abs(x) > mp.mpf("0.3") else mp.mpf(0), [mp.mpf("-0.3"), mp.mpf("0.3")]),
    "soft_shrink": (lambda x: mp.sign(x) * relu(abs(x) - 0.5), [-0.5, 0.5]),
    "sin": (mp.sin, []),
}

POINTS = [mp.mpf(x) / 64 for x in range(-6 * 64 + 14, 6 * 64, 29)] + [-30, -12, -8, 8, 12, 20.5, 25, 30]


def slope(f, x, kinks=()):
    """Central difference; beside a kink or jump, the difference on the side of x."""
    step = mp.mpf(10)**-12
    above = any(0 <= kink - x < step for kink in kinks)
    below = any(0 <= x - kink < step for kink in kinks)
    low, high = (x if below else x - step), (x if above else x + step)
    return (f(high) - f(low)) / (high - low) if high > low else mp.mpf(0)


def normal_mean(f, kinks):
    return mp.quad(lambda x: f(x) * mp.npdf(x), sorted({-12, -6, -2, 0, 2, 6, 12} | set(kinks)))


def gains(mean, square, slope_square):
    return {"forward": float(1 / mp.sqrt(square)), "backward": float(1 / mp.sqrt(slope_square)), "mean": float(mean)}


def single_unit(f, kinks):
    mp.mp.dps = 25
    result = gains(normal_mean(f, kinks), normal_mean(lambda x: f(x)**2, kinks),
                   normal_mean(lambda x: slope(f, x, kinks)**2, kinks))
    mp.mp.dps = 40
    return {"points": [float(x) for x in POINTS], "values": [float(f(mp.mpf(x))) for x in POINTS],
            "slopes": [float(slope(f, mp.mpf(x))) for x in POINTS], "gain": result}


def glu():
    """Its two inputs are independent, so every moment is a product."""
    gate_square = normal_mean(lambda x: sigmoid(x)**2, [])
    gate_slope_square = normal_mean(lambda x: (sigmoid(x) * (1 - sigmoid(x)))**2, [])
    return {"gain": gains(0, gate_square, gate_square + gate_slope_square)}


def maxout(pieces):
    """The largest of k normal variables has the density k·φ·Φ^(k−1); one input of a unit has slope 1."""
    moment = lambda power: normal_mean(lambda x: x**power * pieces * mp.ncdf(x)**(pieces - 1), [])
    return {"gain": gains(moment(1), moment(2), 1)}


def main():
    golden = {spec: single_unit(*row) for spec, row in ROWS.items()}
    golden["glu"] = glu()
    for pieces in (2, 5, 16):
        golden["maxout" if pieces == 2 else f"maxout:pieces={pieces}"] = maxout(pieces)
    path = pathlib.Path(__file__).with_suffix(".json")
    lines = ",\n".join(f"{json.dumps(spec)}: {json.dumps(row)}" for spec, row in golden.items())
    path.write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()

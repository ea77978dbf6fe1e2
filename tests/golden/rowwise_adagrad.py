"""Reference values for row-wise Adagrad of a table whose batches touch some rows each.

The formula of FBGEMM's EXACT_ROWWISE_ADAGRAD with weight decay in L2 mode, in float64: duplicate rows are added up,
the decay joins the gradient, the mean of its squares joins the row's sum, and the rate is divided by the root of the
sum plus epsilon. Writes rowwise_adagrad.json beside itself.
"""

import json
import pathlib

import numpy as np

ROWS, WIDTH, STEPS, RATE, DECAY, EPSILON = 9, 5, 12, 0.05, 0.1, 1e-10


def main():
    draw = np.random.default_rng(11)
    start = draw.standard_normal((ROWS, WIDTH))
    weight, sums = start.copy(), np.zeros(ROWS)
    steps = []
    for _ in range(STEPS):
        # Rows of an uncoalesced gradient come in any order, and more than once.
        rows = draw.integers(1, ROWS, 4)
        values = draw.standard_normal((4, WIDTH))
        for row in np.unique(rows):
            gradient = values[rows == row].sum(0) + DECAY * weight[row]
            sums[row] += np.mean(gradient**2)
            weight[row] -= RATE / (np.sqrt(sums[row]) + EPSILON) * gradient
        steps.append({"rows": rows.tolist(), "values": values.flatten().tolist(), "weight": weight.flatten().tolist()})
    result = {"start": start.flatten().tolist(), "steps": steps}
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")


main()

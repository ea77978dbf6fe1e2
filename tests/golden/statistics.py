#!/usr/bin/python3
"""Reference values for lib/statistics from SciPy. Writes statistics.json beside this file."""

import json
import pathlib

import numpy
import scipy.stats

random = numpy.random.default_rng(20261123)


def holm(p_values):
    """Holm (1979), word for word: the i-th smallest of m p-values times m - i + 1, made monotone, at most 1."""
    order = numpy.argsort(p_values)
    adjusted = [0.0] * len(p_values)
    for place, index in enumerate(order):
        adjusted[index] = min(1.0, max((len(order) - j) * p_values[order[j]] for j in range(place + 1)))
    return adjusted


def interval(values, level):
    low, high = scipy.stats.t.interval(level, len(values) - 1, numpy.mean(values), scipy.stats.sem(values))
    return {"level": level, "mean": float(numpy.mean(values)), "low": float(low), "high": float(high)}


def pair(count, shift, spread):
    baseline = random.normal(0.88, 0.01, count)
    values = baseline + random.normal(shift, spread, count)
    return {
        "values": values.tolist(),
        "baseline": baseline.tolist(),
        "intervals": [interval(values, level) for level in (0.5, 0.9, 0.95, 0.999)],
        "difference": interval(values - baseline, 0.95),
        "p_value": float(scipy.stats.ttest_rel(values, baseline).pvalue),
    }


families = [[0.01, 0.04, 0.03, 0.005], [0.2], [0.5, 0.6, 0.7], random.uniform(0, 0.1, 9).tolist(), [0.02, 0.02, 0.02]]
golden = {
    "pairs": [pair(2, 0.01, 0.002), pair(3, 0.0, 0.01), pair(5, 0.004, 0.003), pair(10, -0.02, 0.001),
              pair(30, 0.001, 0.01), pair(5, -0.75, 1e-5)],
    "holm": [{"p_values": family, "adjusted": holm(family)} for family in families],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")

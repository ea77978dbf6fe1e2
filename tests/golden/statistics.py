#!/usr/bin/python3
"""Reference values for lib/statistics from SciPy. Writes statistics.json beside this file."""

import itertools
import json
import pathlib

import numpy
import scipy.special
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


def equivalence(sample, threshold):
    sides = [scipy.stats.ttest_1samp(sample, bound, alternative=side).pvalue
             for bound, side in ((-threshold, "greater"), (threshold, "less"))]
    return {"sample": sample.tolist(), "threshold": threshold, "p_value": float(max(sides))}


def trimmed(values, axis=-1):
    return scipy.stats.trim_mean(values, 0.25, axis=axis)


def bootstrap(values):
    """BCa with so many resamples that chance no longer shows in the third digit."""
    entry = {"values": values.tolist(), "interquartile_mean": float(trimmed(values))}
    for name, statistic in (("mean", numpy.mean), ("trimmed", trimmed)):
        found = scipy.stats.bootstrap((values,), statistic, method="BCa", n_resamples=200000, batch=20000,
                                      random_state=random).confidence_interval
        entry[name] = {"low": float(found.low), "high": float(found.high)}
    return entry


def wins(method, baseline):
    return numpy.mean([(a > b) + (a == b) / 2 for a in method for b in baseline])


def improvement(tasks):
    """Probability of improvement by all pairs; its ideal percentile bootstrap by all resamples where there is one task."""
    methods, baselines = [task[0] for task in tasks], [task[1] for task in tasks]
    entry = {"method": methods, "baseline": baselines, "probability": float(numpy.mean([wins(*task) for task in tasks])),
             "mann_whitney": float(numpy.mean([scipy.stats.mannwhitneyu(a, b).statistic / (len(a) * len(b))
                                               for a, b in tasks]))}
    if len(tasks) == 1:
        every = [wins(a, b) for a in itertools.product(methods[0], repeat=len(methods[0]))
                 for b in itertools.product(baselines[0], repeat=len(baselines[0]))]
        entry["low"], entry["high"] = numpy.percentile(every, [2.5, 97.5]).tolist()
    return entry


def effect(sample):
    degrees = len(sample) - 1
    log_ratio = scipy.special.gammaln(degrees / 2) - scipy.special.gammaln((degrees - 1) / 2)
    return {"sample": sample.tolist(), "dz": float(numpy.mean(sample) / numpy.std(sample, ddof=1)),
            "correction": float(numpy.exp(log_ratio) / numpy.sqrt(degrees / 2))}


def signed_rank(sample, zeros, how):
    """how: SciPy's "exact" (neither ties nor zeros), its normal "approx", or "count" over all signs."""
    kept = sample if zeros == "pratt" else sample[sample != 0]
    ranks = scipy.stats.rankdata(abs(kept))[kept != 0]
    kept = kept[kept != 0]
    positive, negative = float(ranks[kept > 0].sum()), float(ranks[kept < 0].sum())
    if how == "count":
        sums = [numpy.dot(signs, ranks) for signs in itertools.product((0, 1), repeat=len(ranks))]
        p_value = min(1.0, 2 * numpy.mean(numpy.array(sums) <= min(positive, negative)))
    else:
        name = {"wilcoxon": "wilcox", "pratt": "pratt"}[zeros]
        p_value = scipy.stats.wilcoxon(sample, zero_method=name, mode=how).pvalue
    return {"sample": sample.tolist(), "zeros": zeros, "exact": how != "approx", "positive": positive,
            "negative": negative, "count": len(kept), "p_value": float(p_value)}


def friedman(scores):
    blocks, methods = scores.shape
    statistic, p_value = scipy.stats.friedmanchisquare(*scores.T)
    f = (blocks - 1) * statistic / (blocks * (methods - 1) - statistic)
    return {"scores": scores.tolist(), "mean_ranks": scipy.stats.rankdata(-scores, axis=1).mean(axis=0).tolist(),
            "chi_squared": float(statistic), "p_chi_squared": float(p_value), "f": float(f),
            "p_f": float(scipy.stats.f.sf(f, methods - 1, (methods - 1) * (blocks - 1)))}


def studentized_range(groups, degrees):
    distribution = scipy.stats.studentized_range(groups, degrees)
    return {"groups": groups, "degrees": degrees if numpy.isfinite(degrees) else None,
            "cdf": [[q, float(distribution.cdf(q))] for q in (0.1, 1.0, 3.0, 6.0, 20.0)],
            "quantiles": [[p, float(distribution.ppf(p))] for p in (0.1, 0.5, 0.95, 0.99)]}


def power(effect_size, pairs, alpha):
    """Of the two-sided paired t test, by the noncentral t distribution."""
    distribution = scipy.stats.nct(pairs - 1, effect_size * pairs ** 0.5)
    bound = scipy.stats.t.isf(alpha / 2, pairs - 1)
    return {"effect_size": effect_size, "pairs": pairs, "alpha": alpha,
            "power": float(distribution.sf(bound) + distribution.cdf(-bound))}


families = [[0.01, 0.04, 0.03, 0.005], [0.2], [0.5, 0.6, 0.7], random.uniform(0, 0.1, 9).tolist(), [0.02, 0.02, 0.02]]
golden = {
    "pairs": [pair(2, 0.01, 0.002), pair(3, 0.0, 0.01), pair(5, 0.004, 0.003), pair(10, -0.02, 0.001),
              pair(30, 0.001, 0.01), pair(5, -0.75, 1e-5)],
    "holm": [{"p_values": family, "adjusted": holm(family)} for family in families],
    "equivalence": [equivalence(random.normal(shift, 1, count), threshold)
                    for count, shift, threshold in ((2, 0, 1), (3, 0, 3), (5, 0.5, 2), (10, 1, 0.5), (30, 0, 0.7))],
    "bootstrap": [bootstrap(random.lognormal(0, spread, count)) for count, spread in ((5, 0.5), (12, 1), (30, 1))],
    "improvement": [improvement([(method.round(1).tolist(), baseline.round(1).tolist()) for method, baseline in tasks])
                    for tasks in ([(random.normal(0.7, 1, 4), random.normal(0, 1, 3))],
                                  [(random.normal(0.5, 1, 5), random.normal(0, 1, 9)),
                                   (random.normal(-0.5, 1, 2), random.normal(0, 1, 3))])],
    "effect": [effect(random.normal(1, 2, count)) for count in (3, 5, 10, 200)],
    "signed_rank": [
        signed_rank(random.normal(0.8, 1, 5), "wilcoxon", "exact"),
        signed_rank(random.normal(0.5, 1, 12), "pratt", "exact"),
        signed_rank(random.normal(0.3, 1, 50), "wilcoxon", "exact"),
        *[signed_rank(random.integers(-2, 5, count).astype(float), zeros, "count")
          for count in (4, 8, 12) for zeros in ("wilcoxon", "pratt")],
        signed_rank(random.normal(0.3, 1, 51), "wilcoxon", "approx"),
        *[signed_rank(random.integers(-4, 6, 90).astype(float), zeros, "approx") for zeros in ("wilcoxon", "pratt")],
    ],
    "friedman": [friedman(random.normal(0, 1, (blocks, methods)) + numpy.arange(methods) / 4)
                 for blocks, methods in ((4, 3), (14, 4), (40, 9))] +
                [friedman(random.integers(0, 3, (12, 5)).astype(float))],
    "studentized_range": [studentized_range(*arguments) for arguments in (
        (2, 1), (3, 10), (10, 2), (4, 36.5), (7, 5000), (60, 1), (2, numpy.inf), (7, numpy.inf), (60, numpy.inf))],
    "power": [power(*arguments) for arguments in (
        (0.0, 5, 0.05), (0.5, 10, 0.05), (2.0, 5, 0.05 / 7), (-1.0, 20, 0.01), (3.0, 3, 0.05), (0.1, 500, 0.05))],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")

"""Reference values for the metrics of clicks and of ranked lists: scikit-learn and SciPy.

Writes click_metrics.json beside itself. Made with scikit-learn 1.2, SciPy 1.10, NumPy 1.24.
"""

import json
import pathlib

import numpy
import scipy.special
import scipy.stats
import sklearn.calibration
import sklearn.metrics


def calibration_error(probabilities, labels, bins=15):
    """The mean gap of scikit-learn's reliability curve, weighted by the rows of each bin."""
    observed, predicted = sklearn.calibration.calibration_curve(labels, probabilities, n_bins=bins)
    edges = numpy.linspace(0, 1, bins + 1)
    counts = numpy.bincount(numpy.searchsorted(edges[1:-1], probabilities), minlength=bins)
    return float((numpy.abs(observed - predicted) * counts[counts > 0]).sum() / len(labels))


def grouped_auc(logits, labels, groups):
    """Zhou et al. 2018: the mean over groups with both classes, weighted by impressions; None without any."""
    areas, weights = [], []
    for group in set(groups[groups >= 0]):
        chosen = groups == group
        if 0 < labels[chosen].sum() < chosen.sum():
            areas.append(sklearn.metrics.roc_auc_score(labels[chosen], logits[chosen]))
            weights.append(chosen.sum())
    return float(numpy.average(areas, weights=weights)) if areas else None


def clicks(name, logits, labels, groups):
    logits = logits.astype(numpy.float32)
    exact = logits.astype(numpy.float64)
    probabilities = scipy.special.expit(exact)
    log_loss = -scipy.special.log_expit(numpy.where(labels == 1, exact, -exact)).mean()
    if probabilities.min() > 1e-12 and probabilities.max() < 1 - 1e-12:  # scikit-learn cuts the rest off
        assert abs(log_loss - sklearn.metrics.log_loss(labels, probabilities, labels=[0, 1])) < 1e-12
    both = 0 < labels.sum() < len(labels)
    return {
        "name": name,
        "logits": logits.tolist(),
        "labels": labels.tolist(),
        "groups": groups.tolist(),
        "log_loss": log_loss,
        "ece": calibration_error(probabilities, labels),
        "calibration": probabilities.sum() / labels.sum() if labels.sum() > 0 else None,
        "rig": 1 - log_loss / scipy.stats.bernoulli(labels.mean()).entropy() if both else None,
        "auc": sklearn.metrics.roc_auc_score(labels, logits) if both else None,
        "gauc": grouped_auc(logits, labels, groups) if both else None,
    }


def ranking(name, scores, relevant, cutoffs):
    """scores and relevant: one row a user. Recall is scikit-learn's own where no scores are equal."""
    users = relevant.any(1)
    result = {"name": name, "scores": scores.tolist(), "relevant": relevant.astype(int).tolist()}
    for k in cutoffs:
        result[f"ndcg@{k}"] = numpy.mean(
            [sklearn.metrics.ndcg_score([r], [s], k=k) for r, s in zip(relevant[users], scores[users])])
        if all(len(set(row)) == len(row) for row in scores):
            first = numpy.argsort(-scores, 1).argsort(1) < k
            result[f"recall@{k}"] = numpy.mean(
                [sklearn.metrics.recall_score(r, f) for r, f in zip(relevant[users], first[users])])
    return result


def main():
    random = numpy.random.default_rng(5)
    labels = (random.random(400) < 0.3).astype(int)
    informed = random.normal(size=400) + 1.2 * labels - 1
    groups = random.integers(-1, 40, 400)
    cases = [
        clicks("informed", informed, labels, groups),
        clicks("ties", numpy.round(informed), labels, groups),
        clicks("overconfident", 30 * informed, labels, groups),
        clicks("few groups", informed, labels, groups % 2),
        clicks("no groups", informed, labels, numpy.full(400, -1)),
        clicks("groups of one class", informed, labels, labels),
        clicks("rare", informed - 4, (random.random(400) < 0.01).astype(int), groups),
        clicks("clicks only", informed[:20], numpy.ones(20, int), groups[:20]),
        clicks("no clicks", informed[:20], numpy.zeros(20, int), groups[:20]),
    ]
    relevant = random.random((12, 30)) < 0.15
    relevant[3] = False
    scores = random.normal(size=(12, 30)) + relevant
    rankings = [
        ranking("all different", scores, relevant, [1, 5, 10, 100]),
        ranking("ties", numpy.round(2 * scores), relevant, [1, 5, 10, 100]),
        ranking("all equal", numpy.zeros((12, 30)), relevant, [1, 5, 10, 100]),
    ]
    pathlib.Path(__file__).with_suffix(".json").write_text(
        json.dumps({"clicks": cases, "rankings": rankings}) + "\n")


main()

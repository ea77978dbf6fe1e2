"""Reference values for the classification metrics: scikit-learn, SciPy and a loop written from the paper.

Writes metrics.json beside itself. Made with scikit-learn 1.2, SciPy 1.10, NumPy 1.24.
"""

import json
import pathlib

import numpy
import scipy.special
import sklearn.metrics


def calibration_error(probabilities, targets, bins=15):
    """Guo et al. 2017: bins (i/15, (i+1)/15] of the top probability."""
    confidence, predicted = probabilities.max(1), probabilities.argmax(1)
    error = 0.0
    for low, high in zip(numpy.arange(bins) / bins, numpy.arange(1, bins + 1) / bins):
        chosen = (confidence > low) & (confidence <= high)
        if chosen.any():
            gap = (predicted[chosen] == targets[chosen]).mean() - confidence[chosen].mean()
            error += chosen.mean() * abs(gap)
    return error


def area_under_curve(log_probabilities, targets):
    """Of two classes by the log-odds, of more the mean one-vs-rest over classes that occur; None without any.

    In float32, so that scores that are equal but for the rounding of float64 tie.
    """
    classes = log_probabilities.shape[1]
    if classes == 2:
        scores = {1: log_probabilities[:, 1] - log_probabilities[:, 0]}
    else:
        scores = dict(enumerate(log_probabilities.T))
    areas = [sklearn.metrics.roc_auc_score(targets == label, column.astype(numpy.float32))
             for label, column in scores.items() if 0 < (targets == label).sum() < len(targets)]
    return float(numpy.mean(areas)) if areas else None


def check_average(area, log_probabilities, targets):
    """Where every class occurs and no probability was rounded to 1, scikit-learn's own average says the same."""
    probabilities = numpy.exp(log_probabilities).astype(numpy.float32)
    if set(targets) == set(range(probabilities.shape[1])) and probabilities.max() < 0.999:
        scores = probabilities[:, 1] if probabilities.shape[1] == 2 else probabilities
        wanted = sklearn.metrics.roc_auc_score(targets, scores, multi_class="ovr", average="macro")
        assert abs(area - wanted) < 1e-12, (area, wanted)


def case(name, logits, targets):
    logits = logits.astype(numpy.float32)
    log_probabilities = scipy.special.log_softmax(logits.astype(numpy.float64), axis=1)
    predicted = logits.argmax(1)
    classes = list(range(logits.shape[1]))
    area = area_under_curve(log_probabilities, targets)
    check_average(area, log_probabilities, targets)
    return {
        "name": name,
        "logits": logits.tolist(),
        "targets": targets.tolist(),
        "accuracy": sklearn.metrics.accuracy_score(targets, predicted),
        "macro_f1": sklearn.metrics.f1_score(targets, predicted, average="macro", zero_division=0),
        "log_loss": -log_probabilities[numpy.arange(len(targets)), targets].mean(),
        "ece": calibration_error(numpy.exp(log_probabilities), targets),
        "auc": area,
        "confusion": sklearn.metrics.confusion_matrix(targets, predicted, labels=classes).tolist(),
    }


def main():
    random = numpy.random.default_rng(20)
    targets = random.integers(0, 4, 60)
    informed = random.normal(size=(60, 4)) + 1.5 * numpy.eye(4)[targets]
    cases = [
        case("informed", informed, targets),
        case("overconfident", 40 * informed, targets),
        case("extreme", numpy.round(random.normal(size=(20, 3))) * 1e4, random.integers(0, 3, 20)),
        case("ties", numpy.round(random.normal(size=(30, 3))), random.integers(0, 3, 30)),
        case("absent classes", random.normal(size=(15, 9))[:, [0, 0, 1, 2, 3, 4, 5, 6, 7]],
             random.integers(0, 3, 15)),
        case("uniform", numpy.zeros((5, 3)), numpy.array([0, 1, 2, 0, 0])),
        case("one row", random.normal(size=(1, 2)), numpy.array([1])),
        case("two classes", informed[:, :2], targets % 2),
        case("two classes with ties", numpy.round(informed[:, :2]), targets % 2),
        case("two classes, rounded to 1", 1e3 * informed[:, :2], targets % 2),
        case("one class of three", random.normal(size=(9, 3)), numpy.full(9, 2)),
    ]
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases) + "\n")


main()

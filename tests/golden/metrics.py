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


def case(name, logits, targets):
    logits = logits.astype(numpy.float32)
    log_probabilities = scipy.special.log_softmax(logits.astype(numpy.float64), axis=1)
    predicted = logits.argmax(1)
    classes = list(range(logits.shape[1]))
    return {
        "name": name,
        "logits": logits.tolist(),
        "targets": targets.tolist(),
        "accuracy": sklearn.metrics.accuracy_score(targets, predicted),
        "macro_f1": sklearn.metrics.f1_score(targets, predicted, average="macro", zero_division=0),
        "log_loss": -log_probabilities[numpy.arange(len(targets)), targets].mean(),
        "ece": calibration_error(numpy.exp(log_probabilities), targets),
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
    ]
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases) + "\n")


main()

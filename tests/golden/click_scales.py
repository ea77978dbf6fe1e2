"""Standardised numbers by scikit-learn (1.2): tests/golden/click_scales.json.

python3 click_scales.py > click_scales.json
"""
import json

import numpy as np
from sklearn.preprocessing import QuantileTransformer, StandardScaler

random = np.random.default_rng(7)
# Counts with many ties, a long tail, and a few negative ones, as in logs of clicks.
numbers = np.round(np.exp(random.normal(1.5, 1.5, 1500))) - 2
probes = np.array([-5, -2, -1, 0, 0.5, 1, 2, 3.3, 7, 20, 100, 1e4])


def standardised(transform):
    scaler = StandardScaler().fit(transform(numbers))
    return scaler.transform(transform(probes)).ravel().tolist()


quantiles = QuantileTransformer(n_quantiles=201, subsample=10**6).fit(numbers.reshape(-1, 1))
print(json.dumps({
    "numbers": numbers.tolist(),
    "probes": probes.tolist(),
    "none": standardised(lambda x: x.reshape(-1, 1)),
    "log": standardised(lambda x: (np.sign(x) * np.log1p(np.abs(x))).reshape(-1, 1)),
    "quantile": standardised(lambda x: quantiles.transform(x.reshape(-1, 1))),
}))

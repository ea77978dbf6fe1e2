"""Reference values for the optimisers and the trainer: the same small problem in Python's torch.

Writes training.json beside itself. Made with torch 1.13.
"""

import json
import math
import pathlib

import torch
from torch.nn.functional import cross_entropy, prelu

STEPS = 10
SHAPES = {"first.weight": (7, 5), "first.bias": (7,), "slope": (7,), "second.weight": (3, 7), "second.bias": (3,)}


def problem():
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(16, 5, generator=generator)
    targets = torch.randint(3, (16,), generator=generator)
    weights = {name: 0.5 * torch.randn(shape, generator=generator) for name, shape in SHAPES.items()}
    weights["slope"] = torch.full((7,), 0.25)
    return inputs, targets, weights


def train(make_optimiser, decay, factor=lambda step: 1.0, clip=0.0):
    inputs, targets, weights = problem()
    w = {name: value.clone().requires_grad_() for name, value in weights.items()}
    optimiser = make_optimiser([
        {"params": [value for name, value in w.items() if name != "slope"], "weight_decay": decay},
        {"params": [w["slope"]], "weight_decay": 0.0},
    ])
    rates = [group["lr"] for group in optimiser.param_groups]
    losses = []
    for step in range(STEPS):
        for group, rate in zip(optimiser.param_groups, rates):
            group["lr"] = rate * factor(step)
        hidden = prelu(inputs @ w["first.weight"].T + w["first.bias"], w["slope"])
        loss = cross_entropy(hidden @ w["second.weight"].T + w["second.bias"], targets)
        optimiser.zero_grad()
        loss.backward()
        if clip > 0:
            torch.nn.utils.clip_grad_norm_(list(w.values()), clip)
        optimiser.step()
        losses.append(loss.item())
    return {"losses": losses, "weights": {name: value.flatten().tolist() for name, value in w.items()}}


def warm_cosine(step, warmup=2, epochs=STEPS):
    """One step an epoch, the rate at the middle of the step."""
    time = step + 0.5
    if time < warmup:
        return time / warmup
    return (1 + math.cos(math.pi * (time - warmup) / (epochs - warmup))) / 2


def main():
    optim = torch.optim
    inputs, targets, weights = problem()
    result = {
        "inputs": inputs.tolist(),
        "targets": targets.tolist(),
        "weights": {name: value.flatten().tolist() for name, value in weights.items()},
        "optimisers": {
            "sgd": train(lambda p: optim.SGD(p, lr=0.1, momentum=0.9), 0.05),
            "adam": train(lambda p: optim.Adam(p, lr=0.1), 0.05),
            "adamw": train(lambda p: optim.AdamW(p, lr=0.1), 0.05),
            "adagrad": train(lambda p: optim.Adagrad(p, lr=0.1), 0.05),
            "rmsprop": train(lambda p: optim.RMSprop(p, lr=0.1), 0.05),
        },
        "scheduled": train(lambda p: optim.SGD(p, lr=0.5, momentum=0.9), 0.0, warm_cosine, clip=0.3),
    }
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")


main()

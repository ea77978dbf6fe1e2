#!/usr/bin/python3
"""The work of bench_training as PyTorch users write it: TensorDataset, DataLoader, Sequential, one thread.

Pixels are normalised beforehand, which spares this side the work that the other does batch by batch.
"""
import argparse
import json
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

ACTIVATIONS = {"relu": nn.ReLU, "mish": nn.Mish}
MODELS = {
    "mlp:width=512-256-128": lambda activation: nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 512), activation(),
        nn.Linear(512, 256), activation(),
        nn.Linear(256, 128), activation(),
        nn.Linear(128, 10)),
    "cnn": lambda activation: nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), activation(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), activation(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, 128), activation(),
        nn.Linear(128, 10)),
}


def train_epoch(model, loader, optimiser, loss_function):
    model.train()
    total = 0.0
    for images, labels in loader:
        optimiser.zero_grad()
        loss = loss_function(model(images), labels)
        loss.backward()
        optimiser.step()
        total += loss.item() * len(labels)
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--activation", choices=ACTIVATIONS, default="relu")
    parser.add_argument("--samples", type=int, default=60000)
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    pixels = torch.randint(0, 256, (arguments.samples, 1, 28, 28), dtype=torch.uint8)
    images = (pixels.float() - 127.5) / 73.9
    labels = torch.randint(0, 10, (arguments.samples,))
    loader = DataLoader(TensorDataset(images, labels), batch_size=128, shuffle=True)
    model = MODELS[arguments.model](ACTIVATIONS[arguments.activation])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.001)
    loss_function = nn.CrossEntropyLoss()

    speeds = []
    for _ in range(arguments.epochs):
        start = time.perf_counter()
        train_epoch(model, loader, optimiser, loss_function)
        speeds.append(arguments.samples / (time.perf_counter() - start))
    print(json.dumps({"model": arguments.model, "samples_per_second": speeds[1:],
                      "libtorch": torch.__version__}))


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""The work of bench_clicks for deepfm in PyTorch, one thread, in two ways:

usual    nn.Embedding and one dense Adam
careful  sparse gradients, SparseAdam for the tables, Adam for the rest

Both are spared a DataLoader: an epoch is a permutation, a batch an index_select. No loss is read.
"""
import argparse
import json
import time

import torch
from torch import nn
from torch.nn import functional as F

FIELDS, NUMBERS, BATCH, VECTOR, WIDTH = 26, 13, 1024, 16, 400


class DeepFm(nn.Module):
    def __init__(self, rows, careful):
        super().__init__()
        self.vectors = nn.Embedding(rows, VECTOR, padding_idx=0, sparse=careful)
        self.weights = nn.Embedding(rows, 1, padding_idx=0, sparse=careful)
        nn.init.uniform_(self.vectors.weight, -0.05, 0.05)
        nn.init.zeros_(self.weights.weight)
        self.number_vectors = nn.Parameter(torch.empty(NUMBERS, VECTOR).uniform_(-0.05, 0.05))
        self.number_weights = nn.Linear(NUMBERS, 1)
        self.tower = nn.Sequential(nn.Linear(FIELDS * VECTOR + NUMBERS, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH),
                                   nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 1))

    def forward(self, tokens, numbers):
        vectors = self.vectors(tokens)
        total = vectors.sum(1) + numbers @ self.number_vectors
        squares = vectors.square().sum(1) + numbers.square() @ self.number_vectors.square()
        products = 0.5 * (total.square() - squares).sum(1, keepdim=True)
        first_order = self.weights(tokens).sum(1) + self.number_weights(numbers)
        return (first_order + products + self.tower(torch.cat([vectors.flatten(1), numbers], 1))).squeeze(1)


def optimisers(model, careful):
    if not careful:
        return [torch.optim.Adam(model.parameters(), lr=0.001)]
    tables = [model.vectors.weight, model.weights.weight]
    rest = [parameter for parameter in model.parameters() if all(parameter is not table for table in tables)]
    return [torch.optim.SparseAdam(tables, lr=0.001), torch.optim.Adam(rest, lr=0.001)]


def random_clicks(rows, draws, count):
    """Each token of a field as likely as any other, or the k-th as likely as 1/k (Zipf)."""
    share = (rows - 1) // FIELDS
    rank = torch.arange(1, share + 1, dtype=torch.float64)
    likely = (1 / rank if draws == "zipf" else torch.ones_like(rank)).cumsum(0)
    ranks = torch.searchsorted(likely, torch.rand(count, FIELDS, dtype=torch.float64) * likely[-1])
    return ranks + torch.arange(FIELDS) * share + 1, torch.randn(count, NUMBERS), torch.randint(0, 2, (count,)).float()


def train_epoch(model, steppers, tokens, numbers, labels):
    for batch in torch.randperm(len(labels)).split(BATCH):
        for stepper in steppers:
            stepper.zero_grad(set_to_none=True)
        outputs = model(tokens.index_select(0, batch), numbers.index_select(0, batch))
        F.binary_cross_entropy_with_logits(outputs, labels.index_select(0, batch)).backward()
        for stepper in steppers:
            stepper.step()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=["usual", "careful"])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--draws", choices=["zipf", "uniform"], default="zipf")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    data = random_clicks(arguments.rows, arguments.draws, BATCH * arguments.steps)
    careful = arguments.way == "careful"
    model = DeepFm(arguments.rows, careful)
    steppers = optimisers(model, careful)
    times = []
    for _ in range(arguments.epochs):
        start = time.perf_counter()
        train_epoch(model, steppers, *data)
        times.append(1e6 * (time.perf_counter() - start) / arguments.steps)
    print(json.dumps({"microseconds_per_step": times[1:], "libtorch": torch.__version__}))


if __name__ == "__main__":
    main()

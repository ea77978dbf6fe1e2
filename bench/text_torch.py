#!/usr/bin/python3
"""The work of bench_text in PyTorch, one thread, in two ways:

usual    nn.Embedding and its mean, one dense Adam
careful  sparse gradients (EmbeddingBag where that serves), SparseAdam for the words, Adam for the rest

Both are spared a DataLoader: an epoch is a permutation, a batch an index_select. No loss is read.
"""
import argparse
import json
import time

import torch
from torch import nn
from torch.nn import functional as F

WIDTH, BATCH, LENGTH, CLASSES = 128, 64, 40, 2


class Dan(nn.Module):
    def __init__(self, words, careful):
        super().__init__()
        self.careful = careful
        if careful:
            self.words = nn.EmbeddingBag(words, WIDTH, mode="mean", sparse=True, padding_idx=0)
        else:
            self.words = nn.Embedding(words, WIDTH, padding_idx=0)
        self.hidden = nn.Sequential(nn.Linear(WIDTH, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(),
                                    nn.Linear(128, CLASSES))

    def forward(self, tokens):
        vectors = self.words(tokens)
        return self.hidden(vectors if self.careful else vectors.mean(1))


class TextCnn(nn.Module):
    def __init__(self, words, careful):
        super().__init__()
        self.words = nn.Embedding(words, WIDTH, padding_idx=0, sparse=careful)
        self.windows = nn.ModuleList(nn.Conv1d(WIDTH, 100, window) for window in (3, 4, 5))
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Linear(300, CLASSES)

    def forward(self, tokens):
        vectors = self.words(tokens).transpose(1, 2)
        largest = [F.relu(window(vectors)).amax(2) for window in self.windows]
        return self.output(self.dropout(torch.cat(largest, 1)))


def optimisers(model, careful):
    if not careful:
        return [torch.optim.Adam(model.parameters(), lr=0.001)]
    rest = [parameter for name, parameter in model.named_parameters() if not name.startswith("words.")]
    return [torch.optim.SparseAdam(list(model.words.parameters()), lr=0.001), torch.optim.Adam(rest, lr=0.001)]


def random_texts(words, draws, texts):
    """Each word as likely as any other, or the k-th as likely as 1/k (Zipf)."""
    rank = torch.arange(1, words - 1, dtype=torch.float64)
    likely = (1 / rank if draws == "zipf" else torch.ones_like(rank)).cumsum(0)
    tokens = torch.searchsorted(likely, torch.rand(texts, LENGTH, dtype=torch.float64) * likely[-1]) + 2
    return tokens, torch.randint(0, CLASSES, (texts,))


def train_epoch(model, steppers, tokens, labels):
    for batch in torch.randperm(len(labels)).split(BATCH):
        for stepper in steppers:
            stepper.zero_grad(set_to_none=True)
        F.cross_entropy(model(tokens[batch]), labels[batch]).backward()
        for stepper in steppers:
            stepper.step()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=["dan", "text_cnn"])
    parser.add_argument("way", choices=["usual", "careful"])
    parser.add_argument("--words", type=int, default=20000)
    parser.add_argument("--draws", choices=["zipf", "uniform"], default="zipf")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    tokens, labels = random_texts(arguments.words, arguments.draws, BATCH * arguments.steps)
    careful = arguments.way == "careful"
    model = {"dan": Dan, "text_cnn": TextCnn}[arguments.model](arguments.words, careful)
    steppers = optimisers(model, careful)
    times = []
    for _ in range(arguments.epochs):
        start = time.perf_counter()
        train_epoch(model, steppers, tokens, labels)
        times.append(1e6 * (time.perf_counter() - start) / arguments.steps)
    print(json.dumps({"microseconds_per_step": times[1:], "libtorch": torch.__version__}))


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""DS-CNN small as PyTorch users write it: TensorDataset, DataLoader, Sequential, one thread, in two memory layouts.

Features are standardised beforehand, which spares this side the work that the other does batch by batch.
"""
import argparse
import json
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from training_torch import train_epoch

CLASSES, BATCH, MAPS = 12, 100, 64
LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def normed(conv):
    return [conv, nn.BatchNorm2d(MAPS), nn.ReLU()]


def border(size, kernel, stride):
    """Zeros before and behind, so that ⌈size/stride⌉ places are left."""
    missing = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return missing // 2, missing - missing // 2


def ds_cnn(frames, channels):
    layers = [nn.ZeroPad2d((*border(channels, 4, 2), *border(frames, 10, 2))),
              *normed(nn.Conv2d(1, MAPS, (10, 4), stride=2, bias=False))]
    for _ in range(4):
        layers += normed(nn.Conv2d(MAPS, MAPS, 3, padding=1, groups=MAPS, bias=False))
        layers += normed(nn.Conv2d(MAPS, MAPS, 1, bias=False))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(MAPS, CLASSES))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layout", choices=LAYOUTS)
    parser.add_argument("--channels", type=int, default=10)
    parser.add_argument("--frames", type=int, default=49)
    parser.add_argument("--clips", type=int, default=5000)
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    layout = LAYOUTS[arguments.layout]
    clips = torch.randn(arguments.clips, 1, arguments.frames, arguments.channels).to(memory_format=layout)
    labels = torch.randint(0, CLASSES, (arguments.clips,))
    loader = DataLoader(TensorDataset(clips, labels), batch_size=BATCH, shuffle=True)
    model = ds_cnn(arguments.frames, arguments.channels).to(memory_format=layout)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.001)

    speeds = []
    for _ in range(arguments.epochs):
        start = time.perf_counter()
        train_epoch(model, loader, optimiser, nn.CrossEntropyLoss())
        speeds.append(arguments.clips / (time.perf_counter() - start))
    print(json.dumps({"samples_per_second": speeds[1:], "libtorch": torch.__version__}))


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Training throughput of DS-CNN small, ActLab's and PyTorch's (Debian's python3-torch) in either memory layout,
interleaved, and the time that each speech model takes for one second of speech; one thread each.

usage: bench/speech.py [--rounds 5] [--clips 5000] [--only training|response]

Features are 10 coefficients or 40 bands of 49 frames in training, and 40 bands of 98 frames in response. Prints
medians over rounds and epochs, the median, smallest and largest ratio, and median and 99th percentile of response.
"""
import argparse
import statistics
import sys

from training import HERE, PROGRAM as TRAINING, measure, use_fitting_kernels

PROGRAM = TRAINING.with_name("bench_speech")
LAYOUTS = ["contiguous", "channels_last"]
MODELS = ["dnn", "cnn", "ds_cnn", "ds_cnn:size=m", "ds_cnn:size=l", "crnn", "res", "res:maps=19", "res:depth=15,maps=19",
          "res:depth=15"]


def compare(channels, clips, rounds):
    work = ["--channels", str(channels), "--frames", "49", "--clips", str(clips), "--epochs", "3"]
    ours, others = [], {layout: [] for layout in LAYOUTS}
    for _ in range(rounds):
        ours += measure([PROGRAM, "ds_cnn", *work, "--answers", "0"])["samples_per_second"]
        for layout, speeds in others.items():
            speeds += measure([sys.executable, HERE / "speech_torch.py", layout, *work])["samples_per_second"]
    print(f"ds_cnn, {channels} × 49: {statistics.median(ours):.0f} clips a second")
    for layout, speeds in others.items():
        ratios = [a / b for a, b in zip(ours, speeds)]
        print(f"  PyTorch {layout:14} {statistics.median(speeds):6.0f}, {statistics.median(ratios):.2f} times "
              f"({min(ratios):.2f} to {max(ratios):.2f})")
    print(flush=True)


def respond(rounds):
    times = {model: [] for model in MODELS}
    for _ in range(rounds):
        for model, found in times.items():
            work = ["--channels", "40", "--frames", "98", "--epochs", "0", "--answers", "100"]
            found += measure([PROGRAM, model, *work])["milliseconds"]
    print("one second of speech, 40 × 98, in milliseconds: median and 99th percentile")
    for model, found in times.items():
        print(f"  {model:22} {statistics.median(found):7.2f} {statistics.quantiles(found, n=100)[98]:7.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clips", type=int, default=5000)
    parser.add_argument("--only", choices=["training", "response"])
    arguments = parser.parse_args()
    if not PROGRAM.exists():
        sys.exit(f"{PROGRAM} is missing: ./run build")
    use_fitting_kernels()
    if arguments.only != "response":
        for channels in (10, 40):
            compare(channels, arguments.clips, arguments.rounds)
    if arguments.only != "training":
        respond(arguments.rounds)


if __name__ == "__main__":
    main()

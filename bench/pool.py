#!/usr/bin/python3
"""What a second worker is worth: the same grid with --jobs 1 and --jobs 2, interleaved; medians and their ratio.

usage: bench/pool.py [--rounds 3] [--seeds 0..11]
"""
import argparse
import pathlib
import statistics
import subprocess
import tempfile
import time

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "build" / "release" / "bin" / "image_classification"


def seconds(jobs, seeds):
    with tempfile.TemporaryDirectory() as output:
        start = time.monotonic()
        subprocess.run([PROGRAM, "compare", "--activations", "relu,tanh", "--seeds", seeds, "--epochs", "5",
                        "--jobs", str(jobs), "--output", output, "--quiet", "--format", "csv"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seeds", default="0..11")
    arguments = parser.parse_args()
    one, two = [], []
    for _ in range(arguments.rounds):
        one.append(seconds(1, arguments.seeds))
        two.append(seconds(2, arguments.seeds))
    ratios = [a / b for a, b in zip(one, two)]
    print(f"one worker   {statistics.median(one):6.1f} s")
    print(f"two workers  {statistics.median(two):6.1f} s")
    print(f"ratio        {statistics.median(ratios):6.2f}  ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()

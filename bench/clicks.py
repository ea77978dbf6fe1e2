#!/usr/bin/python3
"""Time of a training step of DeepFM, ActLab's and PyTorch's (Debian's python3-torch), interleaved, one thread each.

usage: bench/clicks.py [--rounds 5] [--only pytorch|rows]

26 categorical and 13 numerical fields, vectors of 16 numbers, a tower of 400-400-400, batches of 1024. The k-th token
of a field is drawn as often as 1/k (zipf, as in logs) or as any other (uniform). Prints medians over rounds and
epochs, the median, smallest and largest ratio, and the least that the tower's matrix products take on this machine.
ActLab in bfloat16 is another calculation than PyTorch's in float32 (docs/bfloat16.md says what it costs).
"""
import argparse
import statistics
import sys

from text import report
from training import HERE, PROGRAM as TRAINING, measure, use_fitting_kernels

PROGRAM = TRAINING.with_name("bench_clicks")
MULTIPLICATIONS = 1024 * 3 * ((26 * 16 + 13) * 400 + 2 * 400 * 400 + 400)  # forward, and backward to inputs and weights


def run(command, draws, rows, steps):
    return measure([*command, "--draws", draws, "--rows", str(rows), "--steps", str(steps)])


def compare(draws, rounds):
    """ActLab beside the usual and the careful PyTorch, both in float32, 1,000,000 rows."""
    ours, others, flops = {"float32": [], "bfloat16": []}, {"usual": [], "careful": []}, []
    for _ in range(rounds):
        for dtype, values in ours.items():
            result = run([PROGRAM, "--dtype", dtype], draws, 1_000_000, 50)
            values += result["microseconds_per_step"]
        flops.append(result["matrix_product_flops"])
        for way, values in others.items():
            steps = {"usual": 10, "careful": 50}[way]
            values += run([sys.executable, HERE / "clicks_torch.py", way], draws, 1_000_000, steps)["microseconds_per_step"]
    for dtype, values in ours.items():
        report(f"deepfm, 1,000,000 rows, {draws}, {dtype}", values, others)
    peak = statistics.median(flops)
    print(f"  in float32 the tower's products alone take {2e6 * MULTIPLICATIONS / peak:.0f} µs at {peak / 1e9:.0f} Gflop/s\n")


def grow(draws, rounds):
    """A thousand times as many rows."""
    small, large = [], []
    for _ in range(rounds):
        small += run([PROGRAM], draws, 10_000, 50)["microseconds_per_step"]
        large += run([PROGRAM], draws, 10_000_000, 50)["microseconds_per_step"]
    report(f"deepfm, 10,000 rows, {draws}", small, {"10,000,000": large})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=["pytorch", "rows"])
    arguments = parser.parse_args()
    if not PROGRAM.exists():
        sys.exit(f"{PROGRAM} is missing: ./run build")
    use_fitting_kernels()
    for draws in ("zipf", "uniform"):
        if arguments.only != "rows":
            compare(draws, arguments.rounds)
        if arguments.only != "pytorch":
            grow(draws, arguments.rounds)


if __name__ == "__main__":
    main()

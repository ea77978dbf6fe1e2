#!/usr/bin/python3
"""Time of a training step of text models, ActLab's and PyTorch's (Debian's python3-torch), interleaved, one thread each.

usage: bench/text.py [--rounds 5] [--only dan|text_cnn|vocabulary]…

128 numbers a word, batches of 64 texts of 40 words; word k of the vocabulary is drawn as often as 1/k (zipf, as in
language) or as any other (uniform). Prints medians over rounds and epochs, and the median, smallest and largest ratio.
"""
import argparse
import statistics
import sys

from training import HERE, PROGRAM as TRAINING, measure, use_fitting_kernels

PROGRAM = TRAINING.with_name("bench_text")
MODELS = {"dan": "dan:depth=2,width=128,embedding=128,word_dropout=0", "text_cnn": "text_cnn"}


def times(command, draws, words, steps):
    options = ["--draws", draws, "--words", str(words), "--steps", str(steps)]
    return measure([*command, *options])["microseconds_per_step"]


def report(title, ours, others):
    print(f"{title}: {statistics.median(ours):.0f} µs a step")
    for name, values in others.items():
        ratios = [b / a for a, b in zip(ours, values)]
        print(f"  {name:12} {statistics.median(values):8.0f} µs, {statistics.median(ratios):.2f} times "
              f"({min(ratios):.2f} to {max(ratios):.2f})")
    print(flush=True)


def compare(model, draws, rounds):
    """ActLab beside the usual and the careful PyTorch, 20,000 words."""
    ours, others = [], {"usual": [], "careful": []}
    for _ in range(rounds):
        ours += times([PROGRAM, MODELS[model]], draws, 20000, 300)
        for way, values in others.items():
            values += times([sys.executable, HERE / "text_torch.py", model, way], draws, 20000, 50)
    report(f"{model}, 20,000 words, {draws}", ours, others)


def grow(model, draws, rounds):
    """A vocabulary a hundred times as large."""
    small, large = [], []
    for _ in range(rounds):
        small += times([PROGRAM, MODELS[model]], draws, 10_000, 1000)
        large += times([PROGRAM, MODELS[model]], draws, 1_000_000, 1000)
    report(f"{model}, 10,000 words, {draws}", small, {"1,000,000": large})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append", choices=[*MODELS, "vocabulary"])
    arguments = parser.parse_args()
    if not PROGRAM.exists():
        sys.exit(f"{PROGRAM} is missing: ./run build")
    use_fitting_kernels()
    for model in MODELS:
        for draws in ("zipf", "uniform"):
            if not arguments.only or model in arguments.only:
                compare(model, draws, arguments.rounds)
            if not arguments.only or "vocabulary" in arguments.only:
                grow(model, draws, arguments.rounds)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Training throughput of ActLab and of PyTorch (Debian's python3-torch), the two interleaved, one thread each.

usage: bench/training.py [--model MODEL]… [--rounds 5] [--samples N]

Prints medians over rounds, the ratio, and the share of the matrix product's measured peak that ActLab reaches.
"""
import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parent / "build" / "release" / "bin" / "bench_training"
SAMPLES = {"mlp:width=512-256-128": 60000, "cnn": 12800}  # the models that both sides have
ONE_THREAD = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")


def use_fitting_kernels():
    """Gives both sides the OpenBLAS kernels that ActLab chooses where OpenBLAS itself takes old ones (lib/core/blas.h)."""
    doctor = subprocess.run([PROGRAM.with_name("activations"), "doctor"], env=ONE_THREAD, check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    kernels = re.search(r"OpenBLAS .*NO_AFFINITY (\w+)", doctor)
    if kernels:
        ONE_THREAD.setdefault("OPENBLAS_CORETYPE", kernels[1])


def measure(command):
    return json.loads(subprocess.run(command, env=ONE_THREAD, check=True, stdout=subprocess.PIPE).stdout)


def compare(model, samples, rounds):
    work = [model, "--samples", str(samples), "--epochs", "2"]
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(measure([PROGRAM, *work]))
        theirs.append(measure([sys.executable, HERE / "training_torch.py", *work]))

    def speed(results):
        return [value for result in results for value in result["samples_per_second"]]

    ratios = [a / b for a, b in zip(speed(ours), speed(theirs))]
    peak = [s * r["flops_per_sample"] / r["matrix_product_flops"] for r in ours for s in r["samples_per_second"]]
    return {
        "model": model,
        "rounds": rounds,
        "actlab samples/s": statistics.median(speed(ours)),
        "pytorch samples/s": statistics.median(speed(theirs)),
        "ratio": statistics.median(ratios),
        "ratio min": min(ratios),
        "ratio max": max(ratios),
        "matrix product Gflop/s": statistics.median(r["matrix_product_flops"] for r in ours) / 1e9,
        "share of that peak": statistics.median(peak),
        "libtorch": ours[0]["libtorch"],
        "pytorch": theirs[0]["libtorch"],
        "blas": ours[0]["blas"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", choices=SAMPLES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--samples", type=int)
    arguments = parser.parse_args()
    if not PROGRAM.exists():
        sys.exit(f"{PROGRAM} is missing: ./run build")
    use_fitting_kernels()
    for model in arguments.model or SAMPLES:
        result = compare(model, arguments.samples or SAMPLES[model], arguments.rounds)
        for name, value in result.items():
            print(f"  {name:24} {value:,.3f}" if isinstance(value, float) else f"  {name:24} {value}")
        print(flush=True)


if __name__ == "__main__":
    main()

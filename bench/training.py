#!/usr/bin/python3
"""Training throughput of ActLab and of PyTorch (Debian's python3-torch), the two interleaved, one thread each.

usage: bench/training.py [--work WORK]… [--rounds 5] [--samples N]

Prints medians over rounds, the ratio, and the share of the matrix product's measured peak that ActLab reaches. `spread`
is what the activations of the group `article`, and mish, make of the time of a convolutional step, with the fused
kernels and with LibTorch's operators in turns.
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
PEERS = {  # model and activation that both sides have; samples an epoch; how many times as fast ActLab shall be
    "mlp": ("mlp:width=512-256-128", "relu", 60000, 1.6),
    "cnn": ("cnn", "relu", 12800, 1.5),
    "cnn-mish": ("cnn", "mish", 12800, 3.5),
}
SPREAD = "sigmoid,tanh,relu,leaky_relu,prelu,elu,swish"  # the group `article`
LARGEST_SPREAD = 1.15
# The machine's speed changes within a second: the activations take turns after two steps, and each is compared with
# the others of its round.
SPREAD_SAMPLES = 256
SPREAD_TURNS = 8  # for each round
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


def compare(work, samples, rounds):
    model, activation, usual_samples, demand = PEERS[work]
    samples = str(samples or usual_samples)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(measure([PROGRAM, model, "--activations", activation, "--samples", samples]))
        theirs.append(measure([sys.executable, HERE / "training_torch.py", model, "--activation", activation,
                               "--samples", samples, "--epochs", "2"]))
    fast = [result["samples_per_second"][activation][0] for result in ours]
    slow = [result["samples_per_second"][0] for result in theirs]
    ratios = [a / b for a, b in zip(fast, slow)]
    peak = [speed * r["flops_per_sample"] / r["matrix_product_flops"] for speed, r in zip(fast, ours)]
    return {
        "model": f"{model}, {activation}",
        "rounds": rounds,
        "actlab samples/s": statistics.median(fast),
        "pytorch samples/s": statistics.median(slow),
        "ratio": statistics.median(ratios),
        "ratio min": min(ratios),
        "ratio max": max(ratios),
        "ratio demanded": demand,
        "matrix product Gflop/s": statistics.median(r["matrix_product_flops"] for r in ours) / 1e9,
        "share of that peak": statistics.median(peak),
        "libtorch": ours[0]["libtorch"],
        "pytorch": theirs[0]["libtorch"],
        "blas": ours[0]["blas"],
    }


def step_times(kernels, samples, rounds):
    """Milliseconds of a step of 128 samples, activation by activation: medians, relative to the others' in its round."""
    command = [PROGRAM, "cnn", "--activations", SPREAD + ",mish", "--kernels", kernels, "--samples",
               str(samples or SPREAD_SAMPLES), "--rounds", str(rounds * SPREAD_TURNS)]
    times = {name: [128e3 / speed for speed in speeds]
             for name, speeds in measure(command)["samples_per_second"].items()}
    middle = [statistics.median(values) for values in zip(*times.values())]
    typical = statistics.median(middle)
    return {name: typical * statistics.median(t / m for t, m in zip(values, middle)) for name, values in times.items()}


def spread(samples, rounds):
    result = {"model": "cnn, milliseconds a step", "rounds": rounds * SPREAD_TURNS}
    for kernels in ("fused", "libtorch"):
        times = step_times(kernels, samples, rounds)
        result.update({f"{kernels} {name}": time for name, time in sorted(times.items(), key=lambda item: item[1])})
        article = [times[name] for name in SPREAD.split(",")]
        result[f"{kernels} spread of article"] = max(article) / min(article)
    result["spread demanded below"] = LARGEST_SPREAD
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", action="append", choices=[*PEERS, "spread"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--samples", type=int)
    arguments = parser.parse_args()
    if not PROGRAM.exists():
        sys.exit(f"{PROGRAM} is missing: ./run build")
    use_fitting_kernels()
    for work in arguments.work or [*PEERS, "spread"]:
        measured = spread if work == "spread" else lambda *rest, work=work: compare(work, *rest)
        for name, value in measured(arguments.samples, arguments.rounds).items():
            print(f"  {name:26} {value:,.3f}" if isinstance(value, float) else f"  {name:26} {value}")
        print(flush=True)


if __name__ == "__main__":
    main()

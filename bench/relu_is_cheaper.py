#!/usr/bin/python3
"""What remains of "ReLU is cheaper": kernels, training and inference before and after, as a page of Markdown.

usage: bench/relu_is_cheaper.py [--rounds 5] > docs/relu-is-cheaper.md

Before: LibTorch's operators (--kernels libtorch); after: the kernels of lib/activations/kernels (--kernels fused).
Both are measured in turns on one thread, every activation after the other, several rounds; figures are medians, in
brackets the quartiles.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess

BIN = pathlib.Path(__file__).resolve().parent.parent / "build" / "release" / "bin"
NAMES = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "swish", "mish"]
MODELS = {"mlp:width=512-256-128": ("dense net 784-512-256-128-10", 12800, 60),
          "cnn": ("convolutional net of two layers with 32 and 64 maps", 1280, 10)}
WAYS = ["libtorch", "fused"]
ENVIRONMENT = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")


def run(program, *arguments):
    """Its JSON, and what it says beside."""
    done = subprocess.run([BIN / program, *map(str, arguments)], env=ENVIRONMENT, check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return json.loads(done.stdout), done.stderr


def kernels(elements, rounds):
    """[name][pass][way] = record of `activations bench`, and what the machine can do."""
    records, machine = run("activations", "bench", ",".join(NAMES), "--elements", elements, "--rounds", rounds,
                           "--format", "json", "--quiet")
    table = {}
    for record in records:
        # Where LibTorch has no operator, it composes one.
        way = {"fused": "fused", "libtorch": "libtorch", "composed": "composed"}[record["implementation"]]
        table.setdefault(record["name"].split(":")[0], {}).setdefault(record["pass"], {})[way] = record
    for passes in table.values():
        for ways in passes.values():
            ways.setdefault("libtorch", ways.get("composed"))
    return table, [line for line in machine.splitlines() if line.strip()]


def networks(program, amount, rounds):
    """[model][name][way] = microseconds an image, one a round."""
    table = {}
    for _ in range(rounds):
        for model, (_, samples, batches) in MODELS.items():
            for way in WAYS:
                result, _ = run(program, model, "--activations", ",".join(NAMES), "--kernels", way, amount,
                                samples if amount == "--samples" else batches)
                for name, speeds in result["samples_per_second"].items():
                    table.setdefault(model, {}).setdefault(name, {}).setdefault(way, []).extend(
                        1e6 / speed for speed in speeds)
    return table


def spread(values):
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle:.1f} [{low:.1f}, {high:.1f}]"


def factors(values, base):
    """Medians as multiples of that of relu."""
    return {name: values[name] / values[base] for name in values}


def dearest(multiples):
    name = max(multiples, key=multiples.get)
    return f"{name}, {multiples[name]:.2f} times relu"


def apart(table, way):
    """The multiples of relu of those whose quartiles lie above relu's: the rest may be chance."""
    quartiles = {name: statistics.quantiles(table[name][way], n=4, method="inclusive") for name in NAMES}
    return {name: q[1] / quartiles["relu"][1] for name, q in quartiles.items() if q[0] > quartiles["relu"][2]}


def dearer(multiples):
    if not multiples:
        return "none can be told from relu"
    return f"{len(multiples)} of {len(NAMES) - 1} can be told from relu, the dearest is {dearest(multiples)}"


def kernel_section(table, machine):
    print("## Kernels\n")
    print("Nanoseconds an element of 6.4 million floats, forwards and backwards together.\n")
    for line in machine:
        print(f"- {line}")
    print("\n| activation | before | after | times relu, before | after | a copy of the same traffic |")
    print("| :--- | ---: | ---: | ---: | ---: | ---: |")
    sums = {way: {name: sum(table[name][p][way]["nanoseconds_per_element"] for p in ("forward", "backward"))
                  for name in NAMES} for way in WAYS}
    before, after = (factors(sums[way], "relu") for way in WAYS)
    for name in NAMES:
        copy = sum(table[name][p]["fused"]["copy_nanoseconds"] for p in ("forward", "backward"))
        print(f"| {name} | {sums['libtorch'][name]:.2f} | {sums['fused'][name]:.2f} | {before[name]:.2f} "
              f"| {after[name]:.2f} | {copy:.2f} |")
    print()
    return before, after


def network_section(title, table):
    """The table of a program, and [model] = multiples of relu, where they can be told from it, before and after."""
    print(f"## {title}\n")
    result = {}
    for model, (meaning, *_) in MODELS.items():
        print(f"Microseconds an image, {meaning}:\n")
        print("| activation | before | after | times relu, before | after |")
        print("| :--- | ---: | ---: | ---: | ---: |")
        medians = {way: {name: statistics.median(table[model][name][way]) for name in NAMES} for way in WAYS}
        before, after = (factors(medians[way], "relu") for way in WAYS)
        for name in NAMES:
            print(f"| {name} | {spread(table[model][name]['libtorch'])} | {spread(table[model][name]['fused'])} "
                  f"| {before[name]:.2f} | {after[name]:.2f} |")
        print()
        result[model] = [apart(table[model], way) for way in WAYS]
    return result


def conclusion(kernel, training, inference):
    """In words, of the numbers alone. Networks: only what is dearer beyond the spread of the rounds counts."""
    print("## What remains\n")
    print("Of networks only those count whose quartiles lie above relu's.\n")
    print(f"- A kernel alone: the dearest was {dearest(kernel[0])}, and is {dearest(kernel[1])}.")
    for what, table in (("A step of training", training), ("An answer", inference)):
        for model, (meaning, *_) in MODELS.items():
            before, after = table[model]
            print(f"- {what}, {meaning}: before, {dearer(before)}; after, {dearer(after)}.")
    was, now = (max([1.0, *(m for table in (training, inference) for ways in table.values()
                            for m in ways[way].values())]) for way in (0, 1))
    verdict = ("In a network nothing is left of it that one would choose an activation by" if now < 1.1 else
               "Less is left of it" if now < was else "It holds as before")
    print(f"\n\"ReLU is cheaper\" is true of the operators of a library: up to {max(kernel[0].values()):.1f} times for "
          f"the activation alone, up to {was:.2f} times for a network. With kernels that read and write memory once it "
          f"is {max(kernel[1].values()):.1f} times for the activation alone and {now:.2f} times for a network. "
          f"{verdict}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    table, machine = kernels(6_400_000, 2 * rounds + 1)
    training = networks("bench_training", "--samples", rounds)
    inference = networks("bench_inference", "--batches", rounds)
    print("# What remains of \"ReLU is cheaper\"\n")
    print("Made by `bench/relu_is_cheaper.py`. Before: LibTorch's operators (`--kernels libtorch`); after: the kernels "
          "of this project (`--kernels fused`, the default). Both in turns on one thread, every activation after the "
          "other; figures are medians, in brackets the quartiles. [All activations](performance.md).\n")
    kernel = kernel_section(table, machine)
    steps = network_section("Training", training)
    answers = network_section("Inference", inference)
    conclusion(kernel, steps, answers)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""What training in bfloat16 costs in accuracy and gains in time on this processor, as a page of Markdown.

usage: bench/bfloat16.py [--seeds 5] [--folder DIR] [--only WORD] > docs/bfloat16.md

Every model is trained with --dtype float32 and bfloat16, seed by seed in turns, on one thread; draws and order of the
data are the same. Differences are paired by seed, intervals those of the t distribution (95 %). Data are read from
$ACTLAB_DATA; a set that is not there is left out. With --folder, finished runs are kept. Needs SciPy.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from scipy import stats

from training import ONE_THREAD, PROGRAM

BIN = PROGRAM.parent
DTYPES = ("float32", "bfloat16")
ACTIVATIONS = "sigmoid,relu,swish"
# Program, flags, test metric and what differences of it matter in practice (docs/verdicts.md).
WORK = [
    ("image_classification", "--dataset fashion-mnist --model cnn --train-limit 10000 --epochs 4", "accuracy", 0.005),
    ("text_sentiment", "--dataset sst2-sentences --model text_cnn --epochs 4", "accuracy", 0.005),
    ("click_recommendation", "--dataset movielens-latest-small --split random --model deepfm --batch-size 1024 "
     "--epochs 2", "auc", 0.001),
    ("speech_recognition", "--dataset fsdd --model dnn:depth=4 --epochs 10", "accuracy", 0.005),
]


def train(program, flags, dtype, seed, folder):
    """{activation: record} of one seed; None where the data are missing."""
    output = folder / "_".join([program, *flags.replace("--", "").split()]) / dtype  # kept runs are of these flags
    done = subprocess.run([BIN / program, "compare", *flags.split(), "--activations", ACTIVATIONS, "--seeds", str(seed),
                           "--dtype", dtype, "--jobs", "1", "--no-probes", "--quiet", "--output", str(output)],
                          env=ONE_THREAD, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode == 3:
        return None
    if done.returncode != 0:
        sys.exit(done.stderr)
    records = [json.loads(file.read_text()) for file in (output / "runs").glob("*.json")]
    return {record["activation"]["name"]: record for record in records if record["seed"] == seed}


def seconds(record):
    """Of an epoch: the median but for the first, which warms up."""
    return statistics.median(epoch["seconds"] for epoch in record["history"][1:])


def interval(values):
    mean, error = statistics.mean(values), statistics.stdev(values) / len(values) ** 0.5
    reach = stats.t.ppf(0.975, len(values) - 1) * error
    return mean, mean - reach, mean + reach


def row(activation, runs, metric, threshold):
    exact, rounded = ([pair[dtype][activation] for pair in runs] for dtype in DTYPES)
    value = lambda record: record["metrics"]["test"][metric]
    mean, low, high = interval([value(b) - value(a) for a, b in zip(exact, rounded)])
    ratio = statistics.median(seconds(a) / seconds(b) for a, b in zip(exact, rounded))
    says = ("less than matters" if -threshold < low and high < threshold else
            "worse" if high < 0 else "better" if low > 0 else "open")
    return [activation, f"{statistics.mean(map(value, exact)):.4f}", f"{statistics.mean(map(value, rounded)):.4f}",
            f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]", says, f"{ratio:.2f}"]


def table(rows):
    head = ["activation", "float32", "bfloat16", "difference", "is", "times as fast"]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * 2 + ["---:"] * 4, *rows])


def section(work, seeds, folder):
    program, flags, metric, threshold = work
    runs = []
    for seed in range(seeds):
        pair = {dtype: train(program, flags, dtype, seed, folder) for dtype in DTYPES}
        if None in pair.values():
            print(f"{program}: left out, its data are not in $ACTLAB_DATA", file=sys.stderr)
            return
        runs.append(pair)
    rows = [row(activation, runs, metric, threshold) for activation in ACTIVATIONS.split(",")]
    print(f"\n## {program}\n\n`{flags} --seeds 0..{seeds - 1}`; test {metric}, of which {threshold} matters.\n")
    print(table(rows), flush=True)


def preface():
    doctor = subprocess.run([BIN / "activations", "doctor"], env=ONE_THREAD, check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    machine = "\n".join(line.strip().split(" (/")[0] for line in doctor.splitlines()
                        if line.split()[0] in ("LibTorch", "BLAS", "CPU", "bfloat16"))
    return f"""# Training in bfloat16

With `--dtype bfloat16` matrix products and convolutions take and give numbers of 8 significant bits and add up in
float32, and so do the activations between them; weights, their updates, embeddings and the loss stay in float32. Large
products gain most, where the processor has instructions for them (AMX, AVX-512 BF16; `activations doctor` names them);
elsewhere it works as well, but slowly. Small layers spend what they gain on conversions, and kernels that are for
float32 alone (convolutions over texts, towers in one function) give way to LibTorch's operators. What that does to
results and time; made by `bench/bfloat16.py`.

Each pair of runs has the same draws and the same order of the data. "Less than matters": the whole interval of 95 % lies
within the practical threshold; "open": more seeds would be needed. Time is that of an epoch, runs of both types in turns;
where the machine had other work, only large differences mean something.

```
{machine}
```"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--only", default="", help="programs that contain this word")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        print(preface(), flush=True)
        for work in WORK:
            if arguments.only in work[0]:
                section(work, arguments.seeds, arguments.folder or pathlib.Path(temporary))


if __name__ == "__main__":
    main()

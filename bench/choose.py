#!/usr/bin/env python3
"""How often `image_classification choose` is right, on data and models whose runs take a fraction of a second.

    bench/choose.py [--studies 20] [--programs build/release/bin] [--folder DIR]

First the truth: the mean difference of two activations from the baseline over many seeds (`compare`), which no
study uses afterwards. Then three kinds of study, each repeated with seeds of its own:

- planted: an activation that is truly better, with half of its true advantage as the threshold. Right: `choose`
  says so and advises it.
- null: relu with a leak of a ten-thousandth, another run of the same law. Right: no practical difference, and the
  advice to stay.
- among seven: the planted one, the null one and five others at once. Right: both as above, and the advice to change,
  but not to the null one.

A study ends after two minutes; what lies close to the threshold may then be undecided.

Prints Markdown. Exit code 4 when fewer than 9 of 10 studies of a kind are right.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

BASELINE = "relu"
PLANTED = "rrelu"
NULL = "leaky_relu:slope=0.0001"
OTHERS = ["sigmoid", "tanh", "elu", "gelu", "swish"]
TRUTH_SEEDS = 60
SETTING = ["--dataset", "glyphs", "--train-limit", "2000", "--test-limit", "500", "--model", "mlp:depth=2,width=32",
           "--epochs", "4", "--batch-size", "64", "--no-probes", "--quiet"]


def call(program, *arguments):
    result = subprocess.run([program, *arguments], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join([str(program), *arguments])}\n{result.stderr}")
    return json.loads(result.stdout)


def true_advantages(program, folder):
    """Mean difference in validation accuracy from the baseline, and its standard deviation, by activation."""
    output = folder / "truth"
    call(program, "compare", *SETTING, "--activations", ",".join([BASELINE, PLANTED, NULL]), "--baseline", BASELINE,
         "--seeds", f"0..{TRUTH_SEEDS - 1}", "--format", "json", "--output", str(output))
    accuracy = {}
    for file in (output / "runs").glob("*.json"):
        run = json.loads(file.read_text())
        accuracy.setdefault(run["activation"]["text"], {})[run["seed"]] = run["metrics"]["validation"]["accuracy"]
    result = {}
    for name, values in accuracy.items():
        differences = [values[seed] - accuracy[BASELINE][seed] for seed in values]
        mean = sum(differences) / len(differences)
        spread = (sum((d - mean) ** 2 for d in differences) / (len(differences) - 1)) ** 0.5
        result[name] = (mean, spread)
    return result


def study(program, folder, kind, number, activations, threshold):
    first = 1000 * (number + 1)
    answer = call(program, "choose", *SETTING, "--activations", ",".join(activations), "--baseline", BASELINE,
                  "--budget", "2m", "--first-seed", str(first), "--threshold", f"{threshold:.6f}", "--format", "json",
                  "--output", str(folder / f"{kind}-{number}"))
    verdicts = {row["activation"]: row["verdict"] for row in answer["comparison"]["rows"] if not row["is_baseline"]}
    seeds = max(row["ok"] for row in answer["comparison"]["rows"])
    return answer["activation"], verdicts, seeds, answer["comparison"]["runs"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=20)
    parser.add_argument("--only", choices=["planted", "null", "among seven"], help="one kind of study")
    parser.add_argument("--programs", default="build/release/bin", type=pathlib.Path)
    parser.add_argument("--folder", type=pathlib.Path, help="for the records; kept, and continued [a temporary one]")
    arguments = parser.parse_args()
    program = str(arguments.programs / "image_classification")
    temporary = tempfile.TemporaryDirectory()
    folder = arguments.folder or pathlib.Path(temporary.name)

    truth = true_advantages(program, folder)
    planted = next(name for name in truth if name.startswith(PLANTED))
    threshold = truth[planted][0] / 2
    described = ", ".join(f"{name} − {BASELINE} {100 * truth[name][0]:+.2f} (spread {100 * truth[name][1]:.2f})"
                          for name in (planted, NULL))
    print(f"Truth over {TRUTH_SEEDS} seeds, in percentage points of validation accuracy: {described}. "
          f"Threshold {100 * threshold:.2f}.\n")

    def is_right(kind, advice, verdicts):
        same = verdicts.get(NULL) == "no practical difference"
        better = verdicts.get(planted) == "better"
        return {"planted": better and advice == planted, "null": same and advice == BASELINE,
                "among seven": same and better and advice not in (BASELINE, NULL)}[kind]

    print("| study | right | seeds, mean | runs, mean |\n| --- | --- | --- | --- |")
    worst = 1.0
    for kind, activations in (("planted", [PLANTED]), ("null", [NULL]), ("among seven", [PLANTED, NULL, *OTHERS])):
        if arguments.only not in (None, kind):
            continue
        results = [study(program, folder, kind.replace(" ", "-"), number, activations, threshold)
                   for number in range(arguments.studies)]
        right = sum(is_right(kind, advice, verdicts) for advice, verdicts, _, _ in results)
        mean = lambda values: sum(values) / len(results)
        print(f"| {kind} | {right} of {len(results)} | {mean([r[2] for r in results]):.1f} "
              f"| {mean([r[3] for r in results]):.0f} |", flush=True)
        for number, (advice, verdicts, _, _) in enumerate(results):
            if not is_right(kind, advice, verdicts):
                print(f"{kind} {number}: {advice}: {verdicts}", file=sys.stderr)
        worst = min(worst, right / len(results))
    sys.exit(0 if worst >= 0.9 else 4)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""What it takes to load and compare many records: wall time and peak memory of `report`.

The records are copies of those of an output folder, with other seeds, data sets and test results: comparisons of
every activation of the folder over so many seeds, on as many data sets as it takes. The first call reads files
that were just written, from the memory of the machine.

usage: bench/records.py FOLDER [--records 100000] [--seeds 10] [--keep DIR]
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

BIN = pathlib.Path(__file__).resolve().parent.parent / "build" / "release" / "bin"


def template(record):
    """The text of a record with marks where copies differ."""
    record["run_id"], record["seed"] = "@run_id@", "@seed@"
    record["dataset"]["name"] = record["dataset"]["fingerprint"] = "@data@"
    record["metrics"]["test"] = {name: f"@value@{value!r}" for name, value in record["metrics"]["test"].items()}
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False)


def copy(text, run_id, seed, data, noise):
    text = text.replace("@run_id@", run_id).replace('"@seed@"', str(seed)).replace("@data@", data)
    head, *values = text.split('"@value@')
    for part in values:
        value, rest = part.split('"', 1)
        head += repr(float(value) + noise) + rest
    return head


def make_records(folder, output, count, seeds):
    """`count` records in output/runs; the number of bytes."""
    templates = {}
    for file in sorted((folder / "runs").glob("*.json")):
        record = json.loads(file.read_text())
        if record["status"] == "ok" and record["metrics"]["test"]:
            templates.setdefault(record["activation"]["text"], template(record))
    if not templates:
        raise SystemExit(f"no runs with test metrics in {folder}/runs")
    (output / "runs").mkdir(parents=True, exist_ok=True)
    draw, texts, size = random.Random(0), list(templates.values()), 0
    for i in range(count):
        seed, data = i // len(texts) % seeds, i // (len(texts) * seeds)
        text = copy(texts[i % len(texts)], f"{i:016x}", seed, f"data-{data}", draw.gauss(0, 0.01))
        (output / "runs" / f"{i:016x}.json").write_text(text + "\n")
        size += len(text)
    return size


def measure(command):
    """Wall seconds, peak MiB and bytes of output."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        if status != 0:
            raise SystemExit(f"{command}: status {status}")
        return seconds, usage.ru_maxrss / 1024, output.seek(0, os.SEEK_END)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--keep", type=pathlib.Path, help="where to leave the copies, or to find them")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        output = arguments.keep or pathlib.Path(temporary)
        if not (output / "runs").exists():
            size = make_records(arguments.folder, output, arguments.records, arguments.seeds)
            print(f"{arguments.records} records, {size / 1e6:.0f} MB")
        program = json.loads(next((output / "runs").glob("*.json")).read_text())["task"]
        for name, command in {"report --format csv": [BIN / program, "report", output, "--format", "csv"],
                              "report --format json": [BIN / program, "report", output, "--format", "json"],
                              "reproduce report": [BIN / "reproduce", "report", output]}.items():
            seconds, mebibytes, written = measure(command)
            print(f"{name:22} {seconds:6.1f} s  {mebibytes:6.0f} MiB  {written / 1e6:7.1f} MB written")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Reads the event files of `--tensorboard` without anything of ActLab's and holds them against the records.

    events.py --program image_classification     trains two runs in a temporary folder and compares
    events.py FILE                               prints the scalars of a file, a JSON object a line
"""

import argparse
import json
import math
import pathlib
import struct
import subprocess
import sys
import tempfile
import time


def make_table():
    """CRC-32C (Castagnoli, RFC 3720), a byte at a time."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


TABLE = make_table()


def masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def fields(message):
    """Number and value of every field of a protobuf message."""
    place = 0

    def varint():
        nonlocal place
        value = shift = 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    while place < len(message):
        key = varint()
        if key & 7 == 0:
            value = varint()
        else:
            size = {1: 8, 5: 4}.get(key & 7) or varint()
            value = message[place : place + size]
            place += size
        yield key >> 3, value


def read(file):
    """(step, {tag: value}) of every whole event with scalars; both sums of each record are checked."""
    data = file.read_bytes()
    place = 0
    events = []
    while place + 12 <= len(data):
        header, (size, crc) = data[place : place + 8], struct.unpack("<QI", data[place : place + 12])
        assert crc == masked_crc(header), f"{file}: the length at byte {place} does not fit its sum"
        message = data[place + 12 : place + 12 + size]
        if place + 16 + size > len(data):
            break  # the writer was killed here
        assert struct.unpack("<I", data[place + 12 + size : place + 16 + size])[0] == masked_crc(message), file
        place += 16 + size
        event = list(fields(message))
        if not events and place == 16 + size:
            assert dict(event)[3] == b"brain.Event:2", f"{file} does not begin with the version"
        scalars = {}
        for number, summary in event:
            for _, value in fields(summary) if number == 5 else ():
                parts = dict(fields(value))
                scalars[parts[1].decode()] = struct.unpack("<f", parts[2])[0]
        if scalars:
            events.append((dict(event).get(2, 0), scalars))
    return events


def close(value, expected):
    if expected is None:
        return math.isnan(value)
    return math.isclose(value, expected, rel_tol=1e-6, abs_tol=1e-9)


def check_run(events, record):
    assert len(events) == len(record["history"]) + 1, "an event an epoch, and one of the test"
    for (step, scalars), epoch in zip(events, record["history"]):
        assert step == epoch["epoch"]
        assert close(scalars["train/loss"], epoch["train_loss"])
        assert close(scalars["train/learning_rate"], epoch["lr"])
        for name, value in epoch.items():
            if name.startswith("validation_"):
                assert close(scalars["validation/" + name[len("validation_") :]], value), name
    for name, value in record["metrics"]["test"].items():
        assert close(events[-1][1]["test/" + name], value), name


def check_program(program):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        small = ["--model", "mlp:depth=1,width=8", "--train-limit", "300", "--test-limit", "60", "--epochs", "3"]
        subprocess.run([program, "compare", "--activations", "relu,tanh", "--seeds", "0", "--jobs", "2", "--quiet",
                        "--output", str(folder / "output"), "--tensorboard", str(folder / "events"), *small],
                       check=True, capture_output=True)
        records = {}
        for file in (folder / "output" / "runs").glob("*.json"):
            record = json.loads(file.read_text())
            records[record["run_id"]] = record
        files = list((folder / "events").glob("*/events.out.tfevents.*"))
        assert len(records) == len(files) == 2, files
        for file in files:
            check_run(read(file), records[file.name.rsplit(".", 1)[1]])
        subprocess.run([program, "train", "--activation", "elu", "--quiet", "--tensorboard", str(folder / "one"), *small],
                       check=True, capture_output=True)
        (file,) = (folder / "one").glob("*/events.out.tfevents.*")
        assert "test/accuracy" in read(file)[-1][1]
        check_killed(program, folder / "killed", small)
        print(f"{len(files) + 1} event files say what the records say, and that of a killed run what it did")


def check_killed(program, folder, small):
    training = subprocess.Popen([program, "train", *small, "--epochs", "100000", "--quiet", "--tensorboard", str(folder)])
    try:
        for _ in range(6000):
            files = list(folder.glob("*/events.out.tfevents.*"))
            if files and len(read(files[0])) >= 3:
                break
            time.sleep(0.01)
    finally:
        training.kill()
        training.wait()
    steps = [step for step, _ in read(files[0])]
    assert len(steps) >= 3 and steps == list(range(1, len(steps) + 1)), steps


def main():
    assert masked_crc(b"123456789") == ((0xE3069283 >> 15 | 0xE3069283 << 17) + 0xA282EAD8) & 0xFFFFFFFF
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=pathlib.Path)
    parser.add_argument("--program")
    arguments = parser.parse_args()
    if arguments.program:
        check_program(arguments.program)
    elif arguments.file:
        for step, scalars in read(arguments.file):
            print(json.dumps({"step": step, **scalars}))
    else:
        parser.error("a FILE or --program is needed")


if __name__ == "__main__":
    sys.exit(main())

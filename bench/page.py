#!/usr/bin/python3
"""How heavy the HTML page of some comparisons is, and how soon a browser shows it.

Of each folder it takes one model, so many activations and so many seeds, writes their page with `reproduce report`
and opens it in headless Chromium as a file, again and again, each time in a browser that has just started:
milliseconds from the beginning of the navigation to the first contentful paint and to the end of the load event, by
the browser's own clock.

usage: bench/page.py FOLDER… [--activations 7] [--seeds 5] [--times 9] [--keep PAGE]
"""
import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests" / "lib" / "report"))
from browser import Browser  # noqa: E402

TIMES = """
(() => {
  const navigation = performance.getEntriesByType('navigation')[0];
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return { load: navigation.loadEventEnd, paint: paint ? paint.startTime : 0,
           elements: document.querySelectorAll('*').length };
})()
"""


def take(folder, target, activations, seeds):
    """Copies the records of one model, so many activations and so many seeds."""
    files = sorted((pathlib.Path(folder) / "runs").glob("*.json"))
    records = [(file, json.loads(file.read_text())) for file in files]
    keys = [(json.dumps([run["model"]["name"], run["model"]["arguments"]]), run["activation"]["text"], run["seed"])
            for _, run in records]
    model = min(key[0] for key in keys)
    kept = [set(sorted({key[part] for key in keys if key[0] == model})[:count])
            for part, count in ((1, activations), (2, seeds))]
    (target / "runs").mkdir(parents=True)
    for (file, _), key in zip(records, keys):
        if key[0] == model and key[1] in kept[0] and key[2] in kept[1]:
            shutil.copy(file, target / "runs")
    return target


def open_once(chromium, page):
    """The times of one opening; the paint may come after the load event."""
    browser = Browser(chromium)
    try:
        browser.show(page, 1400, "light")
        for _ in range(200):
            times = browser.value(TIMES)
            if times["paint"] and times["load"]:
                return times
            time.sleep(0.05)
        raise SystemExit("the browser paints nothing")
    finally:
        browser.close()


def describe(comparisons):
    """Of each domain: activations × seeds."""
    return ", ".join(f"{one['task']}: {len(one['rows'])} × {len(one['seeds'])}" for one in comparisons)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", help="output folders of `compare`")
    parser.add_argument("--activations", type=int, default=7)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--keep", type=pathlib.Path, help="where to leave the page")
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        raise SystemExit("there is no Chromium here")
    with tempfile.TemporaryDirectory() as folder:
        taken = [take(one, pathlib.Path(folder) / f"{number}-{pathlib.Path(one).name}", arguments.activations,
                      arguments.seeds) for number, one in enumerate(arguments.folders, 1)]
        report = [ROOT / "build" / "release" / "bin" / "reproduce", "report", *taken, "--format"]
        page = arguments.keep or pathlib.Path(folder) / "page.html"
        page.write_bytes(subprocess.run([*report, "html"], check=True, stdout=subprocess.PIPE).stdout)
        compared = subprocess.run([*report, "json"], check=True, stdout=subprocess.PIPE).stdout
        print(f"activations × seeds: {describe(json.loads(compared))}")
        print(f"{page.stat().st_size / 1e6:.2f} MB")
        opened = [open_once(chromium, page) for _ in range(arguments.times)]
    print(f"{opened[0]['elements']} elements")
    for name, meaning in (("paint", "first contentful paint"), ("load", "end of the load event")):
        values = sorted(one[name] for one in opened)
        print(f"{meaning}: {statistics.median(values):.0f} ms, from {values[0]:.0f} to {values[-1]:.0f}")


if __name__ == "__main__":
    main()

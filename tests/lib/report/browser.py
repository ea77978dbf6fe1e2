#!/usr/bin/env python3
"""Looks at an HTML report in headless Chromium, at two widths and in both colour schemes.

    browser.py PAGE [--screenshots FOLDER]
    browser.py --from TEST_PROGRAM

Fails when the page is wider than the window, when text is cut off by its chart, when the console shows an error,
when sorting does not sort, or when anything is loaded. Exit code 77 (skipped) where there is no Chromium.
"""

import argparse
import base64
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

WIDTHS = (400, 1400)
SCHEMES = ("light", "dark")

# Texts of a chart that reach out of it, and what makes the page wider than its window, everything being open.
LOOK = """
(() => {
  for (const hidden of document.querySelectorAll('details')) hidden.open = true;
  const name = (node) => node.tagName + ' ' + node.textContent.trim().slice(0, 40);
  const wide = document.documentElement.scrollWidth > window.innerWidth;
  const culprits = wide ? [...document.querySelectorAll('body *')].filter((node) => !node.closest('.scroll > *') &&
    node.getBoundingClientRect().right > window.innerWidth + 1).map(name).slice(0, 5) : [];
  const cut = [];
  for (const drawing of document.querySelectorAll('figure > svg')) {
    const frame = drawing.getBoundingClientRect();
    for (const text of drawing.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 ||
          box.bottom > frame.bottom + 1) cut.push(name(text));
    }
  }
  const empty = [...document.querySelectorAll('figure')].filter((node) => !node.querySelector('svg path')).map(name);
  return { wide, culprits, cut, empty };
})()
"""

# Sorts the first table of verdicts by its second column, both ways, and says what stood in it before and after.
SORT = """
(() => {
  const table = document.querySelector('#comparison-1 table');
  const cells = () => [...table.tBodies[0].rows].map((row) => row.cells[1].textContent);
  const button = table.tHead.rows[0].cells[1].querySelector('button');
  button.click();
  const ascending = cells();
  button.click();
  return { ascending, descending: cells(), state: button.parentNode.getAttribute('aria-sort') };
})()
"""


class Browser:
    """Chromium, spoken to through its debugging pipe."""

    def __init__(self, program):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, from_us = os.pipe()
        to_us, from_browser = os.pipe()

        def connect():
            # Copies first: either end may have one of the numbers that Chromium wants.
            ends = os.dup(to_browser), os.dup(from_browser)
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             f"--user-data-dir={self.profile.name}", "about:blank"],
            preexec_fn=connect, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.writer, self.reader = os.fdopen(from_us, "wb"), os.fdopen(to_us, "rb")
        self.ids, self.events, self.attached = itertools.count(1), [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.attached = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Emulation.setScrollbarsHidden", hidden=True)  # a picture of the whole page has none
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def read(self):
        message = bytearray()
        while (byte := self.reader.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("the browser is gone")
            message += byte
        return json.loads(message)

    def call(self, method, **parameters):
        number = next(self.ids)
        message = {"id": number, "method": method, "params": parameters}
        if self.attached:
            message["sessionId"] = self.attached
        self.writer.write(json.dumps(message).encode() + b"\0")
        self.writer.flush()
        while (answer := self.read()).get("id") != number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read())

    def value(self, expression):
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]

    def show(self, page, width, scheme):
        self.events.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=pathlib.Path(page).resolve().as_uri())
        self.wait_for("Page.loadEventFired")

    def screenshot(self, file):
        height = self.value("document.documentElement.scrollHeight")
        width = self.value("window.innerWidth")
        picture = self.call("Page.captureScreenshot", captureBeyondViewport=True,
                            clip={"x": 0, "y": 0, "width": width, "height": min(height, 16000), "scale": 1})
        pathlib.Path(file).write_bytes(base64.b64decode(picture["data"]))

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()


def complaints(events):
    """Errors of the console, and whatever was loaded beside the page itself."""
    found = []
    for event in events:
        method, details = event.get("method"), event.get("params", {})
        if method == "Log.entryAdded" and details["entry"]["level"] == "error":
            found.append("console: " + details["entry"]["text"])
        if method == "Runtime.exceptionThrown":
            found.append("exception: " + details["exceptionDetails"]["text"])
        if method == "Network.requestWillBeSent":
            url = details["request"]["url"]
            if details.get("type") != "Document" and not url.startswith("data:"):
                found.append("loaded: " + url)
    return found


def leading_number(text):
    digits = text.replace("\u2007", "").replace(",", "").split(" ")[0]
    try:
        return float(digits)
    except ValueError:
        return None


def check_sorting(result):
    found = []
    for order, reverse in (("ascending", False), ("descending", True)):
        numbers = [number for number in map(leading_number, result[order]) if number is not None]
        if numbers != sorted(numbers, reverse=reverse):
            found.append(f"not {order}: {result[order]}")
    if result["state"] != "descending":
        found.append(f"aria-sort is {result['state']}")
    return found


def look(browser, page, screenshots):
    problems = []
    for width in WIDTHS:
        for scheme in SCHEMES:
            browser.show(page, width, scheme)
            if screenshots:
                browser.screenshot(screenshots / f"{pathlib.Path(page).stem}-{width}-{scheme}.png")
            seen = browser.value(LOOK)
            here = [f"wider than the window: {seen['culprits']}"] if seen["wide"] else []
            here += [f"cut off: {text}" for text in seen["cut"]] + [f"empty: {text}" for text in seen["empty"]]
            here += check_sorting(browser.value(SORT)) + complaints(browser.events)
            problems += [f"{width} pixels, {scheme}: {problem}" for problem in here]
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="?")
    parser.add_argument("--from", dest="program", help="test program that writes the page")
    parser.add_argument("--screenshots", type=pathlib.Path)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("skipped: there is no Chromium here")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        page = options.page
        if options.program:
            page = str(pathlib.Path(folder) / "page.html")
            subprocess.run([options.program, "--gtest_filter=HtmlPage.IsWrittenForABrowser"], check=True,
                           env={**os.environ, "ACTLAB_TEST_PAGE": page}, stdout=subprocess.DEVNULL)
        browser = Browser(chromium)
        try:
            problems = look(browser, page, options.screenshots)
        finally:
            browser.close()
    print("\n".join(problems) or "nothing to complain about")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

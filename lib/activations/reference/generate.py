#!/usr/bin/python3
"""Reference values for the catalogue, written from the formulas of the papers, independent of the C++ code.

usage: generate.py [FAMILY…]

Every family is a module beside this one with a table ROWS (spec → Row), and may have MOMENTS (spec → gain) for rows of
several inputs. Writes FAMILY.json: values and slopes at the points of common.py (null where a slope does not exist),
limits at −∞ and +∞, and 1/√E[f²], 1/√E[f'²], E[f] for a standard normal input. mpmath, 50 digits.
"""

import importlib
import json
import multiprocessing
import pathlib
import sys

import common

FAMILIES = ("sigmoidal", "rectified", "exponential", "gated", "shrinkage", "periodic", "adaptive", "multi_unit")


def one(task):
    family, spec = task
    return common.reference(importlib.import_module(family).ROWS[spec])


def write(family, pool):
    module = importlib.import_module(family)
    specs = list(module.ROWS)
    rows = dict(zip(specs, pool.map(one, [(family, spec) for spec in specs], chunksize=1)))
    rows.update((spec, {"gain": moments()}) for spec, moments in getattr(module, "MOMENTS", {}).items())
    lines = ",\n".join(f"{json.dumps(spec)}: {json.dumps(row)}" for spec, row in rows.items())
    path = pathlib.Path(__file__).with_name(family + ".json")
    path.write_text(f'{{"points": {json.dumps(common.POINTS)},\n"rows": {{\n{lines}\n}}}}\n')


def main():
    with multiprocessing.Pool(2) as pool:
        for family in sys.argv[1:] or FAMILIES:
            write(family, pool)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Answers `kgw route --requests` through the Python package: the Python leg of the table of vectors.

    python_vectors.py CONFIG REQUESTS [--seed N] [--set KEY=VALUE]...

CONFIG is a file or folder, REQUESTS a file of JSON requests, one a line (docs/cli.md). Prints a decision, or
{"error": ...}, for each: the program's own output, byte for byte.
"""

import argparse
import collections
import json
import sys

import kgw


def place(decision):
    backend = f"{decision.backend.namespace}/{decision.backend.name}" if decision.backend else ""
    return backend, str(decision.endpoint or "")


def answer(engine, line):
    try:
        request = kgw.Request.from_json(line)
    except ValueError as error:
        return json.dumps({"error": str(error)}, ensure_ascii=False, separators=(",", ":"))
    times = int(json.loads(line).get("times", 1))
    first = engine.route(request)
    counts = collections.Counter([place(first)])
    for _ in range(times - 1):
        counts[place(engine.route(request))] += 1
    return first.json((*where, count) for where, count in sorted(counts.items())) if times > 1 else first.json()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config")
    parser.add_argument("requests")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    options = parser.parse_args()
    settings = dict(text.split("=", 1) for text in options.set)
    engine = kgw.Engine(options.config, strict=False, seed=options.seed, options=settings)
    with open(options.requests, "rb") as requests:
        for line in requests:
            if line.strip(b" \t\r\n"):
                text = answer(engine, line.rstrip(b"\n"))
                sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape") + b"\n")


if __name__ == "__main__":
    main()

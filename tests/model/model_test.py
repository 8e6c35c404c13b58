#!/usr/bin/env python3
"""Checks every interleaving of the snapshot store's protocol with the model checker spin, and that
the model can fail: each mistake it can be told to make must be found. Needs spin and a C compiler.
About 20 seconds and 1 GB. Ends with a line 'N passed, N failed'."""

import os
import shutil
import subprocess
import sys
import tempfile

MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "store.pml")
DEPTH = "4000000"  # steps of the longest path without a repeated state, with room to spare

# What is checked, the macros that say so, and whether the protocol must hold.
CASES = (
    ("the asymmetric barrier holds", [], True),
    ("the sequential barrier holds", ["SEQUENTIAL"], True),
    ("without the writer's barrier it breaks", ["NO_BARRIER"], False),
    ("without the reader's second look it breaks", ["NO_SECOND_LOOK"], False),
    ("without the second look it breaks, sequential or not", ["SEQUENTIAL", "NO_SECOND_LOOK"], False),
    ("looking at pins before announcements breaks it", ["PINS_FIRST"], False),
    ("not looking at pins breaks it", ["NO_PINS"], False),
)


def run(command, folder):
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def explore(macros):
    """What the checker says about the model with these macros."""
    with tempfile.TemporaryDirectory(prefix="kgw-model-") as folder:
        run(["spin", "-a", *("-D" + macro for macro in macros), MODEL], folder)
        # -DSAFETY: assertions and dead ends only, no endless loops.
        run(["cc", "-O2", "-w", "-DSAFETY", "-DMEMLIM=4000", "-o", "pan", "pan.c"], folder)
        return run(["./pan", "-m" + DEPTH], folder)


def judge(output, holds):
    """What is wrong with the outcome; None if nothing is."""
    if not holds:
        return None if "assertion violated" in output else "no assertion was violated"
    if "errors: 0" not in output:
        return "an assertion was violated, or there is a dead end"
    if "max search depth too small" in output or "Search not completed" in output:
        return "the search was cut short"
    return None


def main():
    missing = [tool for tool in ("spin", "cc") if shutil.which(tool) is None]
    if missing:
        print(f"model: not checked, because these are not installed: {', '.join(missing)} (Debian packages spin, gcc)")
        print(f"0 passed, {len(CASES)} failed")
        return 1
    failed = 0
    for title, macros, holds in CASES:
        try:
            output = explore(macros)
            wrong = judge(output, holds)
        except (OSError, subprocess.CalledProcessError) as error:
            output, wrong = getattr(error, "output", None) or "", str(error)
        print(f"{'FAIL' if wrong else 'ok'}: {title}", flush=True)
        if wrong:
            failed += 1
            print(f"{wrong}\n{output}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Runs every test of a Meson build folder and counts the test cases inside each program.

    run_tests.py BUILD [--sanitizers] [--only NAME]... [--counts FILE]

Meson counts programs; this counts what they contain: GoogleTest cases, unittest methods, acceptance
cases. A program that crashes, hangs or reports nothing counts as one failure. Ends with one line
'N passed, N failed', or writes 'N N' to the file of --counts instead. Exit 0 all passed, 1 not.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import time

CASES = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)
UNITTEST = re.compile(r"^Ran (\d+) tests? in .*\n\n(?:OK|FAILED)(?: \(([^)]*)\))?$", re.M)


class Result:
    def __init__(self, name, passed=0, failed=0, output="", seconds=0.0):
        self.name, self.passed, self.failed, self.output, self.seconds = name, passed, failed, output, seconds


def tests_of(build):
    out = subprocess.run(["meson", "introspect", "--tests", build], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def command_of(test, options, report):
    command = list(test["cmd"])
    if test["protocol"] == "gtest":
        command.append(f"--gtest_output=json:{report}")
    if test["name"] == "cases" and options.sanitizers:
        command += ["--no-memory-limit", "--timeout", "60"]
    return command


def environment(test, options):
    env = {**os.environ, **test["env"]}
    if options.sanitizers:
        env.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0")
        env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1")
        for symbolizer in ("/usr/bin/llvm-symbolizer-19", "/usr/bin/llvm-symbolizer"):
            if os.path.exists(symbolizer):
                env.setdefault("ASAN_SYMBOLIZER_PATH", symbolizer)
                break
    return env


def gtest_counts(report, output):
    """(passed, failed) from the JSON report; from the lines of the console if the program died early."""
    try:
        with open(report, encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, ValueError):
        return len(re.findall(r"^\[       OK \]", output, re.M)), len(set(re.findall(r"^\[  FAILED  \] (\S+) \(", output, re.M)))
    cases = [case for suite in data["testsuites"] for case in suite["testsuite"] if case.get("result") == "COMPLETED"]
    failed = sum(1 for case in cases if case.get("failures"))
    return len(cases) - failed, failed


def script_counts(output):
    """(passed, failed) of a unittest program or of run_cases.py; (0, 0) if the output says neither."""
    found = CASES.findall(output)
    if found:
        return int(found[-1][0]), int(found[-1][1])
    found = UNITTEST.findall(output)
    if not found:
        return 0, 0
    total, notes = int(found[-1][0]), dict(re.findall(r"([a-z ]+)=(\d+)", found[-1][1].replace(", ", ",")))
    bad = len(set(re.findall(r"^(?:FAIL|ERROR): (\S+ \(\S+\))", output, re.M)))  # subtests share a name
    bad = min(total, bad + int(notes.get("unexpected successes", 0)))
    return max(0, total - bad - int(notes.get("skipped", 0))), bad


def run(test, options):
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kgw-tests-") as folder:
        report = os.path.join(folder, "report.json")
        limit = test["timeout"] * (6 if options.sanitizers else 1)
        try:
            process = subprocess.run(command_of(test, options, report), env=environment(test, options), stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=test["workdir"] or options.build, timeout=limit)
            output, code = process.stdout.decode("utf-8", "replace"), process.returncode
        except subprocess.TimeoutExpired as error:
            output, code = (error.stdout or b"").decode("utf-8", "replace") + f"\nno end within {limit} s", -1
        except OSError as error:
            output, code = f"cannot run {test['cmd'][0]}: {error}", -1
        passed, failed = gtest_counts(report, output) if test["protocol"] == "gtest" else script_counts(output)
    if failed == 0 and (code != 0 or passed == 0):
        failed = 1
        output += f"\n{test['name']} ended with exit code {code} after {passed} passed tests"
    return Result(test["name"], passed, failed, output, time.monotonic() - start)


def main():
    parser = argparse.ArgumentParser(description="Runs and counts every test of a build folder.")
    parser.add_argument("build")
    parser.add_argument("--sanitizers", action="store_true", help="the build has sanitizers: more time, more memory")
    parser.add_argument("--only", action="append", metavar="NAME", help="the tests of this name (repeatable)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--counts", metavar="FILE", help="write the counts there, not to the terminal")
    options = parser.parse_args()
    tests = [test for test in tests_of(options.build) if not options.only or test["name"] in options.only]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, options.jobs)) as pool:
        for result in pool.map(lambda test: run(test, options), tests):
            passed, failed = passed + result.passed, failed + result.failed
            print(f"  {'FAIL' if result.failed else 'ok  '} {result.name:24} {result.passed:5} ok {result.failed:3} bad"
                  f" {result.seconds:7.1f} s", flush=True)
            if result.failed:
                print("\n".join("       | " + line for line in result.output.splitlines()[-200:]), flush=True)
    if not tests:
        failed = 1
        print("  no tests found")
    if options.counts:
        with open(options.counts, "w", encoding="utf-8") as file:
            file.write(f"{passed} {failed}\n")
    else:
        print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

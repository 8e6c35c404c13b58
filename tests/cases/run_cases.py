#!/usr/bin/env python3
"""Runs the acceptance cases beside it (*.yaml) against a `kgw` program.

    run_cases.py --kgw PATH/TO/kgw [--only TOPIC[/NAME-PART]]... [--later FILE] [-v]
    run_cases.py --lint                    # checks the case files alone, needs no kgw

Python 3.11, standard library plus PyYAML. Every run of kgw has its own temporary
folder, at most 10 seconds and at most 32 MiB of output; two run at a time.
Ends with 'N passed, M failed'. Exit 0 all passed, 1 something failed, 2 wrong usage.
"""

import argparse
import concurrent.futures
import json
import math
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time

try:
    import yaml
except ImportError:  # pragma: no cover
    sys.exit("run_cases.py needs PyYAML (pip install PyYAML)")

HERE = os.path.dirname(os.path.abspath(__file__))
MAX_OUTPUT = 32 << 20
CASE_KEYS = {"name", "source", "why", "config", "args", "twice", "requests", "status", "check", "check_none",
             "exit", "memory_mb"}
REQUEST_KEYS = {"request", "expect", "repeat", "shares", "same", "distinct", "upstream_response", "why"}
CONTRACT_REQUEST = {"method", "scheme", "authority", "path", "port", "headers", "sni", "peer", "protocol",
                    "gateway", "times"}
DECISION_KEYS = {"verdict", "gateway", "listener", "route", "backend", "cluster", "endpoint", "request",
                 "response", "mirrors", "timeouts_ms", "retry", "transport", "distribution", "reason"}
CHECK_KEYS = {"severity", "kind", "namespace", "name", "field", "field_contains", "message_contains",
              "suggestion", "line", "column"}
STATUS_KEYS = {"kind", "namespace", "name", "path", "expect"}
PLURALS = {"BackendTLSPolicy": "backendtlspolicies", "TrafficPolicy": "trafficpolicies",
           "GatewayClass": "gatewayclasses", "DirectResponse": "directresponses"}


class Missing:
    def __repr__(self):
        return "(absent)"

    def __bool__(self):
        return False


MISSING = Missing()


def show(value, limit=400):
    if value is MISSING:
        return "(absent)"
    try:
        text = json.dumps(value, ensure_ascii=False, default=repr)
    except (ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= limit else text[:limit] + f"... ({len(text)} characters)"


# ---------------------------------------------------------------- matching

def is_empty(value):
    """What counts as 'the key does not apply': missing, null, or an empty string, list or object."""
    return value is MISSING or value is None or value == "" or value == [] or value == {}


def scalar_equal(want, got):
    if isinstance(want, bool) or isinstance(got, bool):
        return want is got
    if isinstance(want, (int, float)) and isinstance(got, (int, float)):
        return want == got
    return type(want) is type(got) and want == got


def join_path(path, key):
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)


class Context:
    """What matchers may need besides the value: the request and the backend's response headers."""

    def __init__(self, request=None, upstream_response=None):
        self.request = request or {}
        self.upstream_response = upstream_response or []


def match(want, got, path="", ctx=None):
    """Problems (strings) that stop `got` from matching `want`; an empty list is a match."""
    ctx = ctx or Context()
    if isinstance(want, dict):
        operators = {k: v for k, v in want.items() if isinstance(k, str) and k.startswith("$")}
        problems = []
        for name, argument in operators.items():
            function = OPERATORS.get(name)
            if function is None:
                problems.append(f"{path or 'value'}: the case uses an unknown matcher {name}")
            else:
                problems += function(argument, got, path, ctx)
        plain = {k: v for k, v in want.items() if k not in operators}
        if not plain:
            if not operators and not isinstance(got, dict):
                problems.append(f"{path or 'value'}: expected an object, got {show(got)}")
            return problems
        if not isinstance(got, dict):
            return problems + [f"{path or 'value'}: expected an object with {show(plain)}, got {show(got)}"]
        for key, sub in plain.items():
            problems += match(sub, got.get(key, MISSING), join_path(path, key), ctx)
        return problems
    if isinstance(want, list):
        if not isinstance(got, list):
            return [f"{path}: expected {show(want)}, got {show(got)}"]
        if len(want) != len(got):
            return [f"{path}: expected {len(want)} items {show(want)}, got {len(got)}: {show(got)}"]
        problems = []
        for index, (a, b) in enumerate(zip(want, got)):
            problems += match(a, b, join_path(path, index), ctx)
        return problems
    if got is MISSING or not scalar_equal(want, got):
        return [f"{path or 'value'}: expected {show(want)}, got {show(got)}"]
    return []


def op_oneof(options, got, path, ctx):
    if any(not match(option, got, path, ctx) for option in options):
        return []
    return [f"{path or 'decision'}: expected one of {show(options)}, got {show(got)}"]


def op_regex(pattern, got, path, ctx):
    if isinstance(got, str) and re.fullmatch(pattern, got, re.S):
        return []
    return [f"{path}: expected text matching /{pattern}/, got {show(got)}"]


def op_absent(want, got, path, ctx):
    if is_empty(got) == bool(want):
        return []
    return [f"{path}: expected it to be {'absent' if want else 'present'}, got {show(got)}"]


def op_not(want, got, path, ctx):
    if match(want, got, path, ctx):
        return []
    return [f"{path}: expected anything but {show(want)}, got {show(got)}"]


def op_contains(want, got, path, ctx):
    """In a list: some element matches. In a string: is a substring (any case). A list of wants: all of them."""
    wants = want if isinstance(want, list) else [want]
    problems = []
    for item in wants:
        if isinstance(got, list):
            found = any(not match(item, element, path, ctx) for element in got)
        elif isinstance(got, str) and isinstance(item, str):
            found = item.lower() in got.lower()
        else:
            found = False
        if not found:
            problems.append(f"{path}: expected it to contain {show(item)}, got {show(got)}")
    return problems


def op_between(bounds, got, path, ctx):
    if isinstance(got, (int, float)) and not isinstance(got, bool) and bounds[0] <= got <= bounds[1]:
        return []
    return [f"{path}: expected a number from {bounds[0]} to {bounds[1]}, got {show(got)}"]


def op_len(want, got, path, ctx):
    size = 0 if is_empty(got) else len(got) if isinstance(got, (list, dict, str)) else None
    if size is not None and not match(want, size, path, ctx):
        return []
    return [f"{path}: expected {show(want)} items, got {show(got)}"]


def pairs(value):
    """[["k","v"],...] or {"k":"v"} as a list of pairs; anything else yields what can be read of it."""
    if isinstance(value, dict):
        return [(str(k), v) for k, v in value.items()]
    out = []
    if isinstance(value, list):
        for item in value:
            if isinstance(item, (list, tuple)) and len(item) == 2 and isinstance(item[0], str):
                out.append((item[0], item[1]))
            elif isinstance(item, dict) and isinstance(item.get("name"), str):
                out.append((item["name"], item.get("value", "")))
    return out


def edited_headers(before, edits):
    """The header lines after the edits of a decision, applied in the contract's order: remove, set, add."""
    lines = [(k.lower(), v) for k, v in pairs(before)]
    for name in edits.get("remove") or []:
        if isinstance(name, str):
            lines = [line for line in lines if line[0] != name.lower()]
    for name, value in pairs(edits.get("set")):
        lines = [line for line in lines if line[0] != name.lower()] + [(name.lower(), value)]
    for name, value in pairs(edits.get("add")):
        lines.append((name.lower(), value))
    return lines


def op_headers(want, got, path, ctx):
    """The headers that leave the gateway: input lines with remove, set and add applied; lines of a name joined by ','."""
    edits = got if isinstance(got, dict) else {}
    before = ctx.upstream_response if path.split(".")[-1] == "response" else ctx.request.get("headers") or []
    lines = edited_headers(before, edits)
    problems = []
    for name, value in want.items():
        values = [str(v) for k, v in lines if k == name.lower()]
        actual = ",".join(values) if values else MISSING
        for problem in match(value, actual, f"{path} header {name}", ctx):
            problems.append(f"{problem} (edits: {show({k: edits.get(k) for k in ('remove', 'set', 'add') if k in edits})})")
    return problems


def check_shares(counts, total, want, tolerance, label):
    """counts: key -> hits. want: key -> weight; '$rest' stands for every key that is not listed."""
    weight_sum = sum(want.values())
    problems = []
    if weight_sum <= 0 or total <= 0:
        return [f"{label}: nothing to compare ({show(counts)})"]
    listed = {k: counts.get(k, 0) for k in want if k != "$rest"}
    rest = total - sum(listed.values())
    for key, weight in want.items():
        hits = rest if key == "$rest" else listed[key]
        share, ideal = hits / total, weight / weight_sum
        if weight == 0 and hits != 0:
            problems.append(f"{label}: {key} must never be drawn, got {hits} of {total} ({show(counts)})")
        elif abs(share - ideal) > tolerance:
            problems.append(f"{label}: expected {key} at {ideal:.3f} +/- {tolerance}, got {share:.3f} "
                            f"({hits} of {total}; {show(counts)})")
    if "$rest" not in want and rest != 0:
        problems.append(f"{label}: {rest} of {total} went elsewhere ({show(counts)})")
    return problems


def op_ratio(spec, got, path, ctx):
    total = ctx.request.get("times", 0)
    if not isinstance(got, list):
        return [f"{path}: expected a distribution, got {show(got)}"]
    by, counts = spec.get("by", "backend"), {}
    for entry in got:
        if not isinstance(entry, dict) or not isinstance(entry.get("count"), int):
            return [f"{path}: not a distribution entry: {show(entry)}"]
        key = entry.get(by)
        key = key if isinstance(key, str) else ""
        counts[key] = counts.get(key, 0) + entry["count"]
    return check_shares(counts, total, spec["want"], spec.get("tolerance", 0.03), f"{path} by {by}")


OPERATORS = {"$oneof": op_oneof, "$regex": op_regex, "$absent": op_absent, "$not": op_not,
             "$contains": op_contains, "$between": op_between, "$len": op_len, "$headers": op_headers,
             "$ratio": op_ratio}


# ---------------------------------------------------------------- paths into objects

PATH_TOKEN = re.compile(r"""\.?([^.\[\]]+)|\[(\d+)\]|\[\?([^=\]]+)=([^\]]*)\]|\['([^']*)'\]""")


def lookup(value, path):
    """'status.parents[0].conditions[?type=Accepted].status'; ['a.b/c'] quotes a key; '' is the object itself."""
    position = 0
    while position < len(path):
        token = PATH_TOKEN.match(path, position)
        if not token or token.end() == position:
            raise ValueError(f"bad path {path!r} at {position}")
        position = token.end()
        key, index, filter_key, filter_value, quoted = token.groups()
        if key is not None or quoted is not None:
            value = value.get(key if key is not None else quoted, MISSING) if isinstance(value, dict) else MISSING
        elif index is not None:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else MISSING
        else:
            hits = [v for v in value if isinstance(v, dict)
                    and str(lookup(v, filter_key)) == filter_value] if isinstance(value, list) else []
            value = hits[0] if hits else MISSING
        if value is MISSING:
            return MISSING
    return value


# ---------------------------------------------------------------- running kgw

class Outcome:
    def __init__(self):
        self.code, self.stdout, self.stderr, self.trouble = None, b"", b"", None
        self.command = []


def stop(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)  # its own session: only what this run started
    except (ProcessLookupError, PermissionError):
        process.kill()


def run_kgw(command, folder, timeout, memory_mb=None):
    outcome = Outcome()
    outcome.command = command
    if memory_mb and os.path.exists("/bin/sh"):
        command = ["/bin/sh", "-c", f'ulimit -v {memory_mb * 1024} 2>/dev/null; exec "$@"', "sh"] + command
    try:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True)
    except OSError as error:
        outcome.trouble = f"cannot run {command[0]}: {error.strerror or error}"
        return outcome
    deadline = time.monotonic() + timeout
    chunks = {process.stdout: [], process.stderr: []}
    size = 0
    with selectors.DefaultSelector() as selector:
        for stream in chunks:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                outcome.trouble = f"no answer within {timeout:g} s"
                break
            for key, _ in selector.select(left):
                data = os.read(key.fd, 1 << 16)
                if not data:
                    selector.unregister(key.fileobj)
                    continue
                size += len(data)
                chunks[key.fileobj].append(data)
            if size > MAX_OUTPUT:
                outcome.trouble = f"more than {MAX_OUTPUT >> 20} MiB of output"
                break
    if outcome.trouble:
        stop(process)
    try:
        outcome.code = process.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        outcome.trouble = outcome.trouble or f"closed its output but did not end within {timeout:g} s"
        stop(process)
        outcome.code = process.wait()
    outcome.stdout, outcome.stderr = b"".join(chunks[process.stdout]), b"".join(chunks[process.stderr])
    process.stdout.close()
    process.stderr.close()
    if not outcome.trouble and outcome.code < 0:
        try:
            name = signal.Signals(-outcome.code).name
        except ValueError:
            name = str(-outcome.code)
        outcome.trouble = f"died of {name}"
    elif not outcome.trouble and outcome.code in (126, 127) and not outcome.stdout:
        outcome.trouble = f"cannot run {outcome.command[0]} (exit {outcome.code})"
    return outcome


def text(data, limit=600):
    out = data.decode("utf-8", "replace").strip()
    return out if len(out) <= limit else out[:limit] + "..."


def parse_json(data):
    """(value, None) or (None, what is wrong)."""
    try:
        return json.loads(data.decode("utf-8", "replace")), None
    except (ValueError, RecursionError) as error:
        return None, f"{type(error).__name__}: {error}"


def json_lines(data):
    """One JSON value a line: (values, problems). A line that is not JSON keeps its place as an Exception."""
    values, problems = [], []
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        value, error = parse_json(line)
        if error:
            problems.append(f"output line {number} is not JSON: {text(line, 120)!r}")
            value = ValueError(error)
        values.append(value)
        if len(problems) > 5:
            problems.append("... and more")
            break
    return values, problems


def objects_of(data):
    """The objects of `kgw get -o json`: a List, one object, an array, or one object a line."""
    if not data.strip():
        return [], None
    value, error = parse_json(data)
    if error:
        values, problems = json_lines(data)
        if problems:
            return [], f"the output is not JSON: {text(data, 120)!r}"
        value = values
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        value = value["items"]
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, dict)], None


# ---------------------------------------------------------------- cases

def config_bytes(config):
    """A string, or a list of pieces: a string, {repeat: [text, times]}, {hex: "ff fe"}."""
    out = []
    for piece in config if isinstance(config, list) else [config]:
        if isinstance(piece, str):
            out.append(piece.encode())
        elif "repeat" in piece:
            out.append(piece["repeat"][0].encode() * piece["repeat"][1])
        else:
            out.append(bytes.fromhex(piece["hex"]))
    return b"".join(out)


def line_numbers(config, needle):
    lines = config.replace(b"\r\n", b"\n").split(b"\n")
    return [i for i, line in enumerate(lines, 1) if needle.encode() in line]


def line_matcher(config, want):
    """A line number, or text that stands in exactly one line, or a matcher over those."""
    if isinstance(want, str):
        found = line_numbers(config, want)
        if len(found) != 1:
            raise ValueError(f"line text {want!r} stands in {len(found)} lines of the config")
        return found[0]
    if isinstance(want, list):
        return [line_matcher(config, w) for w in want]
    if isinstance(want, dict):
        return {k: line_matcher(config, v) for k, v in want.items()}
    return want


def fill(value, index):
    """'{{i}}' in any string of a repeated request is the number of the copy."""
    if isinstance(value, str):
        return value.replace("{{i}}", str(index))
    if isinstance(value, list):
        return [fill(v, index) for v in value]
    if isinstance(value, dict):
        return {k: fill(v, index) for k, v in value.items()}
    return value


def describe(request):
    where = request.get("authority", "")
    if "port" in request:
        where += f" (port {request['port']})"
    if "sni" in request:
        where += f" (sni {request['sni']!r})"
    headers = " ".join(f"-H '{k}: {v}'" for k, v in request.get("headers", []))
    kind = request.get("protocol") or request.get("scheme", "http")
    return f"{request.get('method', 'GET')} {kind}://{where}{str(request.get('path', ''))[:80]} {headers}".strip()


class Case:
    def __init__(self, topic, data):
        self.topic, self.data = topic, data
        self.name = str(data.get("name"))
        self.id = f"{topic}/{self.name}"
        self.problems = []  # lists of lines
        self.commands = []

    def fail(self, *lines):
        self.problems.append([str(line) for line in lines])

    # one invocation; None if it failed in a way that makes its output worthless
    def invoke(self, options, folder, verb, extra):
        args = [str(a) for a in self.data.get("args", [])]
        if options.seed is not None:
            args += ["--seed", str(options.seed)]
        command = [options.kgw] + verb + ["-f", "config.yaml"] + extra + ["-o", "json"] + args
        outcome = run_kgw(command, folder, options.timeout,
                          None if options.no_memory_limit else self.data.get("memory_mb"))
        self.commands.append((verb, outcome))
        if outcome.trouble:
            self.fail(f"kgw {' '.join(verb)}: {outcome.trouble}", *(
                [f"stderr: {text(outcome.stderr)}"] if outcome.stderr.strip() else []))
            return None
        want = self.data.get("exit")
        if isinstance(want, int):
            want = {"check" if "check" in self.data else "route": want}
        allowed = (want or {}).get(verb[0])
        if allowed is None and outcome.code not in (0, 1):
            self.fail(f"kgw {' '.join(verb)}: exit {outcome.code}, expected 0 or 1",
                      f"stderr: {text(outcome.stderr)}")
        elif allowed is not None and match(allowed, outcome.code):
            self.fail(f"kgw {' '.join(verb)}: expected exit {show(allowed)}, got {outcome.code}",
                      f"stderr: {text(outcome.stderr)}")
        return outcome

    def run(self, options):
        folder = tempfile.mkdtemp(prefix="kgw-case-")
        try:
            config = config_bytes(self.data["config"])
            with open(os.path.join(folder, "config.yaml"), "wb") as file:
                file.write(config)
            if self.data.get("requests"):
                self.run_requests(options, folder)
            if self.data.get("status"):
                self.run_status(options, folder)
            if self.data.get("check") is not None or self.data.get("check_none") is not None:
                self.run_check(options, folder, config)
        except Exception as error:  # a broken case must not stop the others
            self.fail(f"the case itself is broken: {type(error).__name__}: {error}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return self

    def run_requests(self, options, folder):
        lines = []
        for entry in self.data["requests"]:
            for copy in range(entry.get("repeat", 1)):
                lines.append(fill(entry["request"], copy) if "repeat" in entry else entry["request"])
        with open(os.path.join(folder, "requests.jsonl"), "w", encoding="utf-8") as file:
            for line in lines:
                file.write(json.dumps(line) + "\n")
        outcome = self.invoke(options, folder, ["route"], ["--requests", "requests.jsonl"])
        if outcome is None:
            return
        decisions, problems = json_lines(outcome.stdout)
        if problems:
            self.fail("kgw route: " + problems[0], *problems[1:3])
        if len(decisions) != len(lines):
            self.fail(f"kgw route: {len(lines)} requests, {len(decisions)} decisions",
                      *([f"stderr: {text(outcome.stderr)}"] if outcome.stderr.strip() else []))
        position = 0
        for number, entry in enumerate(self.data["requests"]):
            count = entry.get("repeat", 1)
            batch = decisions[position:position + count]
            sent = lines[position:position + count]
            position += count
            self.judge(number, entry, sent, batch, options)
        if self.data.get("twice"):
            again = self.invoke(options, folder, ["route"], ["--requests", "requests.jsonl"])
            if again is not None and again.stdout != outcome.stdout:
                pairs_of_lines = zip(outcome.stdout.splitlines(), again.stdout.splitlines())
                first = next(((a, b) for a, b in pairs_of_lines if a != b), (outcome.stdout[-200:], again.stdout[-200:]))
                self.fail("two runs must give the same output", f"first:  {text(first[0])}", f"second: {text(first[1])}")

    def judge(self, number, entry, sent, batch, options):
        title = f"request {number}: {describe(entry['request'])}"
        good = []
        for request, decision in zip(sent, batch):
            if not isinstance(decision, dict):
                self.fail(title, f"no decision (got {show(decision)})")
                return
            ctx = Context(request, entry.get("upstream_response"))
            problems = match(entry.get("expect", {}), decision, "", ctx)
            if problems:
                extra = [f"decision: {show(decision, 4000)}"] if options.verbose else []
                self.fail(title if len(sent) == 1 else f"{title} (copy {len(good)} of {len(sent)})",
                          *problems, *extra)
                return
            good.append(decision)
        if len(good) < len(sent):
            if not good:
                self.fail(title, "no decision")
            return
        if "shares" in entry:
            spec, counts = entry["shares"], {}
            for decision in good:
                value = lookup(decision, spec["of"])
                key = "-" if is_empty(value) else value if isinstance(value, str) else show(value)
                counts[key] = counts.get(key, 0) + 1
            problems = check_shares(counts, len(good), spec["want"], spec.get("tolerance", 0.05),
                                    f"share of {spec['of']}")
            if problems:
                self.fail(title, *problems)
        for path in entry.get("same", []):
            values = {show(lookup(d, path)) for d in good}
            if len(values) != 1:
                self.fail(title, f"{path} must be the same in all {len(good)} decisions, got {sorted(values)[:8]}")
        if "distinct" in entry:
            spec = entry["distinct"]
            values = {show(lookup(d, spec["path"])) for d in good}
            if len(values) < spec["min"]:
                self.fail(title, f"{spec['path']} must take at least {spec['min']} values in {len(good)} decisions, "
                                 f"got {sorted(values)[:8]}")

    def run_status(self, options, folder):
        answers = {}
        for item in self.data["status"]:
            kind = item["kind"]
            if kind not in answers:
                outcome = self.invoke(options, folder, ["get", PLURALS.get(kind, kind.lower() + "s")], ["-A"])
                if outcome is None:
                    answers[kind] = None
                else:
                    answers[kind], trouble = objects_of(outcome.stdout)
                    if trouble:
                        self.fail(f"kgw get {kind}: {trouble}")
                        answers[kind] = None
            if answers[kind] is None:
                continue
            namespace = item.get("namespace", "default")
            found = MISSING
            for candidate in answers[kind]:
                meta = candidate.get("metadata") if isinstance(candidate.get("metadata"), dict) else {}
                if meta.get("name") == item["name"] and candidate.get("kind", kind) == kind and \
                        (namespace is None or meta.get("namespace", "default") == namespace):
                    found = candidate
                    break
            path = item.get("path", "")
            label = f"{kind} {namespace}/{item['name']}"
            if found is MISSING and not (path == "" and item["expect"] == {"$absent": True}):
                self.fail(f"status of {label}: not in the output of kgw get",
                          f"got: {show([lookup(c, 'metadata.name') for c in answers[kind]])}")
                continue
            value = lookup(found, path) if found is not MISSING else MISSING
            problems = match(item["expect"], value, path or label)
            if problems:
                self.fail(f"status of {label}", *problems,
                          *([f"object: {show(found, 4000)}"] if options.verbose else []))

    def run_check(self, options, folder, config):
        outcome = self.invoke(options, folder, ["check"], [])
        if outcome is None:
            return
        values, problems = json_lines(outcome.stdout)
        if problems:
            self.fail("kgw check: " + problems[0])
        flat = []
        for value in values:
            flat += value if isinstance(value, list) else [value]
        findings = [f for f in flat if isinstance(f, dict)]
        for want in self.data.get("check") or []:
            if not any(self.finding_matches(want, f, config) for f in findings):
                line = line_matcher(config, want["line"]) if "line" in want else None
                near = [f for f in findings if f.get("name") == want.get("name", object())] or \
                       [f for f in findings if line is not None and not match(line, f.get("line"))] or findings
                self.fail(f"check: no finding like {show(want)}" + (f" (line {show(line)})" if line else ""),
                          *[f"got: {show(f)}" for f in near[:4]], *([] if near else ["got no findings"]))
        for unwanted in self.data.get("check_none") or []:
            for finding in findings:
                if self.finding_matches(unwanted, finding, config):
                    self.fail(f"check: must have no finding like {show(unwanted)}", f"got: {show(finding)}")
                    break

    @staticmethod
    def finding_matches(want, finding, config):
        for key, value in want.items():
            if key in ("field_contains", "message_contains"):
                wrong = match({"$contains": value}, finding.get(key.split("_")[0], MISSING))
            elif key == "line":
                wrong = match(line_matcher(config, value), finding.get("line", MISSING))
            else:
                wrong = match(value, finding.get(key, MISSING))
            if wrong:
                return False
        return True

    def report(self, verbose):
        out = []
        if self.problems:
            out.append(f"FAIL {self.id}   (source: {self.data.get('source')})")
            shown = self.problems if verbose else self.problems[:6]
            for lines in shown:
                out.append("  " + lines[0])
                out += ["      " + line for line in lines[1:]]
            if len(shown) < len(self.problems):
                out.append(f"  ... and {len(self.problems) - len(shown)} more (-v shows all)")
            out.append(f"  why: {self.data.get('why')}")
        elif verbose:
            out.append(f"ok   {self.id}")
        return "\n".join(out)


def load(folder, only):
    cases, errors = [], []
    try:
        names = sorted(n for n in os.listdir(folder) if n.endswith((".yaml", ".yml")))
    except OSError as error:
        return [], [f"{folder}: {error.strerror}"]
    for file_name in names:
        topic = file_name.rsplit(".", 1)[0]
        if only and not any(o.split("/", 1)[0] == topic for o in only):
            continue
        try:
            with open(os.path.join(folder, file_name), encoding="utf-8") as file:
                data = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            if not isinstance(data, list):
                raise ValueError("not a list of cases")
        except (OSError, ValueError, yaml.YAMLError) as error:
            errors.append(f"{file_name}: {error}")
            continue
        for item in data:
            if not isinstance(item, dict) or "name" not in item or "config" not in item:
                errors.append(f"{file_name}: a case without name or config")
                continue
            case = Case(topic, item)
            if not only or any("/" not in o and o == topic or "/" in o and case.id.startswith(o.split("/", 1)[0] + "/")
                               and o.split("/", 1)[1] in case.name for o in only):
                cases.append(case)
    return cases, errors


def load_later(path, cases, everything):
    """{case id: missing feature} of a list with lines 'topic/name: feature', and what is wrong with it."""
    later, errors = {}, []
    ids = {case.id for case in cases}
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, ValueError) as error:
        return {}, [f"{path}: {error}"]
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, feature = line.rpartition(": ")
        if not colon or not feature.strip():
            errors.append(f"{path}:{number}: expected 'topic/name: missing feature'")
        elif everything and name not in ids:
            errors.append(f"{path}:{number}: there is no case '{name}'")
        elif name in later:
            errors.append(f"{path}:{number}: '{name}' stands here twice")
        else:
            later[name] = feature.strip()
    return later, errors


# ---------------------------------------------------------------- lint

def matcher_errors(want, where):
    out = []
    if isinstance(want, dict):
        for key, value in want.items():
            if isinstance(key, str) and key.startswith("$"):
                if key not in OPERATORS:
                    out.append(f"{where}: unknown matcher {key}")
                elif key == "$regex":
                    try:
                        re.compile(value)
                    except re.error as error:
                        out.append(f"{where}: bad regex {value!r}: {error}")
                elif key == "$oneof" and not isinstance(value, list):
                    out.append(f"{where}: $oneof needs a list")
                elif key == "$ratio":
                    total = sum(value["want"].values())
                    if total <= 0 or "tolerance" not in value:
                        out.append(f"{where}: $ratio needs positive weights and a tolerance")
                if key not in ("$ratio", "$regex"):
                    out += matcher_errors(value, where)
            else:
                out += matcher_errors(value, f"{where}.{key}")
    elif isinstance(want, list):
        for value in want:
            out += matcher_errors(value, where)
    return out


def sigma_error(where, want, tolerance, total):
    """A tolerance below 4.5 sigma would make a correct program fail now and then."""
    weights = sum(want.values())
    worst = max((w / weights) * (1 - w / weights) for w in want.values())
    need = 4.5 * math.sqrt(worst / total)
    return [f"{where}: tolerance {tolerance} is below 4.5 sigma ({need:.4f}) for {total} draws"] if tolerance < need else []


def refs_of(doc):
    """(parents, backends, extension refs) that a route names, with namespaces filled in."""
    meta, spec = doc.get("metadata") or {}, doc.get("spec") or {}
    home = meta.get("namespace", "default")
    parents, backends, extensions = [], [], []

    def walk_filters(filters):
        for f in filters or []:
            if not isinstance(f, dict):
                continue
            if isinstance(f.get("extensionRef"), dict):
                e = f["extensionRef"]
                extensions.append((e.get("kind"), home, e.get("name")))
            if isinstance(f.get("requestMirror"), dict) and isinstance(f["requestMirror"].get("backendRef"), dict):
                b = f["requestMirror"]["backendRef"]
                backends.append((b.get("kind", "Service"), b.get("namespace", home), b.get("name")))

    if not isinstance(spec, dict):
        return [], [], []
    for p in spec.get("parentRefs") or []:
        if isinstance(p, dict):
            parents.append((p.get("kind", "Gateway"), p.get("namespace", home), p.get("name")))
    for rule in spec.get("rules") or [] if isinstance(spec.get("rules"), list) else []:
        if not isinstance(rule, dict):
            continue
        walk_filters(rule.get("filters"))
        for b in rule.get("backendRefs") or [] if isinstance(rule.get("backendRefs"), list) else []:
            if isinstance(b, dict):
                backends.append((b.get("kind", "Service"), b.get("namespace", home), b.get("name")))
                walk_filters(b.get("filters"))
    return parents, backends, extensions


def lint(cases, errors):
    """Problems of the case files themselves."""
    out, seen = list(errors), set()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for case in cases:
        data, where = case.data, case.id
        if case.id in seen:
            out.append(f"{where}: name used twice")
        seen.add(case.id)
        for key in ("source", "why"):
            if not isinstance(data.get(key), str) or not data[key].strip() or "\n" in data[key].strip():
                out.append(f"{where}: needs a one-line {key}")
        out += [f"{where}: unknown key {key}" for key in data if key not in CASE_KEYS]
        if not any(data.get(k) for k in ("requests", "status", "check", "check_none")):
            out.append(f"{where}: asks nothing")
        config = config_bytes(data["config"])
        gateways, ports, text_of = [], set(), config.decode("utf-8", "replace")
        docs = []
        broken = case.topic == "bad_input"
        try:
            if isinstance(data["config"], str):  # pieces are bytes that a YAML parser may not survive
                docs = [d for d in yaml.load_all(config, Loader=loader) if isinstance(d, dict)]
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            if not broken:
                out.append(f"{where}: the config does not parse: {str(error).splitlines()[0]}")
        flat = []
        for doc in docs:
            flat += doc.get("items") or [] if doc.get("kind") == "List" else [doc]
        have = {(d.get("kind"), (d.get("metadata") or {}).get("namespace", "default"), (d.get("metadata") or {}).get("name"))
                for d in flat if isinstance(d.get("metadata"), dict)}
        for d in flat:
            if d.get("kind") in ("Gateway", "ListenerSet") and isinstance(d.get("spec"), dict):
                for listener in d["spec"].get("listeners") or []:
                    ports.add(listener.get("port"))
                gateways.append(d)
        # every reference either resolves or is spelled as deliberately missing
        for d in flat:
            if not str(d.get("kind", "")).endswith("Route"):
                continue
            parents, backends, extensions = refs_of(d)
            for kind, namespace, name in parents + backends + extensions:
                if (kind, namespace, name) in have or broken or name == "*":
                    continue
                if not re.search(r"missing|absent|nowhere|elsewhere|unknown|ghost|gone|default-|tasks|label", f"{kind} {namespace} {name}", re.I):
                    out.append(f"{where}: {d['kind']} {d['metadata'].get('name')} names {kind} {namespace}/{name}, "
                               f"which the config lacks (call it missing-..., ghost-... if that is meant)")
        for number, entry in enumerate(data.get("requests") or []):
            spot = f"{where} request {number}"
            out += [f"{spot}: unknown key {k}" for k in entry if k not in REQUEST_KEYS]
            request = entry.get("request")
            if not isinstance(request, dict) or "path" not in request:
                out.append(f"{spot}: needs a request with a path")
                continue
            out += [f"{spot}: {k} is not a request key of the contract" for k in request if k not in CONTRACT_REQUEST]
            expect = entry.get("expect", {})
            out += matcher_errors(expect, spot)
            for option in expect.get("$oneof", [expect]):
                out += [f"{spot}: {k} is not a decision key of the contract" for k in option
                        if k not in DECISION_KEYS and not k.startswith("$")]
            if not expect and "shares" not in entry and "distinct" not in entry and "same" not in entry:
                out.append(f"{spot}: expects nothing")
            if not gateways and not broken:
                out.append(f"{spot}: the config has no Gateway")
            port = request.get("port", 443 if request.get("scheme") == "https" else 80)
            if gateways and port not in ports and not broken and expect.get("verdict") != "reject":
                out.append(f"{spot}: no listener on port {port}")
            if "shares" in entry:
                out += sigma_error(spot, entry["shares"]["want"], entry["shares"].get("tolerance", 0.05), entry["repeat"])
            ratio = (expect.get("distribution") or {}).get("$ratio") if isinstance(expect.get("distribution"), dict) else None
            if ratio:
                if request.get("times", 1) < 2:
                    out.append(f"{spot}: $ratio needs times > 1")
                else:
                    out += sigma_error(spot, ratio["want"], ratio["tolerance"], request["times"])
            for key in ("backend", "route"):
                want = expect.get(key)
                name = want.get("name") if isinstance(want, dict) else None
                if isinstance(name, str) and name not in text_of and not broken:
                    out.append(f"{spot}: expects {key} {name!r}, which the config never names")
        for item in data.get("status") or []:
            spot = f"{where} status of {item.get('name')}"
            out += [f"{spot}: unknown key {k}" for k in item if k not in STATUS_KEYS]
            if not {"kind", "name", "expect"} <= set(item):
                out.append(f"{spot}: needs kind, name and expect")
                continue
            try:
                lookup({}, item.get("path", ""))
            except ValueError as error:
                out.append(f"{spot}: {error}")
            out += matcher_errors(item["expect"], spot)
            key = (item["kind"], item.get("namespace", "default"), item["name"])
            if key not in have and item["kind"] != "Upstream" and item["expect"] != {"$absent": True}:
                out.append(f"{spot}: the config has no {item['kind']} {key[1]}/{key[2]}")
        for item in (data.get("check") or []) + (data.get("check_none") or []):
            spot = f"{where} check {show(item)}"
            out += [f"{spot}: unknown key {k}" for k in item if k not in CHECK_KEYS]
            if "line" in item:
                try:
                    line_matcher(config, item["line"])
                except ValueError as error:
                    out.append(f"{spot}: {error}")
    return out


# ---------------------------------------------------------------- main

def main():
    parser = argparse.ArgumentParser(description="Runs the acceptance cases against a kgw program.")
    parser.add_argument("--kgw", metavar="PATH", help="the kgw program to judge")
    parser.add_argument("--only", metavar="TOPIC[/PART]", action="append",
                        help="one topic, or the cases of it whose name contains PART (repeatable)")
    parser.add_argument("-v", "--verbose", action="store_true", help="passing cases too, and whole decisions")
    parser.add_argument("--cases", metavar="DIR", default=HERE, help="default: the folder of this file")
    parser.add_argument("--timeout", type=float, default=10.0, metavar="S", help="per run of kgw (default 10)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="cases at a time (default 2)")
    parser.add_argument("--seed", type=int, metavar="N", help="passed to every run as --seed N (default: not passed)")
    parser.add_argument("--no-memory-limit", action="store_true", help="for sanitizer builds, which need address space")
    parser.add_argument("--later", metavar="FILE",
                        help="cases expected to fail, one 'topic/name: missing feature' a line; one that passes is an error")
    parser.add_argument("--lint", action="store_true", help="check the case files, run nothing")
    options = parser.parse_args()
    if not options.kgw and not options.lint:
        parser.error("--kgw PATH is needed (or --lint)")

    cases, errors = load(options.cases, options.only)
    later = {}
    if options.later:
        later, trouble = load_later(options.later, cases, not options.only)
        errors += trouble
    if options.lint:
        problems = lint(cases, errors)
        for problem in problems:
            print(problem)
        counts = {}
        for case in cases:
            n, m = counts.get(case.topic, (0, 0))
            counts[case.topic] = (n + 1, m + len(case.data.get("requests") or []) + len(case.data.get("status") or [])
                                  + len(case.data.get("check") or []))
        for topic, (n, m) in sorted(counts.items()):
            print(f"{topic:20} {n:3} cases {m:4} expectations")
        print(f"{len(cases)} cases, {sum(m for _, m in counts.values())} expectations, {len(problems)} problems")
        return 1 if problems else 0

    for error in errors:
        print(f"FAIL {error}")
    if os.sep in options.kgw or os.path.isfile(options.kgw):
        options.kgw = os.path.abspath(options.kgw)
    passed, failed, waiting = 0, len(errors), 0
    topics = {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, options.jobs)) as pool:
        for case in pool.map(lambda c: c.run(options), cases):
            if case.id in later:
                if case.problems:
                    waiting += 1
                    if options.verbose:
                        print(f"later {case.id}: {later[case.id]}", flush=True)
                else:
                    failed += 1
                    print(f"FAIL {case.id}\n  passes now: take it off the list ({options.later})", flush=True)
                continue
            good, bad = topics.get(case.topic, (0, 0))
            if case.problems:
                failed += 1
                bad += 1
            else:
                passed += 1
                good += 1
            topics[case.topic] = (good, bad)
            report = case.report(options.verbose)
            if report:
                print(report, flush=True)
    if not cases and not errors:
        print("no cases selected\n0 passed, 0 failed")
        return 2
    for topic, (good, bad) in topics.items():
        print(f"{topic:20} {good:3} passed {bad:3} failed")
    if options.later:
        print(f"{waiting} left for later")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)

#!/usr/bin/env python3
"""One table of vectors: the acceptance cases through the program, C++, C and Python give identical JSON.

    vectors_test.py --kgw PROGRAM --cpp CPP_VECTORS --c C_VECTORS
    vectors_test.py --kgw PROGRAM --only Rust

With KGW_PYTHON set to an interpreter that has the package kgw, Python is a leg too; with KGW_GO set to the program
of bindings/go/internal/vectors, Go is; with KGW_RUST set to the one of bindings/rust/kgw/examples/vectors.rs, Rust is.
Ends with 'N passed, M failed', counting each case once for each leg.
"""

import argparse
import ipaddress
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cases"))
import run_cases  # noqa: E402

PROTOCOLS = {"http": 0, "grpc": 1, "tls": 2, "tcp": 3, "udp": 4}
TEXTS = ("method", "scheme", "authority", "path", "sni", "peer", "local", "client_namespace", "gateway")
DEFAULTS = {"method": "GET", "scheme": "http"}


def requests_of(case):
    out = []
    for entry in case.data["requests"]:
        for copy in range(entry.get("repeat", 1)):
            out.append(run_cases.fill(entry["request"], copy) if "repeat" in entry else entry["request"])
    return [{key: value for key, value in request.items() if key != "times"} for request in out]


def host_of(authority):
    if authority.startswith("["):
        return authority[:authority.find("]") + 1]
    return authority.split(":")[0] if authority.count(":") == 1 else authority


def is_address(host):
    try:
        ipaddress.ip_address(host.strip("[]"))
        return True
    except ValueError:
        return False


def fields_of(request):
    """The fields of c_vectors, with what the reader of JSON requests does: Host line, default SNI, address bytes."""
    texts = {key: request.get(key, DEFAULTS.get(key, "")) for key in TEXTS}
    headers = request.get("headers", [])
    headers = list(headers.items()) if isinstance(headers, dict) else [tuple(pair) for pair in headers]
    hosts = [value for name, value in headers if name.lower() == "host"]
    if hosts and "authority" not in request:
        texts["authority"] = hosts[0]
    headers = [(name, value) for name, value in headers if name.lower() != "host"]
    if texts["scheme"] == "https" and not texts["sni"]:
        host = host_of(texts["authority"])
        host = host[:-1] if host.endswith(".") else host
        texts["sni"] = "" if is_address(host) else host
    parts = [texts[key].encode("utf-8", "surrogateescape") for key in TEXTS]
    for i, key in enumerate(TEXTS):
        if key in ("peer", "local") and texts[key]:
            parts[i] = ipaddress.ip_address(texts[key]).packed
    parts += [str(request.get("port", 0)).encode(), str(PROTOCOLS[request.get("protocol", "http")]).encode()]
    for name, value in headers:
        parts += [name.encode(), value.encode()]
    return "".join(part.hex() + "\t" for part in parts) + "\n"


def settings_of(case):
    args, out = [str(a) for a in case.data.get("args", [])], []
    for i, arg in enumerate(args):
        if arg == "--set":
            out.append(args[i + 1])
        elif arg.startswith("--set="):
            out.append(arg[6:])
    return out


def lines_of(command, fine):
    """What it printed; an exit that is not `fine`, such as a crash after the last answer, is one more line."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
    return done.stdout.split(b"\n") + ([] if done.returncode in fine else [b"exit %d" % done.returncode])


def run(case, options, folder):
    """{leg: lines} of one case."""
    config, jsonl, fields = (os.path.join(folder, name) for name in ("config.yaml", "requests.jsonl", "requests.hex"))
    requests = requests_of(case)
    with open(config, "wb") as file:
        file.write(run_cases.config_bytes(case.data["config"]))
    with open(jsonl, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(request) + "\n" for request in requests)
    with open(fields, "w", encoding="ascii") as file:
        file.writelines(fields_of(request) for request in requests)
    settings = settings_of(case)
    sets = [part for setting in settings for part in ("--set", setting)]
    legs = {
        "program": [options.kgw, "route", "-f", config, "--requests", jsonl, "-o", "json", "--seed", "1", *sets],
        "C++": [options.cpp, config, jsonl, "seed=1", *settings],
        "C": [options.c, config, fields, "seed=1", *settings],
    }
    python = os.environ.get("KGW_PYTHON")
    if python:
        legs["Python"] = [python, os.path.join(HERE, "python_vectors.py"), config, jsonl, "--seed", "1", *sets]
    go = os.environ.get("KGW_GO")
    if go:
        legs["Go"] = [go, config, fields, "seed=1", *settings]
    rust = os.environ.get("KGW_RUST")
    if rust:
        legs["Rust"] = [rust, config, fields, "seed=1", *settings]
    if options.only:
        if options.only not in legs:
            sys.exit(f"vectors_test.py: no leg {options.only}; its variable is not set")
        legs = {leg: legs[leg] for leg in ("program", options.only)}
    fine = {"program": (0, 1)}  # 1: a request got bad news
    return {leg: lines_of(command, fine.get(leg, (0,))) for leg, command in legs.items()}, len(requests)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kgw", required=True)
    parser.add_argument("--cpp")
    parser.add_argument("--c")
    parser.add_argument("--only", metavar="LEG", help="compare this one alone with the program: C++, C, Python, Go, Rust")
    options = parser.parse_args()
    if not options.only and not (options.cpp and options.c):
        parser.error("--cpp and --c, or --only")
    cases, errors = run_cases.load(os.path.join(HERE, "..", "cases"), [])
    passed, failed = 0, len(errors)
    for case in cases:
        if not case.data.get("requests"):
            continue
        with tempfile.TemporaryDirectory(prefix="kgw-vectors-") as folder:
            legs, count = run(case, options, folder)
        wanted = legs.pop("program")
        if len(wanted) != count + 1:
            print(f"FAIL {case.id}: the program answered {len(wanted) - 1} of {count} requests")
            failed += 1
        for leg, lines in legs.items():
            if lines == wanted:
                passed += 1
                continue
            failed += 1
            first = next((i for i, pair in enumerate(zip(wanted, lines)) if pair[0] != pair[1]), min(len(wanted), len(lines)))
            print(f"FAIL {case.id}: {leg} differs at request {first}")
            print(f"  program {wanted[first][:600] if first < len(wanted) else '(nothing)'}")
            print(f"  {leg:7} {lines[first][:600] if first < len(lines) else '(nothing)'}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

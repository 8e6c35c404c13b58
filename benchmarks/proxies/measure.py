#!/usr/bin/env python3
"""How much processor time a reverse proxy spends on a request, by who decides where it goes.

    measure.py --backend COMMAND --kgw COMMAND --peer NAME=COMMAND [--routes N,N...] [--count]

The proxies are the same but for that. Each is a process of its own; wrk sends them the same requests
in turns, over connections that are kept, and what counts is the user and system time that the kernel
says a proxy used. Before that every route, or a thousand of them, is asked for by itself: the answer
has to come from an endpoint of the right upstream. `nobody` is the peer without routes.

Time is noisy where others work too. --count counts instead: instructions of the proxy outside the
kernel, by valgrind, as the difference of a long and a short run.
"""

import argparse
import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile

import workload

# Those of load.lua.
FIELDS = [("user-agent", "bench/1.0"), ("accept", "application/json"), ("accept-encoding", "gzip, br"),
          ("accept-language", "en"), ("cache-control", "no-cache"), ("content-type", "application/json"),
          ("x-request-id", "0123456789"), ("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https"),
          ("authorization", "Bearer abcdef"), ("cookie", "session=0123456789"), ("x-tenant", "tenant-000042")]
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests", "proxy"))
from harness import PROCESSES, Connection, Proxy, end_processes, free_port, write_file  # noqa: E402


def start_backends(command):
    ports = [free_port() for _ in range(workload.UPSTREAMS * workload.ENDPOINTS)]
    process = subprocess.Popen([*shlex.split(command), *map(str, ports)], stdout=subprocess.PIPE, text=True)
    PROCESSES.append(process)
    assert process.stdout.readline() == "ready\n", "the backends do not start"
    return ports


class Candidate:
    """A proxy with its configuration, and what it took for a request, turn by turn."""

    def __init__(self, name, command, config, decides=True):
        self.name, self.command, self.config, self.decides, self.spent = name, command, config, decides, []

    def start(self, before=""):
        self.proxy = Proxy(before + self.command, self.config)

    def verify(self, routes, ports):
        with Connection(self.proxy.port) as connection:
            for route in routes[::max(1, len(routes) // 1000)]:
                right = workload.ports_of(route.upstream, ports) if self.decides else ports
                answers = {connection.ask("GET", route.target(), route.host).body.decode()
                           for _ in range(4 * len(right))}
                assert answers == set(map(str, right)), (self.name, route.host, route.target(), answers)
                status = connection.ask("GET", "/nowhere", route.host).status
                assert status == (404 if self.decides else 200), (self.name, route.host, status)

    def turn(self, lines, seconds):
        before = self.proxy.cpu_seconds()
        out = subprocess.run(["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", os.path.join(HERE, "load.lua"),
                              f"http://127.0.0.1:{self.proxy.port}", "--", lines],
                             check=True, capture_output=True, text=True).stdout
        requests, errors = map(int, out.splitlines()[-1].split())
        assert requests > 100 and errors == 0, (self.name, requests, errors)
        self.spent.append((self.proxy.cpu_seconds() - before) / requests * 1e6)

    def instructions(self, routes):
        """Of its whole life, with one request for each of these."""
        self.start("valgrind --tool=callgrind --callgrind-out-file=/dev/null ")
        with Connection(self.proxy.port) as connection:
            for route in routes:
                assert connection.ask("GET", route.target(), route.host, FIELDS).status == 200, self.name
        self.proxy.stop()
        return int(re.search(r"Collected : (\d+)", self.proxy.log())[1])

    def count(self, routes):
        few, many = workload.sample(routes, 200), workload.sample(routes, 2200)
        self.spent.append((self.instructions(many) - self.instructions(few)) / (len(many) - len(few)))


def candidates_for(options, routes, ports, folder):
    files = {"all.json": workload.objects(routes, ports), "table": workload.table(routes, ports),
             "nobody": workload.table_without_routes(ports)}
    for name, text in files.items():
        write_file(os.path.join(folder, name), text)
    peer, _, command = options.peer.partition("=")
    return [Candidate("nobody", command, os.path.join(folder, "nobody"), decides=False),
            Candidate(peer, command, os.path.join(folder, "table")),
            Candidate("kgw", options.kgw, os.path.join(folder, "all.json"))]


def measure(count, options, folder):
    ports, routes = start_backends(options.backend), workload.routes(count)
    candidates = candidates_for(options, routes, ports, folder)
    if options.count:
        for candidate in candidates:
            candidate.count(routes)
        return [(c.name, c.spent) for c in candidates]
    for candidate in candidates:
        candidate.start()
        candidate.verify(routes, ports)
    lines = os.path.join(folder, "lines")
    write_file(lines, "".join(f"{r.host} {r.target()}\n" for r in workload.sample(routes, 8192)))
    for _ in range(options.rounds + 1):
        for candidate in candidates:
            candidate.turn(lines, options.seconds)
    return [(c.name, c.spent[1:]) for c in candidates]  # the first turn warms up


def print_row(count, unit, spent):
    peer = spent[1][1]
    cells = [f"{name} {statistics.median(each):.1f} {unit} ({statistics.median(a / b for a, b in zip(each, peer)):.2f})"
             for name, each in spent]
    print(f"{count:6} routes: " + "  ".join(cells), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", required=True, help="a program that listens on the ports it is given")
    parser.add_argument("--kgw", required=True, help="the proxy in which kgw decides")
    parser.add_argument("--peer", required=True, help="NAME=COMMAND: the proxy that reads workload.table")
    parser.add_argument("--routes", default="10,1000,10000")
    parser.add_argument("--rounds", type=int, default=9, help="how often each takes its turn")
    parser.add_argument("--count", action="store_true", help="count instructions, not time")
    parser.add_argument("--seconds", type=int, default=2, help="of a turn")
    options = parser.parse_args()
    for count in map(int, options.routes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            try:
                print_row(count, "instructions" if options.count else "us", measure(count, options, folder))
            finally:
                end_processes()
                PROCESSES.clear()


if __name__ == "__main__":
    main()

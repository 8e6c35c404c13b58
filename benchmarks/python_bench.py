#!/usr/bin/env python3
"""What a decision costs in Python, beside a dict and beside falcon's router.

    python_bench.py [--routes N] [--repetitions N]

10 000 routes on 100 hosts, half exact paths and half prefixes, GET, 12 headers, a query string, and one of
100 weighted endpoints. Every answer is compared with the expected route first: one that differs ends the
run with exit 1. Then all take turns in one process, and the medians of their ratios are printed. The dict
holds (host, path) and is asked for the route's own key, so it cannot match prefixes, methods or headers;
falcon has one compiled router a host and is asked the exact half alone, for it has no prefixes.
"""

import argparse
import json
import random
import statistics
import sys
import time

import kgw

WORDS = ["users", "orders", "items", "v1", "v2", "admin", "search", "cart"]
HEADERS = [("user-agent", "bench/1.0"), ("accept", "application/json"), ("accept-encoding", "gzip, br"),
           ("accept-language", "en"), ("cache-control", "no-cache"), ("content-type", "application/json"),
           ("x-request-id", "0123456789"), ("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https"),
           ("authorization", "Bearer abcdef"), ("cookie", "session=0123456789")]
BATCH = 64


class Route:
    def __init__(self, i, routes):
        hosts = max(1, routes // 100)
        k = i // hosts
        self.name = f"route-{i:06d}"
        self.host = f"svc-{i % hosts:05d}.team-{i % hosts % 97:02d}.example.com"
        self.exact = k % 2 == 0
        if self.exact:
            self.path = f"/api/v1/res{i * 2654435761 % 2**24:06x}/sub{k % 1000:03d}"
            self.asked = self.path + "?page=2"
        else:
            self.path = f"/api/{WORDS[k % 8]}/res{k:03d}" + ["", f"/{WORDS[k // 8 % 8]}", f"/sub{k % 5}"][k % 3]
            self.asked = self.path + "/x/y42?page=2"


def configuration(routes):
    endpoints = [{"addr": f"10.0.{n // 250}.{n % 250 + 1}", "port": 8080, "loadBalancingWeight": n % 10 + 1} for n in range(100)]
    objects = [
        {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {"name": "web"},
         "spec": {"gatewayClassName": "kgw", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]}},
        {"apiVersion": "gloo.solo.io/v1", "kind": "Upstream", "metadata": {"name": "all"}, "spec": {"static": {"hosts": endpoints}}}]
    for route in routes:
        match = {"path": {"type": "Exact" if route.exact else "PathPrefix", "value": route.path}, "method": "GET"}
        objects.append({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": route.name},
                        "spec": {"parentRefs": [{"name": "web"}], "hostnames": [route.host], "rules": [
                            {"matches": [match], "backendRefs": [{"group": "gloo.solo.io", "kind": "Upstream", "name": "all"}]}]}})
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def falcon_routers(routes):
    from falcon.routing import CompiledRouter

    class Resource:
        def __init__(self, name):
            self.name = name

        def on_get(self, request, response):
            pass

    routers = {}
    for route in routes:
        if route.exact:
            routers.setdefault(route.host, CompiledRouter()).add_route(route.path, Resource(route.name))
    for router in routers.values():
        router.find("/warm-up")  # compiles
    return routers


def fresh(text):
    """Another object of the same text, as a server reads it: nobody has hashed it yet."""
    return text.encode().decode()


class Queries:
    """The same requests in the form that each candidate takes."""

    def __init__(self, routes, count):
        chosen = random.Random(1).choices(routes, k=count)
        self.expected = [route.name for route in chosen]
        self.keys = [(fresh(route.host), fresh(route.path)) for route in chosen]
        self.headers = [[("host", fresh(route.host)), *HEADERS] for route in chosen]
        self.paths = [fresh(route.asked) for route in chosen]
        items = [("GET", path, headers) for path, headers in zip(self.paths, self.headers)]
        self.batches = [items[n:n + BATCH] for n in range(0, count, BATCH)]
        self.exact = [(fresh(route.host), fresh(route.path), route.name) for route in chosen if route.exact]


def candidates(engine, table, routers, queries):
    """name -> (what makes one pass over the requests, how many those are)"""
    def by_dict():
        for key in queries.keys:
            table[key]

    def by_route():
        route = engine.route
        for path, headers in zip(queries.paths, queries.headers):
            route("GET", path, headers)

    def by_batch():
        route_many = engine.route_many
        for batch in queries.batches:
            route_many(batch)

    def by_falcon():
        for host, path, _ in queries.exact:
            routers[host].find(path)

    count = len(queries.expected)
    found = {"dict of (host, path)": (by_dict, count), "route()": (by_route, count),
             f"route_many({BATCH})": (by_batch, count)}
    return {**found, "falcon per host": (by_falcon, len(queries.exact))} if routers else found


def verify(engine, table, routers, queries):
    one_by_one = (engine.route("GET", path, headers) for path, headers in zip(queries.paths, queries.headers))
    in_batches = (decision for batch in queries.batches for decision in engine.route_many(batch))
    for name, answers in (("route", (d.route and d.route.name for d in one_by_one)),
                          ("route_many", (d.route and d.route.name for d in in_batches)),
                          ("dict", (table[key] for key in queries.keys))):
        if list(answers) != queries.expected:
            sys.exit(f"{name}: wrong answers")
    for host, path, name in queries.exact if routers else ():
        if routers[host].find(path)[0].name != name:
            sys.exit("falcon: wrong answers")


def measure(found, repetitions):
    times = {name: [] for name in found}
    for _ in range(repetitions):
        for name, (run, count) in found.items():
            start = time.perf_counter_ns()
            run()
            times[name].append((time.perf_counter_ns() - start) / count)
    return times


def report(times):
    dictionary = times["dict of (host, path)"]
    for name, own in times.items():
        ratios = [a / b for a, b in zip(own, dictionary)]
        line = f"{name:24} {statistics.median(own):8.0f} ns   {statistics.median(ratios):6.2f} x dict" \
               f"  ({min(ratios):.2f} to {max(ratios):.2f})"
        if "falcon per host" in times and name.startswith("route"):
            line += f"   {statistics.median(a / b for a, b in zip(own, times['falcon per host'])):.2f} x falcon"
        print(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--routes", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=2**15)
    parser.add_argument("--repetitions", type=int, default=11)
    options = parser.parse_args()
    routes = [Route(i, options.routes) for i in range(options.routes)]
    engine = kgw.Engine(text={"routes.json": configuration(routes)}, seed=1)
    table = {(route.host, route.path): route.name for route in routes}
    queries = Queries(routes, options.requests)
    try:
        routers = falcon_routers(routes)
    except ImportError:
        routers = None
        print("falcon is not installed: without it")
    verify(engine, table, routers, queries)
    print(f"{options.routes} routes, {options.requests} requests, answers verified, {options.repetitions} turns each:")
    report(measure(candidates(engine, table, routers, queries), options.repetitions))


if __name__ == "__main__":
    main()

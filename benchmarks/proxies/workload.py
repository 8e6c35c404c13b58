"""The mixed routes of benchmarks/workload.cc: half exact paths and half prefixes, 100 routes a host,
here on a few upstreams of two endpoints each. Deterministic."""

import json
import random

WORDS = ("users", "orders", "items", "v1", "v2", "admin", "search", "cart")
UPSTREAMS = 4
ENDPOINTS = 2  # of each


class Route:
    def __init__(self, routes, number):
        hosts = max(1, routes // 100)
        host, k = number % hosts, number // hosts
        self.name, self.upstream = f"route-{number:06}", number % UPSTREAMS
        self.host = f"svc-{host:05}.team-{host % 97:02}.example.com"
        self.exact = k % 2 == 0
        if self.exact:
            self.path = f"/api/v1/res{number * 2654435761 % 2**32 % 2**24:06x}/sub{k % 1000:03}"
        else:
            more = ("", f"/{WORDS[k // 8 % 8]}", f"/sub{k % 5}")[k % 3]
            self.path = f"/api/{WORDS[k % 8]}/res{k:03}{more}"

    def target(self):
        """One that it answers."""
        return self.path + ("" if self.exact else "/x/y42") + "?page=2&size=20"


def routes(count):
    return [Route(count, number) for number in range(count)]


def sample(all_routes, count, seed=1):
    """So many of them, at random, as often as it comes."""
    return random.Random(seed).choices(all_routes, k=count)


def ports_of(upstream, ports):
    return ports[upstream * ENDPOINTS:(upstream + 1) * ENDPOINTS]


def objects(all_routes, ports):
    """The configuration of kgw, for the Gateway's listener with port 80."""
    gateway = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {"name": "edge"},
               "spec": {"gatewayClassName": "kgw", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]}}
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [
        gateway, *(upstream_object(n, ports_of(n, ports)) for n in range(UPSTREAMS)), *map(route_object, all_routes)]})


def upstream_object(number, ports):
    return {"apiVersion": "gloo.solo.io/v1", "kind": "Upstream", "metadata": {"name": f"u{number}"},
            "spec": {"static": {"hosts": [{"addr": "127.0.0.1", "port": port} for port in ports]}}}


def route_object(route):
    match = {"path": {"type": "Exact" if route.exact else "PathPrefix", "value": route.path}}
    backend = {"group": "gloo.solo.io", "kind": "Upstream", "name": f"u{route.upstream}"}
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": route.name},
            "spec": {"parentRefs": [{"name": "edge"}], "hostnames": [route.host],
                     "rules": [{"matches": [match], "backendRefs": [backend]}]}}


def upstream_line(ports):
    return "upstream " + " ".join(f"127.0.0.1:{port}" for port in ports)


def table(all_routes, ports):
    """The same as rust/stand-in reads it."""
    lines = [upstream_line(ports_of(n, ports)) for n in range(UPSTREAMS)]
    lines += [f"{'exact' if r.exact else 'prefix'} {r.host} {r.path} {r.upstream}" for r in all_routes]
    return "\n".join(lines) + "\n"


def table_without_routes(ports):
    return upstream_line(ports) + "\n"

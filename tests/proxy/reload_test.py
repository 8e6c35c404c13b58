"""A thousand reloads under load, while backends die and come back.

Each generation of the configuration says its number in four places: a request header, a response
header, the rewritten path, and by its parity the backends. An answer in which they disagree was
decided by two configurations at once.
"""

import os
import signal
import threading
import time

from harness import (Backend, Connection, Proxy, as_text, gateway, route, swap_config_map, to, upstream, wait_for,
                     write_file)

MEGABYTE = 1024 * 1024
RETRY = {"attempts": 3, "backoff": "1ms"}


def tagged(host, generation):
    """The route <host>.example of one generation: /app goes to /g<generation> of its backends."""
    number = str(generation)
    request = {"set": [{"name": "x-request-tag", "value": number}]}
    answer = {"set": [{"name": "x-answer-tag", "value": number}]}
    filters = [
        {"type": "RequestHeaderModifier", "requestHeaderModifier": request},
        {"type": "ResponseHeaderModifier", "responseHeaderModifier": answer},
        {"type": "URLRewrite", "urlRewrite": {
            "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": f"/g{number}"}}}]
    return route(host, {"matches": [{"path": {"type": "PathPrefix", "value": "/app"}}], "filters": filters,
                        "retry": RETRY, "backendRefs": [to("odd" if generation % 2 else "even")]})


def generation_of(answer):
    """The one generation that decided about this answer."""
    assert answer.status == 200, f"{answer.status} {answer.body[:200]}"
    seen = answer.json()
    number = answer.header("x-answer-tag")
    told = {"request header": answer.seen("x-request-tag"), "path": seen["target"].split("/")[1].removeprefix("g"),
            "response header": number}
    backends = "odd" if int(number) % 2 else "even"
    assert set(told.values()) == {number} and seen["backend"].startswith(backends), (told, seen["backend"])
    return int(number)


class Load(threading.Thread):
    """A client that sends one request after the other, and holds each answer against the newest
    generation that anybody had seen when the request began."""

    def __init__(self, port, newest, number):
        super().__init__(daemon=True)
        self.port, self.newest, self.number = port, newest, number
        self.answers, self.errors, self.ended = 0, [], threading.Event()

    def run(self):
        connection = Connection(self.port)
        count = 0
        while not self.ended.is_set() and len(self.errors) < 5:
            count += 1
            host = ("renamed", "swapped")[count % 2]
            at_least = self.newest[host]
            body = b"%d" % count if count % 3 == 0 else None
            method, target = "PUT" if body else "GET", f"/app/{self.number}/{count}"
            try:
                answer = connection.ask(method, target, f"{host}.example", body=body)
                got = generation_of(answer)
                assert got >= at_least, f"generation {got} after {at_least} had been seen"
                assert answer.json()["target"] == f"/g{got}/{self.number}/{count}", answer.body
                assert answer.json()["body"] == (body or b"").decode(), answer.body
                self.answers += 1
            except Exception as error:  # a lost request is as bad as a wrong answer
                self.errors.append(f"request {count} to {host}: {type(error).__name__}: {error}")
                connection.close()
                connection = Connection(self.port)
        connection.close()


class Reloads:
    HUPS = 900  # reloads at once, by SIGHUP
    QUIET = 100  # reloads that the proxy has to notice by itself
    CLIENTS = 3

    def __init__(self, command, folder):
        self.backends = {name: Backend(name) for name in ("even-1", "even-2", "odd-1", "odd-2")}
        self.config = os.path.join(folder, "reload")
        os.makedirs(os.path.join(self.config, "mounted"))
        pools = {"even": ("even-1", "even-2"), "odd": ("odd-1", "odd-2")}
        write_file(os.path.join(self.config, "base.json"), as_text(
            [gateway()] + [upstream(pool, *(self.backends[n] for n in names)) for pool, names in pools.items()]))
        self.newest = {"renamed": 0, "swapped": 0}
        self.write("renamed", 0)
        self.write("swapped", 0)
        self.proxy = Proxy(command, self.config)
        self.probe = Connection(self.proxy.port)

    def write(self, host, generation):
        text = as_text([tagged(host, generation)])
        if host == "renamed":
            write_file(os.path.join(self.config, "renamed.json"), text)
        else:
            swap_config_map(os.path.join(self.config, "mounted"), "swapped.json", text, generation)

    def reload(self, host, hup):
        """Writes the next generation and waits until a request gets it."""
        generation = self.newest[host] + 1
        self.write(host, generation)
        if hup:
            self.proxy.signal(signal.SIGHUP)
        wait_for(f"generation {generation} of {host}",
                 lambda: generation_of(self.probe.ask("GET", "/app/probe", f"{host}.example")) == generation)
        self.newest[host] = generation

    def die_and_come_back(self, ended):
        """Kills one backend after the other, each for a while."""
        while not ended.is_set():
            for backend in self.backends.values():
                ended.wait(0.5)
                backend.kill()
                ended.wait(1)
                backend.start()

    def run_under_load(self):
        loads = [Load(self.proxy.port, self.newest, number) for number in range(self.CLIENTS)]
        ended = threading.Event()
        killer = threading.Thread(target=self.die_and_come_back, args=(ended,))
        for thread in (*loads, killer):
            thread.start()
        resident = 0
        try:
            for count in range(self.HUPS):
                self.reload(("renamed", "swapped")[count % 2], hup=True)
                if count == 100:
                    resident = self.proxy.resident_bytes()
            for count in range(self.QUIET):
                self.reload(("renamed", "swapped")[count % 2], hup=False)
        finally:
            grown = self.proxy.resident_bytes() - resident
            for thread in loads:
                thread.ended.set()
            ended.set()
            for thread in (*loads, killer):
                thread.join()
        return loads, grown

    def test_no_request_is_lost_or_mixed_up_over_a_thousand_reloads(self):
        start = time.monotonic()
        loads, grown = self.run_under_load()
        seconds = time.monotonic() - start
        answers = sum(load.answers for load in loads)
        print(f"      {self.HUPS + self.QUIET} reloads and {answers} requests in {seconds:.0f} s; "
              f"{grown / MEGABYTE:.1f} MB more memory", flush=True)
        errors = [error for load in loads for error in load.errors]
        assert not errors, "\n".join(errors)
        assert answers > self.HUPS, "the load was no load"
        assert grown < 24 * MEGABYTE, f"{grown} bytes more after the reloads"

    def test_old_snapshots_are_gone_in_the_end(self):
        def settled():
            stats = self.proxy.stats()
            return stats if stats["snapshots"] == 1 and stats["readers_behind"] == 0 else None

        stats = wait_for("only one snapshot is left", settled)
        assert stats["generation"] >= sum(self.newest.values()), (stats, self.newest)

    def test_z_the_proxy_stops_cleanly(self):
        self.proxy.stop()

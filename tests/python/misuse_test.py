#!/usr/bin/env python3
"""Bad input, callbacks that misbehave, threads, forks and garbage: never a crash, never a leak."""

import contextlib
import gc
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import weakref
from unittest import mock

import kgw

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "examples" / "upstreams"
SOUND = sorted(path for path in EXAMPLES.glob("*.yaml") if path.name != "mistake.yaml")
SHOP = "http://shop.example:8080/"
PETS = "http://petstore.example:8080/api/x"


def custom_upstream(name, body="{}"):
    return f"apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {{name: {name}}}\nspec: {{registry: {body}}}\n"


def custom_route(name):
    return f"""apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: {name}}}
spec:
  parentRefs: [{{name: http, namespace: gloo-system}}]
  hostnames: [{name}.example]
  rules: [{{backendRefs: [{{group: gloo.solo.io, kind: Upstream, name: {name}}}]}}]
"""


class Registry:
    """An Upstream type whose answer is a function."""

    field = "registry"

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def resolve(self, namespace, name, config, report):
        self.asked.append((namespace, name, config))
        return self.answer(config, report)


def with_type(answer, body="{}", **options):
    kind = Registry(answer)
    one = kgw.Engine(EXAMPLES / "gateway.yaml", text=custom_upstream("own", body) + "---\n" + custom_route("own"),
                     upstream_types=[kind], strict=False, **options)
    return one, kind


@contextlib.contextmanager
def watched_folder():
    """A folder with a Gateway in it, to be watched; a change is a file more."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "gateway.yaml").write_text((EXAMPLES / "gateway.yaml").read_text())
        yield folder


def change(folder):
    pathlib.Path(folder, "late.yaml").write_text(custom_route("late"))


def own(one):
    return one.route("GET", "http://own.example:8080/")


class BadInput(unittest.TestCase):
    def setUp(self):
        self.engine = kgw.Engine(SOUND, seed=1)

    def test_wrong_types_are_type_errors(self):
        one = self.engine
        ticket = one.route("GET", SHOP).ticket
        for call in (lambda: one.route(), lambda: one.route("GET"), lambda: one.route(1, "/"), lambda: one.route("GET", None),
                     lambda: one.route("GET", "/", 5), lambda: one.route("GET", "/", "a: b"), lambda: one.route("GET", "/", b"ab"),
                     lambda: one.route("GET", "/", ["ab"]), lambda: one.route("GET", "/", [("a",)]),
                     lambda: one.route("GET", "/", [("a", 1)]), lambda: one.route("GET", "/", {1: "a"}),
                     lambda: one.route("GET", "/", {"a": None}), lambda: one.route("GET", "/", {"host": 1}),
                     lambda: one.route("GET", "/", port="80"), lambda: one.route("GET", "/", peek=1),
                     lambda: one.route("GET", "/", nonsense=1), lambda: one.route("GET", "/", authority=1),
                     lambda: one.route("GET", "/", peer=1), lambda: one.route_many(5), lambda: one.route_many(["ab"]),
                     lambda: one.route_many([("GET",)]), lambda: one.route_many([None]),
                     lambda: one.route_many([("GET", "/", None, [])]), lambda: kgw.Request("GET"),
                     lambda: one.done(None), lambda: one.done(ticket, status="200"), lambda: one.done(ticket, 5),
                     lambda: one.done(one.route("GET", SHOP)), lambda: one.retry(ticket, request="GET"),
                     lambda: one.apply(1, ""), lambda: one.apply("a", 1), lambda: one.apply("a", "", format=1),
                     lambda: one.load(5), lambda: one.watch([5]), lambda: one.objects(1), lambda: one.poll("now"),
                     lambda: kgw.Engine(5), lambda: kgw.Engine(text=5), lambda: kgw.Engine(text={"a": 1}),
                     lambda: kgw.Engine(options={"path_normalization": 1.5}), lambda: kgw.Engine(options=5),
                     lambda: kgw.Engine(seed="x"), lambda: kgw.Engine(log=5), lambda: kgw.Engine(on_reload=5),
                     lambda: kgw.Engine(upstream_types=5), lambda: kgw.Engine(upstream_types=[5]),
                     lambda: kgw.UpstreamEndpoint("a"), lambda: kgw.UpstreamEndpoint(port=70000), kgw.Decision, kgw.Ticket):
            with self.assertRaises(TypeError):
                call()
        self.assertEqual(one.route("GET", SHOP).verdict, "forward")

    def test_wrong_values_are_value_errors(self):
        one = self.engine
        for call in (lambda: one.route("GET", "ftp://a/"), lambda: one.route("GET", "http://a:x/"),
                     lambda: one.route("GET", "http://a:70000/"), lambda: one.route("GET", "http://[::1/"),
                     lambda: one.route("GET", "/", port=70000), lambda: one.route("GET", "/", port=-1),
                     lambda: one.route("GET", "/", scheme="gopher"), lambda: one.route("GET", "/", peer="300.1.1.1"),
                     lambda: one.route("GET", "/", peer=b"123"), lambda: one.route("GET", "/", protocol="smtp"),
                     lambda: one.route("GET", "/", gateway="x"), lambda: one.route("GET", "/", random=2**64),
                     lambda: one.route("GET", "/", now_ns=-1), lambda: one.route("GET", "/\ud800"),
                     lambda: one.route("GET", "x\udcff://a/"), lambda: kgw.Request.from_json('{"path": 1}'),
                     lambda: one.done(one.route("GET", SHOP).ticket, "finished"), lambda: one.apply("a", "", format="toml"),
                     lambda: one.objects("Nothing"), lambda: kgw.Engine(options={"x\udcff": "1"}),
                     lambda: kgw.Engine(upstream_types=[mock.Mock(field="static")])):
            with self.assertRaises(ValueError):
                call()

    def test_what_headers_raise_is_raised(self):
        class Broken(dict):
            def items(self):
                raise LookupError("no headers today")

        with self.assertRaisesRegex(LookupError, "today"):
            self.engine.route("GET", "/", Broken())

        def pairs():
            yield "a", "b"
            raise LookupError

        with self.assertRaises(LookupError):
            self.engine.route("GET", "/", pairs())

    def test_bad_requests_are_answered(self):
        for target in ("/\0", "/\r\nx: y", "/" + "a" * 100_000):
            decision = self.engine.route("GET", target, authority="shop.example", port=8080)
            self.assertEqual((decision.verdict, decision.reason), ("error", "BadRequest"))
        for method, target in (("", ""), ("", "*"), ("\u00e9", "/\u00e9"), ("GET", "/%zz"), ("GET", "?"), ("GET", "http://")):
            self.assertIn(self.engine.route(method, target).verdict, ("reject", "no_route", "error"))

    def test_bad_configurations_are_findings(self):
        one = kgw.Engine()
        for text in (b"\xff\xfe\x00", "\0", "a: [", "{", "- " * 100_000, "&a [*a]", "kind: \udcff", b"kind: \xc3\x28", "x" * 1_000_000):
            self.assertNotEqual(one.apply("bad", text).errors, (), text[:20])
        for finding in one.report.diagnostics:
            self.assertIn("[" + finding.code + "]", str(finding))

    def test_huge_texts_are_refused_without_a_copy(self):
        text = b"#" * (300 * 1024 * 1024)
        report = kgw.Engine().apply("huge", text)
        self.assertEqual([d.code for d in report.errors], ["TooLarge"])

    def test_random_bytes_crash_nothing(self):
        chance = random.Random(1)
        one = self.engine
        words = [b"GET", b"/api/", b"http://", b"shop.example", b":8080", b"\xff", b"\0", b"?", b"#", b"@", b"[", b"]", b"://", b"a"]
        for _ in range(5000):
            pick = lambda: b"".join(chance.choices(words, k=chance.randrange(6)))
            try:
                decision = one.route(pick(), pick(), [(pick(), pick()) for _ in range(chance.randrange(4))], authority=pick(),
                                     sni=pick(), port=chance.randrange(65536), client_namespace=pick())
            except ValueError:
                continue
            self.assertTrue(decision.json() and repr(decision))

    def test_a_closed_engine_says_so(self):
        one = self.engine
        decision = one.route("GET", SHOP)
        one.close()
        one.close()
        for call in (lambda: one.route("GET", "/"), lambda: one.route_many([]), lambda: one.explain("GET", "/"), one.routes,
                     lambda: one.apply("a", ""), one.refresh, one.poll, one.fileno, one.start, one.stop, one.stats,
                     lambda: one.done(decision.ticket), lambda: one.retry(decision.ticket), lambda: one.load("."),
                     lambda: one.watch("."), lambda: one.objects("Gateway")):
            with self.assertRaisesRegex(ValueError, "closed"):
                call()
        self.assertEqual((decision.verdict, decision.ticket.open, one.closed), ("forward", True, True))
        self.assertGreater(one.report.generation, 0)

    def test_leaving_the_context_closes(self):
        with kgw.Engine(SOUND) as one:
            one.route("GET", "/")
        with self.assertRaises(ValueError):
            one.route("GET", "/")

    def test_an_engine_that_was_not_made_is_no_crash(self):
        class Lazy(kgw.Engine):
            def __init__(self):
                pass

        one = Lazy()
        with self.assertRaises(TypeError):
            one.route("GET", "/")
        del one
        gc.collect()

    def test_tickets_of_another_engine_do_no_harm(self):
        other = kgw.Engine(SOUND)
        ticket = other.route("GET", PETS).ticket
        self.engine.done(ticket)
        self.engine.retry(other.route("GET", PETS).ticket)
        self.assertTrue(all(row.active_requests in (0, 1) for row in self.engine.endpoints()))


class Callbacks(unittest.TestCase):
    def test_a_type_of_ones_own_brings_endpoints(self):
        one, kind = with_type(lambda config, report: [kgw.UpstreamEndpoint(hostname=name, port=80) for name in config["names"]],
                              '{names: ["a.example", "\u00e4"]}'.replace("\u00e4", "b.example"))
        self.assertEqual(kind.asked[0], ("default", "own", {"names": ["a.example", "b.example"]}))
        self.assertEqual({own(one).endpoint.hostname for _ in range(2)}, {"a.example", "b.example"})

    def test_refresh_asks_again(self):
        ports = [1]
        one, _ = with_type(lambda config, report: [kgw.UpstreamEndpoint(address="192.0.2.1", port=ports[0])])
        ports[0] = 2
        self.assertEqual(own(one).endpoint.port, 1)
        one.refresh()
        self.assertEqual(own(one).endpoint.port, 2)

    def test_none_is_no_such_thing_and_empty_is_no_endpoints(self):
        self.assertEqual(own(with_type(lambda config, report: None)[0]).response.status, 500)
        self.assertEqual(own(with_type(lambda config, report: [])[0]).response.status, 503)

    def test_what_a_type_reports_has_its_place(self):
        def answer(config, report):
            report("/names/1", "no such name", "warning")
            return [kgw.UpstreamEndpoint(address="192.0.2.1", port=1)]

        one, _ = with_type(answer, "{names: [a, b]}")
        finding = one.report.diagnostics[0]
        self.assertEqual((finding.severity, finding.field, finding.message, finding.line),
                         ("warning", "spec.registry.names[1]", "no such name", 4))

    def test_exceptions_become_findings(self):
        def fail(config, report):
            raise LookupError("the registry is \udcff away")

        one, kind = with_type(fail)
        finding = one.report.errors[0]
        self.assertEqual(finding.code, "UpstreamTypeFailed")
        self.assertIn("LookupError: the registry is", finding.message)
        kind.answer = lambda config, report: [kgw.UpstreamEndpoint(address="192.0.2.1", port=1)]
        one.apply("text", custom_upstream("own", "{again: 1}") + "---\n" + custom_route("own"))
        kind.answer = fail
        self.assertNotEqual(one.refresh().diagnostics, ())
        self.assertEqual(own(one).verdict, "forward")

    def test_wrong_answers_become_findings(self):
        for answer in (5, ["192.0.2.1:80"], [None], [kgw.UpstreamEndpoint(port=1)], [kgw.UpstreamEndpoint(address="x", port=1)]):
            self.assertEqual(len(with_type(lambda config, report: answer)[0].report.errors), 1, answer)
        for arguments in ((1, "x"), ("", 1), ("", "x", "fatal"), ()):
            one, _ = with_type(lambda config, report: report(*arguments))
            self.assertEqual(one.report.errors[0].code, "UpstreamTypeFailed", arguments)

    def test_interrupts_go_through(self):
        def interrupt(config, report):
            raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            with_type(interrupt)

    def test_control_calls_from_inside_raise(self):
        caught = []

        def reenter(config, report):
            for call in (one.refresh, one.routes, one.poll, one.stats, one.close, one.stop, lambda: one.apply("a", "")):
                try:
                    call()
                except RuntimeError as error:
                    caught.append(str(error))
            self.assertIn(one.route("GET", "/").verdict, ("reject", "no_route"))
            return []

        one = kgw.Engine(EXAMPLES / "gateway.yaml", upstream_types=[Registry(reenter)])
        one.apply("own", custom_upstream("own"))
        self.assertEqual(len(caught), 7)
        self.assertIn("called back into the engine", caught[0])

    def test_a_reporter_is_of_no_use_later(self):
        kept = []
        with_type(lambda config, report: kept.append(report) or [])
        with self.assertRaisesRegex(RuntimeError, "resolve"):
            kept[0]("", "too late")

    def test_exceptions_of_log_and_on_reload_are_told_and_forgotten(self):
        def fail(*_):
            raise LookupError("deaf")

        with watched_folder() as folder, mock.patch("sys.unraisablehook") as hook:
            one = kgw.Engine(log=fail, on_reload=fail)
            one.watch(folder)
            change(folder)
            end = time.monotonic() + 10
            while one.report.objects == 1 and time.monotonic() < end:
                one.poll()
                time.sleep(0.01)
            self.assertEqual(one.report.objects, 2)
            self.assertGreaterEqual(hook.call_count, 2)

    def test_on_reload_may_call_the_engine(self):
        with watched_folder() as folder:
            seen = []
            one = kgw.Engine(on_reload=lambda report: seen.append(len(one.routes())))
            one.watch(folder)
            one.start()
            change(folder)
            end = time.monotonic() + 10
            while not seen and time.monotonic() < end:
                time.sleep(0.01)
            one.close()
            self.assertEqual(seen, [1])


class Lifetimes(unittest.TestCase):
    def test_cycles_through_callbacks_are_collected(self):
        class Kind(Registry):
            pass

        kind = Kind(lambda config, report: [])
        one = kgw.Engine(EXAMPLES / "gateway.yaml", upstream_types=[kind], log=lambda level, text: one.stats(),
                         on_reload=lambda report: one.stats())
        kind.engine = one
        one.start()
        gone = weakref.ref(one), weakref.ref(kind)
        del one, kind
        gc.collect()
        self.assertEqual((gone[0](), gone[1]()), (None, None))

    def test_an_engine_may_end_inside_its_own_callback(self):
        with watched_folder() as folder:
            ended = threading.Event()
            holder = []

            def drop(report):
                holder.clear()
                gc.collect()
                ended.set()

            holder.append(kgw.Engine(on_reload=drop))
            holder[0].watch(folder)
            holder[0].start()
            change(folder)
            self.assertTrue(ended.wait(10))
            time.sleep(0.1)

    def test_the_interpreter_may_end_with_engines_running(self):
        script = ("import kgw, sys\n"
                  "engine = kgw.Engine(sys.argv[1], strict=False, log=print)\n"
                  "engine.watch(sys.argv[1]); engine.start()\n"
                  "keep = engine.route_many([('GET', 'http://shop.example:8080/')] * 3)\n"
                  "sys.modules['elsewhere'] = engine, keep\n")
        done = subprocess.run([sys.executable, "-c", script, str(EXAMPLES)], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_nothing_leaks(self):
        def work(times):
            one, _ = with_type(lambda config, report: [kgw.UpstreamEndpoint(address="192.0.2.1", port=1)])
            for _ in range(times):
                decision = one.route("GET", "http://own.example:8080/", {"a": "b"}, authority="own.example", peer="192.0.2.7")
                decision.route, decision.request, decision.mirrors, repr(decision.endpoint), decision.ticket
                one.retry(decision.ticket, request=kgw.Request("GET", SHOP))
                one.route_many([("GET", SHOP, [("a", "b")]), kgw.Request("GET", "http://\udcff/")])
                for bad in (lambda: one.route("GET", "/", [("a", 1)]), lambda: one.route("GET", "/", port=-1)):
                    try:
                        bad()
                    except (TypeError, ValueError):
                        pass
            for _ in range(times // 100):
                one.apply("own", custom_upstream("own"))
                one.explain("GET", SHOP), one.routes(), one.endpoints(), one.report.diagnostics, one.objects("Gateway")
                kgw.Engine(EXAMPLES, strict=False, log=print)

        work(2000)
        gc.collect()
        before, blocks = self.resident(), sys.getallocatedblocks()
        work(10_000)
        gc.collect()
        self.assertLess(sys.getallocatedblocks() - blocks, 500)
        self.assertLess(self.resident() - before, 8 * 1024 * 1024)

    @staticmethod
    def resident():
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()


class Threads(unittest.TestCase):
    def test_many_threads_share_an_engine_while_it_changes(self):
        one = kgw.Engine(SOUND, seed=1)
        shop = (EXAMPLES / "weighted-split.yaml").read_text()
        errors, counts, stop = [], [0] * 4, threading.Event()

        def ask(number):
            try:
                while not stop.is_set():
                    for decision in (one.route("GET", PETS), *one.route_many([("GET", SHOP), ("GET", PETS)])):
                        if decision.verdict not in ("forward", "no_route"):
                            raise AssertionError(decision.json())
                        one.done(decision.ticket, status=200)
                    counts[number] += 1
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for change in range(200):
            one.apply("again", shop.replace("weight: 90", f"weight: {change + 1}") if change % 2 else "")
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual((errors, sum(row.active_requests for row in one.endpoints())), ([], 0))
        self.assertTrue(all(counts))
        one.apply("again", "")
        one.poll()
        self.assertEqual(one.stats().snapshots, 1)

    def test_long_calls_let_other_threads_work(self):
        text = "---\n".join(custom_route(f"r{i}") for i in range(4000))
        one, done, longest, last = kgw.Engine(), threading.Event(), 0.0, time.monotonic()
        thread = threading.Thread(target=lambda: (one.apply("many", text), done.set()))
        began = time.monotonic()
        thread.start()
        while not done.is_set():
            one.route("GET", "/")
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        thread.join()
        self.assertLess(longest, max(0.05, (time.monotonic() - began) / 2))

    def test_closing_while_others_call_is_safe(self):
        for _ in range(20):
            one = kgw.Engine(SOUND)

            def call():
                try:
                    while True:
                        one.explain("GET", SHOP)
                        one.route("GET", SHOP)
                except ValueError:
                    pass

            threads = [threading.Thread(target=call) for _ in range(3)]
            for thread in threads:
                thread.start()
            time.sleep(0.002)
            one.close()
            for thread in threads:
                thread.join()

    def test_forked_children_route_and_the_parent_goes_on(self):
        with watched_folder() as folder:
            one = kgw.Engine([path for path in SOUND if path.name != "gateway.yaml"], seed=1)
            one.watch(folder)
            one.start()
            children = []
            for _ in range(4):
                child = os.fork()
                if child == 0:
                    good = all(one.route("GET", PETS).verdict == "forward" for _ in range(1000))
                    good = good and not one.apply("child", "").errors
                    one.start()
                    one.close()
                    os._exit(0 if good else 1)
                children.append(child)
            self.assertEqual([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children], [0] * 4)
            change(folder)
            end = time.monotonic() + 10
            while one.route("GET", "http://late.example:8080/").verdict == "no_route" and time.monotonic() < end:
                time.sleep(0.01)
            self.assertEqual(one.route("GET", "http://late.example:8080/").verdict, "error")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The Python API on examples/upstreams."""

import asyncio
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

import kgw

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "examples" / "upstreams"
GATEWAY, SHOP = EXAMPLES / "gateway.yaml", EXAMPLES / "weighted-split.yaml"
SOUND = sorted(path for path in EXAMPLES.glob("*.yaml") if path.name != "mistake.yaml")


def engine(**keywords):
    return kgw.Engine(SOUND, seed=1, **keywords)


def program(*arguments):
    done = subprocess.run([sys.executable, "-m", "kgw", *map(str, arguments)], capture_output=True, text=True, cwd=ROOT)
    return done.returncode, done.stdout, done.stderr


def kube_upstream(name, port):
    return (f"apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {{name: {name}}}\n"
            f"spec: {{static: {{hosts: [{{addr: 192.0.2.1, port: {port}}}]}}}}\n")


class Decisions(unittest.TestCase):
    def test_a_decision_has_the_keys_of_the_program_as_attributes(self):
        decision = engine().route("GET", "http://petstore.example:8080/api/pets?x=1", {"accept": "*/*"}, peer="192.0.2.7")
        self.assertEqual(decision.verdict, "forward")
        self.assertEqual((decision.gateway, decision.listener), ("gloo-system/http", "http"))
        self.assertEqual((decision.route.kind, decision.route.namespace, decision.route.name), ("HTTPRoute", "default", "petstore"))
        self.assertEqual((decision.backend.kind, decision.backend.name, decision.backend.port), ("Upstream", "petstore", None))
        self.assertEqual(decision.cluster, "petstore_default")
        self.assertEqual((decision.endpoint.address, decision.endpoint.hostname, decision.endpoint.port), ("10.1.0.11", None, 8080))
        self.assertEqual((decision.request.method, decision.request.path), ("GET", "/pets?x=1"))
        self.assertEqual(decision.request.authority, "petstore.example:8080")
        self.assertEqual((decision.timeouts_ms.request, decision.retry.attempts, decision.transport.tls), (None, 0, None))
        self.assertIsNone(decision.reason)

    def test_json_is_what_the_program_prints(self):
        for url in ("http://shop.example:8080/", "http://static.example:8080/albums/1", "http://nobody.example:8080/",
                    "http://billing.example:8080/", "http://shop.example/"):
            with self.subTest(url=url):
                _, printed, _ = program("route", *(f"-f{path}" for path in SOUND), "-o", "json", "GET", url)
                self.assertEqual(engine().route("GET", url).json() + "\n", printed)

    def test_every_key_of_the_json_is_an_attribute(self):
        rich = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: rich}
spec:
  parentRefs: [{name: http, namespace: gloo-system}]
  hostnames: [rich.example]
  rules:
  - name: all
    matches: [{path: {type: PathPrefix, value: /a}}]
    timeouts: {request: 5s, backendRequest: 2s}
    retry: {attempts: 3, codes: [502, 503], backoff: 100ms}
    filters:
    - type: RequestHeaderModifier
      requestHeaderModifier: {remove: [x-r], set: [{name: x-s, value: s}], add: [{name: x-a, value: a}]}
    - type: ResponseHeaderModifier
      responseHeaderModifier: {remove: [y-r], set: [{name: y-s, value: s}]}
    - type: RequestMirror
      requestMirror: {backendRef: {group: gloo.solo.io, kind: Upstream, name: shop-v2}}
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: tls}]
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: tls}
spec: {useHttp2: true, static: {hosts: [{addr: 192.0.2.1, port: 443, sniAddr: inside.example}]}}
"""
        decision = kgw.Engine([GATEWAY, SHOP], text=rich).route("GET", "http://rich.example:8080/a")

        def same(value, attribute, path):
            if isinstance(value, dict):
                for key, inner in value.items():
                    same(inner, getattr(attribute, key), f"{path}.{key}")
            elif isinstance(value, list):
                self.assertEqual(len(value), len(attribute), path)
                for inner, item in zip(value, attribute):
                    same(inner, list(item) if isinstance(item, tuple) else item, path)
            else:
                self.assertEqual(value, attribute, path)

        same(json.loads(decision.json()), decision, "decision")
        self.assertEqual(decision.retry.codes, (502, 503))
        self.assertEqual(decision.request.set, (("x-s", "s"),))
        self.assertEqual((decision.transport.protocol, decision.transport.tls.sni), ("h2", "inside.example"))
        self.assertTrue(decision.mirrors[0].ticket.open)

    def test_decisions_never_change_and_outlive_everything(self):
        one = engine()
        decision = one.route("GET", "http://shop.example:8080/")
        before, backend = decision.json(), decision.backend
        one.apply(str(SHOP), "")
        for _ in range(100):
            one.route("GET", "http://petstore.example:8080/api/x")
        one.close()
        del one, decision
        self.assertEqual(backend.name, json.loads(before)["backend"]["name"])
        for value in (backend, engine().route("GET", "/")):
            with self.assertRaises(AttributeError):
                value.name = "x"

    def test_a_decision_keeps_its_snapshot_and_nothing_else_does(self):
        one = engine()
        kept = [one.route("GET", "http://petstore.example:8080/api/pets?x=1")]
        kept += one.route_many([("GET", "http://petstore.example:8080/api/%d" % n) for n in range(3)])
        for turn in range(50):
            one.route("GET", "http://petstore.example:8080/api/other")
            one.apply("more.yaml", kube_upstream("more", 1000 + turn))
        self.assertEqual(one.stats().snapshots, 2)
        self.assertEqual([decision.request.path for decision in kept], ["/pets?x=1", "/0", "/1", "/2"])
        del kept
        one.apply("more.yaml", "")
        self.assertEqual(one.stats().snapshots, 1)

    def test_parts_compare_by_value(self):
        one = engine()
        ask = lambda: one.route("GET", "http://billing.example:8080/")
        self.assertEqual(ask().endpoint, ask().endpoint)
        self.assertEqual({ask().backend, ask().backend}, {ask().backend})
        self.assertNotEqual(ask().endpoint, ask().backend)
        self.assertEqual(repr(ask().endpoint), "kgw.Endpoint(address='192.0.2.10', hostname=None, port=8443)")

    def test_a_request_is_told_by_url_or_by_parts(self):
        one = engine()
        want = one.route("GET", "http://petstore.example:8080/api/x", peek=True).json()
        for arguments, options in (((b"GET", b"http://petstore.example:8080/api/x#top"), {}),
                                   (("GET", "HTTP://user:word@petstore.example:8080/api/x"), {}),
                                   (("GET", "/api/x", {"Host": "petstore.example:8080"}), {"port": 8080}),
                                   (("GET", b"/api/x", [(b"host", b"petstore.example:8080")]), {"port": 8080}),
                                   (("GET", "/api/x"), {"authority": "petstore.example:8080", "port": 8080})):
            with self.subTest(arguments=arguments, options=options):
                self.assertEqual(one.route(*arguments, peek=True, **options).json(), want)
                self.assertEqual(one.route(kgw.Request(*arguments, peek=True, **options)).json(), want)

    def test_https_brings_port_and_sni(self):
        request = kgw.Request("GET", "https://shop.example?x=1", authority="other.example")
        self.assertEqual((request.scheme, request.port, request.path, request.authority, request.sni),
                         ("https", 443, "/?x=1", "other.example", "other.example"))
        self.assertEqual(kgw.Request("GET", "https://192.0.2.1/").sni, "")
        self.assertEqual(kgw.Request("GET", "https://[2001:db8::1]:8443/").authority, "[2001:db8::1]:8443")
        self.assertEqual(kgw.Request("GET", "https://a.example/", sni="b.example").sni, "b.example")

    def test_headers_may_be_any_mapping_or_pairs(self):
        class Headers(dict):
            pass

        one = engine()
        for headers in ({"x-version": "v2"}, Headers({"X-Version": "v2"}), [("x-version", "v2")], (("x-version", b"v2"),),
                        iter([["x-version", "v2"]]), {b"x-version": b"v2"}, {"x-version": "v2"}.items()):
            self.assertEqual(one.route("GET", "http://shop.example:8080/", headers).backend.name, "shop-v2")

    def test_many_headers_are_all_seen(self):
        headers = [(f"x-{i}", "1") for i in range(100)] + [("x-version", "v2")]
        self.assertEqual(engine().route("GET", "http://shop.example:8080/", headers).backend.name, "shop-v2")

    def test_requests_come_from_lines_of_json(self):
        request = kgw.Request.from_json('{"path": "/", "authority": "shop.example", "port": 8080, "headers": {"x-version": "v2"}}')
        self.assertEqual(engine().route(request).backend.name, "shop-v2")
        with self.assertRaisesRegex(ValueError, '"path" is missing'):
            kgw.Request.from_json("{}")

    def test_route_many_decides_as_route_does(self):
        urls = [f"http://{host}.example:8080/api/{n}" for n in range(40) for host in ("shop", "petstore", "nobody")]
        one_by_one, together = engine(), engine()
        want = [one_by_one.route("GET", url).json() for url in urls]
        items = [("GET", urls[0]), ["GET", urls[1], {}], ("GET", urls[2], None, {"peek": False}), kgw.Request("GET", urls[3])]
        got = together.route_many(items + [("GET", url) for url in urls[4:]])
        self.assertEqual([decision.json() for decision in got], want)
        self.assertEqual(together.route_many(iter(())), [])

    def test_a_seed_repeats_all_choices(self):
        def shares(**options):
            one = kgw.Engine([GATEWAY, SHOP], **options)
            return [one.route("GET", "http://shop.example:8080/").backend.name for _ in range(200)]

        self.assertEqual(shares(seed=7), shares(seed=7))
        self.assertNotEqual(shares(seed=7), shares(seed=8))
        self.assertIn("shop-v2", shares(seed=7))

    def test_texts_of_any_bytes_go_in_and_come_out(self):
        one = engine()
        for path in (b"/api/\xff\xfe", "/api/\udcff\udcfe"):
            got = one.route("GET", path, authority="petstore.example", port=8080).request.path
            self.assertEqual(got.encode("utf-8", "surrogateescape"), b"/\xff\xfe")


class Tickets(unittest.TestCase):
    def active(self, one):
        return sum(row.active_requests for row in one.endpoints())

    def test_a_decision_is_under_way_until_it_is_done(self):
        one = engine()
        decision = one.route("GET", "http://petstore.example:8080/api/x")
        self.assertEqual((self.active(one), decision.ticket.open), (1, True))
        one.done(decision.ticket, status=500)
        one.done(decision.ticket, status=500)
        self.assertEqual((self.active(one), decision.ticket.open), (0, False))
        self.assertEqual(sum(row.failed_requests for row in one.endpoints()), 1)

    def test_one_that_is_dropped_is_aborted(self):
        one = engine()
        decisions = one.route_many([("GET", "http://petstore.example:8080/api/x")] * 10)
        ticket = decisions[3].ticket
        self.assertEqual(self.active(one), 10)
        del decisions
        self.assertEqual(self.active(one), 1)
        del ticket
        self.assertEqual((self.active(one), sum(row.failed_requests for row in one.endpoints())), (0, 0))

    def test_peek_leaves_no_trace(self):
        one = engine()
        decision = one.route("GET", "http://petstore.example:8080/api/x", peek=True)
        self.assertEqual((self.active(one), decision.ticket.open), (0, False))

    def test_retry_goes_elsewhere_and_rewrites_again(self):
        one = engine()
        request = kgw.Request("GET", "http://petstore.example:8080/api/x")
        first = one.route(request)
        second = one.retry(first.ticket, "reset", request=request, status=0, latency_ns=5)
        self.assertNotEqual(first.endpoint, second.endpoint)
        self.assertEqual((second.cluster, second.request.path, first.ticket.open), (first.cluster, "/x", False))
        bare = one.retry(second.ticket)
        self.assertEqual((bare.verdict, bare.endpoint.port, bare.request.path), ("forward", 8080, ""))
        self.assertEqual(self.active(one), 1)


class Configuration(unittest.TestCase):
    def test_a_strict_engine_raises_with_all_findings(self):
        with self.assertRaises(kgw.LoadError) as caught:
            kgw.Engine(EXAMPLES)
        error = caught.exception
        finding = error.report.errors[0]
        self.assertEqual((finding.severity, finding.line, finding.column, finding.kind, finding.name, finding.code, finding.suggestion),
                         ("error", 16, 15, "HTTPRoute", "albums", "UnknownValue", "PathPrefix"))
        self.assertEqual(error.diagnostics, error.report.diagnostics)
        self.assertIn("the configuration has 1 error\n", str(error))
        self.assertIn("mistake.yaml:16:15: error: HTTPRoute default/albums spec.rules[0]", str(error))
        _, printed, _ = program("check", "-f", EXAMPLES, "-o", "json")
        self.assertEqual("".join(d.json() + "\n" for d in error.diagnostics), printed)

    def test_one_that_is_not_strict_serves_what_is_right(self):
        one = kgw.Engine(EXAMPLES, strict=False)
        self.assertEqual(len(one.report.errors), 1)
        self.assertEqual(one.route("GET", "http://albums.example:8080/photos").verdict, "forward")

    def test_what_cannot_be_read_is_said(self):
        with self.assertRaises(kgw.LoadError) as caught:
            kgw.Engine("no/such/file.yaml")
        self.assertEqual(caught.exception.diagnostics[0].code, "CannotRead")
        self.assertEqual(kgw.Engine("no/such/file.yaml", strict=False).route("GET", "/").verdict, "reject")

    def test_paths_and_texts_together_are_one_change(self):
        text = {"up.yaml": kube_upstream("json-upstream", 81), "none.yaml": ""}
        one = kgw.Engine([str(GATEWAY), os.fsencode(EXAMPLES / "mistake.yaml")], text=text, strict=False)
        self.assertEqual(one.report.generation, 1)
        self.assertEqual(one.route("GET", "http://albums.example:8080/photos").endpoint.port, 81)
        self.assertEqual(kgw.Engine.from_paths(*SOUND, seed=1).report.objects, engine().report.objects)
        self.assertEqual(kgw.Engine.from_text(GATEWAY.read_bytes()).report.objects, 1)

    def test_apply_replaces_a_source_and_returns_the_report(self):
        one = kgw.Engine([GATEWAY, SHOP])
        report = one.apply(str(SHOP), "")
        self.assertEqual((report.errors, report.objects, report.generation), ((), 1, 2))
        self.assertEqual(one.route("GET", "http://shop.example:8080/").verdict, "no_route")
        report = one.apply("x.json", '{"kind": ')
        self.assertEqual((len(report.errors), report.generation), (1, one.report.generation))
        self.assertEqual(one.report, report)
        self.assertEqual(one.apply("x", SHOP.read_bytes(), format="yaml").errors, ())

    def test_other_kinds_are_counted(self):
        report = kgw.Engine(text="apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n", strict=False).report
        self.assertEqual(report.ignored, {"Deployment (apps/v1)": 1})

    def test_options_are_those_of_the_program(self):
        url = "http://petstore.example:8080/api/../x"
        self.assertEqual(engine().route("GET", url).verdict, "no_route")
        self.assertEqual(engine(options={"path_normalization": "off"}).route("GET", url).verdict, "forward")
        self.assertEqual(engine(options={"host_fallthrough": False}).route("GET", url).verdict, "no_route")
        with self.assertRaisesRegex(ValueError, "path_normalisation"):
            kgw.Engine(options={"path_normalisation": "off"})

    def test_watched_files_are_followed(self):
        heard, logged = [], []
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "all.yaml")
            pathlib.Path(path).write_text(GATEWAY.read_text())
            with kgw.Engine(on_reload=heard.append, log=lambda level, text: logged.append((level, text))) as one:
                self.assertEqual(one.watch(folder).objects, 1)
                one.start()
                one.start()
                pathlib.Path(path).write_text(GATEWAY.read_text() + "\n---\n" + SHOP.read_text())
                end = time.monotonic() + 10
                while not heard and time.monotonic() < end:
                    time.sleep(0.01)
                one.stop()
                one.stop()
                self.assertEqual((len(heard), one.report), (1, heard[0]))
                self.assertEqual(one.route("GET", "http://shop.example:8080/").verdict, "forward")
                self.assertIn("info", {level for level, _ in logged})

    def test_an_event_loop_can_drive_it(self):
        async def follow(folder, one):
            loop, ready = asyncio.get_running_loop(), asyncio.Event()
            loop.add_reader(one.fileno(), ready.set)
            pathlib.Path(folder, "new.yaml").write_text(SHOP.read_text())
            while True:
                due = one.poll()
                if one.report.objects > 1:
                    break
                wait = None if due is None else max(0.0, (due - time.monotonic_ns()) / 1e9)
                try:
                    await asyncio.wait_for(ready.wait(), wait)
                except TimeoutError:
                    pass
                ready.clear()
            loop.remove_reader(one.fileno())

        with tempfile.TemporaryDirectory() as folder, kgw.Engine() as one:
            pathlib.Path(folder, "gateway.yaml").write_text(GATEWAY.read_text())
            one.watch(folder)
            asyncio.run(asyncio.wait_for(follow(folder, one), 10))
            self.assertEqual(one.report.objects, 4)


class LookingInside(unittest.TestCase):
    def test_statuses_and_objects(self):
        one = kgw.Engine(EXAMPLES, strict=False)
        conditions = {c["type"]: c["status"] for c in one.statuses("HTTPRoute")["default/albums"]["parents"][0]["conditions"]}
        self.assertEqual(conditions["Accepted"], "True")
        names = [view.name for view in one.objects("Upstream")]
        self.assertEqual(names, ["json-upstream", "petstore", "shop-v1", "shop-v2", "billing"])
        self.assertIn("kind: Upstream", one.objects("Upstream")[0].yaml)
        self.assertIn("httproutes", {kind.plural for kind in one.kinds()})
        with self.assertRaisesRegex(ValueError, "HttpRoute"):
            one.objects("HttpRoute")

    def test_tables(self):
        one = engine()
        self.assertEqual({row.hostname for row in one.routes()}, {f"{n}.example" for n in ("billing", "petstore", "shop", "static")})
        self.assertIn("10.1.0.11:8080", [row.endpoint for row in one.endpoints()])
        self.assertEqual((one.stats().generation, one.stats().snapshots), (1, 1))

    def test_explain_says_why_not(self):
        why = engine().explain("GET", "http://shop.example:8080/")
        self.assertEqual([(c.rule_name, c.matched, c.failed) for c in why.candidates],
                         [("testers", False, "no header x-version"), ("everybody", True, None)])
        self.assertEqual(json.loads(why.json())["decision"], json.loads(why.decision_json))
        self.assertEqual(engine().explain(kgw.Request("GET", "http://shop.example:8080/")), why)

    def test_repr_says_what_it_holds(self):
        one = engine()
        self.assertEqual(repr(one), f"<kgw.Engine generation 1, {one.report.objects} objects>")
        one.close()
        self.assertEqual(repr(one), "<kgw.Engine closed>")


class Program(unittest.TestCase):
    def test_python_m_kgw_is_the_program(self):
        self.assertEqual(program("version")[1].split("\n")[0], f"kgw {kgw.__version__}")
        status, out, _ = program("route", "-f", GATEWAY, "-f", SHOP, "GET", "http://nobody.example:8080/")
        self.assertEqual((status, out[:8]), (1, "no route"))
        status, _, err = program("rout")
        self.assertEqual((status, "did you mean" in err), (2, True))

    def test_lines_of_requests_get_the_same_answers_as_from_the_program(self):
        lines = [{"path": "/", "authority": f"{host}.example", "port": 8080, "times": times, "headers": [["x-version", "v2"]] * many}
                 for host in ("shop", "petstore", "static", "nobody") for times in (1, 50) for many in (0, 1)]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "requests.jsonl")
            pathlib.Path(path).write_text("".join(json.dumps(line) + "\n" for line in [*lines, {"pth": "/"}, {"path": "/\u00e9"}]))
            _, want, _ = program("route", "-f", EXAMPLES, "--requests", path, "--seed", "3")
            done = subprocess.run([sys.executable, ROOT / "tests/vectors/python_vectors.py", EXAMPLES, path, "--seed", "3"],
                                  capture_output=True, text=True, cwd=ROOT)
        self.assertEqual((done.stdout, done.stderr), (want, ""))
        self.assertEqual(want.count("distribution"), 8)

    def test_arguments_may_be_any_bytes(self):
        self.assertEqual(program("route", "-f", os.fsdecode(b"/nowhere/\xff"), "GET", "http://x/")[0], 2)


if __name__ == "__main__":
    unittest.main()

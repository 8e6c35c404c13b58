#!/usr/bin/env python3
"""What the documentation says is true: examples run, and the types hold under mypy --strict."""

import doctest
import inspect
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import kgw
from kgw import _kgw

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "examples" / "upstreams"

SHOP = """
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: shop}
spec: {static: {hosts: [{addr: 192.0.2.21, port: 8080}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: http, namespace: gloo-system}]
  hostnames: [shop.example]
  rules: [{backendRefs: [{group: gloo.solo.io, kind: Upstream, name: shop}]}]
"""

USE = '''
import kgw


class Registry:
    field = "registry"

    def resolve(self, namespace: str, name: str, config: dict[str, str], report: kgw.Reporter) -> list[kgw.UpstreamEndpoint] | None:
        report("/a", "no", "warning")
        return [kgw.UpstreamEndpoint(address="192.0.2.1", port=1)]


def use(engine: kgw.Engine) -> str:
    decision = engine.route("GET", "/", {"a": "b"}, authority="x", port=80)
    if decision.verdict == "forward" and decision.endpoint is not None:
        engine.done(decision.ticket, "completed", status=200)
        return decision.endpoint.host + decision.request.path + ",".join(name for name, _ in decision.request.set)
    codes: tuple[int, ...] = decision.retry.codes
    many: list[kgw.Decision] = engine.route_many([("GET", "/"), (b"GET", b"/", [(b"a", b"b")]), kgw.Request("GET", "/")])
    limit: int | None = decision.timeouts_ms.request
    return f"{codes}{many}{limit}{engine.explain('GET', '/').candidates[0].failed}"


with kgw.Engine("a", text={"b": b"c"}, strict=False, options={"host_fallthrough": True}, upstream_types=[Registry()],
                log=print, on_reload=print) as engine:
    reveal: str = use(engine)
    try:
        report: kgw.Report = engine.apply("x", "y", format="yaml")
    except kgw.LoadError as error:
        print(error.diagnostics[0].line)
'''

MISUSE = {'engine.route(1, "/")': "call-overload", 'engine.route("GET", "/").verdict == "forwarded"': "comparison-overlap",
          'engine.route("GET", "/").endpoint.port': "union-attr", 'engine.route("GET", "/").verdict = "forward"': "misc",
          'engine.apply("a", "b", format="toml")': "arg-type", "kgw.Engine(upstream_types=[5])": "list-item"}


def documented():
    """(name, docstring) of everything public that has an example."""
    yield "kgw", kgw.__doc__
    for name in kgw.__all__:
        thing = getattr(kgw, name)
        members = [(name, thing)] + [(f"{name}.{key}", value) for key, value in inspect.getmembers(thing) if inspect.isclass(thing)]
        for path, value in members:
            if isinstance(text := getattr(value, "__doc__", None), str) and ">>>" in text and not path.endswith("__class__"):
                yield path, text


class Examples(unittest.TestCase):
    def setUp(self):
        self.before = os.getcwd()
        os.chdir(ROOT)
        self.addCleanup(os.chdir, self.before)

    def run_examples(self, name, text, names):
        test = doctest.DocTestParser().get_doctest(text, names, name, None, 0)
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
        said = []
        runner.run(test, out=said.append)
        self.assertEqual(runner.failures, 0, "".join(said))
        return runner.tries

    def test_docstrings(self):
        run = {}
        for name, text in documented():
            with self.subTest(name=name):
                paths = [path for path in EXAMPLES.glob("*.yaml") if path.name != "mistake.yaml"]
                names = {"kgw": kgw, "engine": kgw.Engine(sorted(paths), seed=1), "SHOP": SHOP}
                run[name] = self.run_examples(name, text, names)
        self.assertLessEqual({"kgw", "Engine", "Engine.route", "Engine.route_many", "Engine.retry", "Engine.done", "Request"}, set(run))

    def test_page(self):
        text = (ROOT / "docs" / "python.md").read_text()
        self.assertGreater(self.run_examples("docs/python.md", text, {}), 10)

    def test_everything_public_has_a_docstring(self):
        for name in kgw.__all__:
            if name != "__version__":
                self.assertTrue(getattr(kgw, name).__doc__, name)
        for name, value in vars(_kgw.Engine).items():
            if not name.startswith("_") and name != "closed":
                self.assertTrue(value.__doc__, name)


class Types(unittest.TestCase):
    def mypy(self, *arguments, **options):
        command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.path.join(tempfile.gettempdir(), "kgw-mypy")]
        return subprocess.run([*command, *arguments], capture_output=True, text=True, cwd=tempfile.gettempdir(), **options)

    def test_the_package_passes_mypy_strict(self):
        done = self.mypy("-p", "kgw")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_its_use_passes_mypy_strict(self):
        done = self.mypy("-c", USE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_misuse_does_not(self):
        text = "import kgw\nengine = kgw.Engine()\n" + "\n".join(MISUSE)
        done = self.mypy("--show-error-codes", "--strict-equality", "-c", text)
        for number, code in enumerate(MISUSE.values(), 3):
            self.assertRegex(done.stdout, rf"<string>:{number}: error: .*\[{code}\]")

    def test_the_package_is_marked_as_typed(self):
        folder = pathlib.Path(kgw.__file__).parent
        self.assertTrue((folder / "py.typed").is_file() and (folder / "_kgw.pyi").is_file())


if __name__ == "__main__":
    unittest.main()

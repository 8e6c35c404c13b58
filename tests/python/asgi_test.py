#!/usr/bin/env python3
"""The ASGI proxy of examples/embed/python under uvicorn, through the test that every proxy on kgw goes through:
real requests, backends that die, a thousand reloads."""

import os
import shlex
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "proxy"))

import harness  # noqa: E402
import proxy_test  # noqa: E402
import reload_test  # noqa: E402

# See the README of the proxy: ASGI has no way to do the first, and bodies are read before they are sent.
NOT_HERE = {"test_a_port_without_listener_closes_the_connection", "test_backends_may_answer_before_the_body_is_sent"}


class Suite(unittest.TestCase):
    """The tests of one class of tests/proxy, in the order of their names, with one proxy for all."""

    suite = proxy_test.Behaviour

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        command = shlex.join([sys.executable, os.path.join(ROOT, "examples", "embed", "python", "serve.py")])
        cls.thing = cls.suite(command, cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        harness.end_processes()
        cls.folder.cleanup()


class Behaviour(Suite):
    pass


class Reloads(Suite):
    suite = reload_test.Reloads


for case in (Behaviour, Reloads):
    for name in dir(case.suite):
        if name.startswith("test_") and name not in NOT_HERE:
            setattr(case, name, lambda self, name=name: getattr(self.thing, name)())
del case, Suite  # only its children are tests

if __name__ == "__main__":
    unittest.main()

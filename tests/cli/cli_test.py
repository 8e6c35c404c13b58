#!/usr/bin/env python3
"""Holds the built program against docs/cli.md: exit codes, formats, keys, and what it says when
something is wrong. KGW names the program; standard library plus PyYAML."""

import json
import os
import pty
import re
import subprocess
import tempfile
import unittest

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KGW = os.path.abspath(os.environ.get("KGW", os.path.join(ROOT, "build", "cli", "kgw")))
EXAMPLES = os.path.join(ROOT, "examples", "upstreams")
ESCAPE = "\x1b["

# Two routes to a Service, a redirect, and a route whose Upstream is not there.
BASE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: kgw
  listeners:
  - {name: http, port: 80, protocol: HTTP}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: edge}]
  hostnames: [shop.example]
  rules:
  - matches: [{path: {type: PathPrefix, value: /old}}]
    filters: [{type: RequestRedirect, requestRedirect: {hostname: new.example, statusCode: 301}}]
  - matches: [{path: {type: PathPrefix, value: /gone}}]
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: missing-upstream}]
  - matches: [{path: {type: PathPrefix, value: /}, headers: [{name: x-user, value: tester}]}]
    backendRefs: [{name: beta, port: 80}]
  - matches: [{path: {type: PathPrefix, value: /}}]
    backendRefs: [{name: shop, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: split}
spec:
  parentRefs: [{name: edge}]
  hostnames: [split.example]
  rules:
  - backendRefs: [{name: shop, port: 80, weight: 3}, {name: beta, port: 80, weight: 1}]
---
{apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {ports: [{port: 80}]}}
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: shop-1, labels: {kubernetes.io/service-name: shop}}, addressType: IPv4, ports: [{name: "", port: 8080}], endpoints: [{addresses: [10.1.0.1]}, {addresses: [10.1.0.2]}]}
---
{apiVersion: v1, kind: Service, metadata: {name: beta}, spec: {ports: [{port: 80}]}}
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: beta-1, labels: {kubernetes.io/service-name: beta}}, addressType: IPv4, ports: [{name: "", port: 8080}], endpoints: [{addresses: [10.2.0.1]}]}
"""

SLIP = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: slip}
spec:
  parentRefs: [{name: edge}]
  hostnames: [slip.example]
  rules:
  - matches:
    - path:
        type: PathPrefx
        value: /
    backendRefs: [{name: shop, port: 80}]
"""

FINDING_KEYS = {"severity", "file", "line", "column", "kind", "namespace", "name", "field", "code", "message", "suggestion"}
DECISION_KEYS = {"verdict", "gateway", "listener", "route", "backend", "cluster", "endpoint", "request", "response",
                 "mirrors", "timeouts_ms", "retry", "transport", "distribution", "reason"}


def environment(**changes):
    env = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE")}
    env.update(changes)
    return env


class Program(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kgw-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.write("base.yaml", BASE)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def kgw(self, *arguments, stdin="", env=None, **more):
        return subprocess.run([KGW, *arguments], input=stdin, capture_output=True, text=True, cwd=self.folder, timeout=60,
                              env=env or environment(), **more)

    def expect(self, code, *arguments, **more):
        """Runs kgw, insists on its exit code and returns what it wrote to stdout."""
        done = self.kgw(*arguments, **more)
        self.assertEqual(done.returncode, code, f"kgw {' '.join(arguments)}\nstdout: {done.stdout}\nstderr: {done.stderr}")
        return done.stdout

    def complaint(self, *arguments, **more):
        """The same for a usage error: exit 2, nothing on stdout; returns stderr."""
        done = self.kgw(*arguments, **more)
        self.assertEqual(done.returncode, 2, f"kgw {' '.join(arguments)}\nstdout: {done.stdout}\nstderr: {done.stderr}")
        self.assertEqual(done.stdout, "")
        self.assertNotEqual(done.stderr.strip(), "")
        return done.stderr

    def decision(self, code, *arguments, **more):
        return json.loads(self.expect(code, "route", "-f", "base.yaml", "-o", "json", *arguments, **more))

    def on_a_terminal(self, *arguments, env=None):
        """What kgw writes when stdout is a terminal."""
        try:
            ours, theirs = pty.openpty()
        except OSError as error:  # a container without /dev/pts
            self.skipTest(f"no pseudo-terminal here: {error}")
        process = subprocess.Popen([KGW, *arguments], stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL,
                                   cwd=self.folder, env=env or environment(TERM="xterm-256color"))
        os.close(theirs)
        chunks = []
        try:
            while chunk := os.read(ours, 65536):
                chunks.append(chunk)
        except OSError:  # Linux reports the closed end as EIO
            pass
        os.close(ours)
        process.wait(60)
        return b"".join(chunks).decode()


class ExitCodes(Program):
    def test_a_forward_and_a_redirect_are_0(self):
        self.expect(0, "route", "-f", "base.yaml", "GET", "http://shop.example/")
        self.expect(0, "route", "-f", "base.yaml", "GET", "http://shop.example/old")

    def test_no_route_error_and_reject_are_1(self):
        for url, verdict in (("http://nobody.example/", "no_route"), ("http://shop.example/gone", "error"),
                             ("http://shop.example:81/", "reject")):
            with self.subTest(url=url):
                self.assertEqual(self.decision(1, "GET", url)["verdict"], verdict)

    def test_check_is_1_for_errors_and_0_without(self):
        self.assertEqual(self.expect(0, "check", "-f", EXAMPLES + "/gateway.yaml", "-o", "json"), "")
        self.write("slip.yaml", SLIP)
        self.expect(1, "check", "-f", "base.yaml", "-f", "slip.yaml")

    def test_warnings_are_never_bad_news(self):
        self.write("later.yaml", "{apiVersion: gateway.networking.k8s.io/v1, kind: TLSRoute, metadata: {name: later}, "
                                 "spec: {hostnames: [a.example], rules: [{backendRefs: [{name: x, port: 1}]}]}}\n")
        out = self.expect(0, "check", "-f", EXAMPLES + "/gateway.yaml", "-f", "later.yaml", "-o", "json")
        self.assertEqual([json.loads(line)["severity"] for line in out.splitlines()], ["warning"])

    def test_wrong_usage_is_2(self):
        for arguments in ((), ("route",), ("route", "-f", "base.yaml"), ("route", "GET", "http://shop.example/"),
                          ("route", "-f", "base.yaml", "GET"), ("get", "-f", "base.yaml"), ("route", "-f"),
                          ("route", "--no-such-option", "-f", "base.yaml", "GET", "/"),
                          ("get", "gateways", "-f", "base.yaml", "-o", "no-such-format"),
                          ("route", "-f", "base.yaml", "--times", "many", "GET", "http://shop.example/"),
                          ("route", "-f", "base.yaml", "-H", "no colon", "GET", "http://shop.example/")):
            with self.subTest(arguments=arguments):
                self.complaint(*arguments)

    def test_help_is_0_and_shows_three_examples(self):
        for arguments in (("--help",), ("route", "--help"), ("explain", "--help"), ("check", "--help"), ("get", "--help"),
                          ("routes", "--help"), ("endpoints", "--help")):
            with self.subTest(arguments=arguments):
                out = self.expect(0, *arguments)
                self.assertGreaterEqual(len(re.findall(r"^ *\$? *kgw ", out, re.M)), 3, out)

    def test_version_names_the_version_of_the_build_file(self):
        with open(os.path.join(ROOT, "meson.build"), encoding="utf-8") as file:
            version = re.search(r"version: '([^']+)'", file.read()).group(1)
        self.assertIn(version, self.expect(0, "version"))


class Input(Program):
    def test_a_missing_file_is_named(self):
        self.assertIn("not-here.yaml", self.complaint("check", "-f", "not-here.yaml"))

    def test_an_unreadable_folder_is_named(self):
        os.mkdir(os.path.join(self.folder, "locked"))
        os.chmod(os.path.join(self.folder, "locked"), 0)
        self.addCleanup(os.chmod, os.path.join(self.folder, "locked"), 0o700)
        other = {}
        if os.geteuid() == 0:  # root may read everything: ask as nobody
            os.chmod(self.folder, 0o755)
            other = {"user": 65534}
            try:
                self.kgw("version", **other)
            except OSError:
                self.skipTest("nobody cannot run the program here")
        self.assertIn("locked", self.complaint("check", "-f", "locked", **other))

    def test_empty_input_is_2_and_says_so(self):
        self.write("empty.yaml", "")
        self.write("remarks.yaml", "# nothing but a remark\n---\n")
        for name in ("empty.yaml", "remarks.yaml"):
            with self.subTest(name=name):
                self.complaint("route", "-f", name, "GET", "http://shop.example/")
        os.mkdir(os.path.join(self.folder, "nothing"))
        self.complaint("check", "-f", "nothing")

    def test_helm_templates_are_2_and_the_message_says_what_to_do(self):
        self.write("chart/templates/route.yaml",
                   "{{- if .Values.enabled }}\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
                   "metadata:\n  name: {{ .Values.name }}\n{{- end }}\n")
        self.write("chart/templates/service.yaml", "{{ range .Values.services }}\nkind: Service\n---\n{{ end }}\n")
        self.assertIn("helm template", self.complaint("route", "-f", "chart", "GET", "http://shop.example/"))

    def test_random_bytes_are_no_template(self):
        with open(os.path.join(self.folder, "noise.yaml"), "wb") as file:
            file.write(b"\x80{{\xff\x00}}\n")
        out = self.expect(1, "check", "-f", "noise.yaml", "-o", "json")
        self.assertEqual([json.loads(line)["code"] for line in out.splitlines()], ["InvalidUTF8"])
        self.assertNotIn("helm", self.kgw("route", "-f", "noise.yaml", "GET", "http://shop.example/").stderr)

    def test_check_is_2_if_something_cannot_be_read_and_says_the_rest_on_stderr(self):
        self.write("slip.yaml", SLIP)
        said = self.complaint("check", "-f", "base.yaml", "-f", "slip.yaml", "-f", "not-here.yaml")
        for words in ("slip.yaml:10:", "not-here.yaml", "not all of the configuration could be read"):
            self.assertIn(words, said)

    def test_dash_reads_stdin(self):
        out = self.expect(0, "route", "-f", "-", "-o", "json", "GET", "http://shop.example/", stdin=BASE)
        self.assertEqual(json.loads(out)["route"]["name"], "shop")

    def test_folders_are_read_deep_and_in_name_order(self):
        documents = BASE.split("---\n", 1)
        self.write("tree/b/rest.yml", documents[1])
        self.write("tree/a.yaml", documents[0])
        self.write("tree/notes.txt", "this: [is not YAML")
        out = self.expect(0, "route", "-f", "tree", "-o", "json", "GET", "http://shop.example/")
        self.assertEqual(json.loads(out)["route"]["name"], "shop")

    def test_json_and_lists_are_read(self):
        items = list(yaml.safe_load_all(BASE))
        self.write("list.json", json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        out = self.expect(0, "route", "-f", "list.json", "-o", "json", "GET", "http://shop.example/")
        self.assertEqual(json.loads(out)["verdict"], "forward")

    def test_a_broken_document_leaves_the_others(self):
        self.write("broken.yaml", "kind: [HTTPRoute\n---\n" + BASE)
        done = self.kgw("route", "-f", "broken.yaml", "-o", "json", "GET", "http://shop.example/")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["verdict"], "forward")
        self.assertIn("broken.yaml:", done.stderr)


class Route(Program):
    def test_the_keys_are_those_of_the_contract(self):
        decision = self.decision(0, "GET", "http://shop.example/a?x=1")
        self.assertLessEqual(set(decision), DECISION_KEYS)
        self.assertEqual(decision["verdict"], "forward")
        self.assertEqual((decision["gateway"], decision["listener"]), ("default/edge", "http"))
        self.assertEqual({key: decision["route"][key] for key in ("kind", "namespace", "name", "rule", "match")},
                         {"kind": "HTTPRoute", "namespace": "default", "name": "shop", "rule": 3, "match": 0})
        self.assertEqual({key: decision["backend"][key] for key in ("kind", "namespace", "name", "index", "port")},
                         {"kind": "Service", "namespace": "default", "name": "shop", "index": 0, "port": 80})
        self.assertEqual(decision["cluster"], "kube_default_shop_80")
        self.assertEqual(decision["request"]["path"], "/a?x=1")
        self.assertNotIn("distribution", decision)

    def test_a_redirect_has_its_location(self):
        decision = self.decision(0, "GET", "http://shop.example/old/x?y=1")
        self.assertEqual((decision["verdict"], decision["response"]["status"]), ("redirect", 301))
        self.assertIn(["location", "http://new.example/old/x?y=1"], decision["response"]["set"])

    def test_bad_news_has_status_and_reason(self):
        decision = self.decision(1, "GET", "http://shop.example/gone")
        self.assertEqual((decision["response"]["status"], decision["reason"]), (500, "BackendNotFound"))
        self.assertEqual(self.decision(1, "GET", "http://shop.example:81/")["reason"], "NoListener")

    def test_headers_select_and_host_overrides(self):
        self.assertEqual(self.decision(0, "GET", "http://shop.example/", "-H", "X-User: tester")["backend"]["name"], "beta")
        self.assertEqual(self.decision(0, "GET", "http://other.example/", "-H", "Host: shop.example")["route"]["name"], "shop")

    def test_options_may_follow_the_url_or_come_before(self):
        out = self.expect(0, "route", "GET", "http://shop.example/", "-o", "json", "-f", "base.yaml")
        self.assertEqual(json.loads(out)["verdict"], "forward")

    def test_times_gives_a_distribution(self):
        entries = self.decision(0, "--times", "4000", "GET", "http://split.example/")["distribution"]
        self.assertEqual(sum(entry["count"] for entry in entries), 4000)
        shares = {}
        for entry in entries:
            self.assertEqual(set(entry), {"backend", "endpoint", "count"})
            shares[entry["backend"]] = shares.get(entry["backend"], 0) + entry["count"]
        self.assertEqual(set(shares), {"default/shop:80", "default/beta:80"} if any(":" in key for key in shares)
                         else {"default/shop", "default/beta"})
        self.assertAlmostEqual(max(shares.values()) / 4000, 0.75, delta=0.04)

    def test_findings_go_to_stderr(self):
        self.write("slip.yaml", SLIP)
        done = self.kgw("route", "-f", "base.yaml", "-f", "slip.yaml", "-o", "json", "GET", "http://shop.example/")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertIn("slip.yaml:10:", done.stderr)
        self.assertIn("PathPrefix", done.stderr)

    def test_the_human_answer_names_route_backend_and_endpoint(self):
        out = self.expect(0, "route", "-f", EXAMPLES + "/gateway.yaml", "-f", EXAMPLES + "/static-upstream.yaml",
                          "GET", "http://static.example:8080/albums/1")
        for word in ("static-upstream", "json-upstream", "jsonplaceholder.typicode.com"):
            self.assertIn(word, out)


class Requests(Program):
    LINES = ['{"path":"/","authority":"shop.example"}', "this is no request", '{"authority":"shop.example"}',
             '{"path":"/old","authority":"shop.example"}', "[1]", '{"path":7}']

    def judge(self, out):
        answers = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(answers), len(self.LINES))
        self.assertEqual([answer.get("verdict") for answer in answers], ["forward", None, None, "redirect", None, None])
        for place in (1, 2, 4, 5):
            self.assertEqual(set(answers[place]), {"error"})
            self.assertNotEqual(answers[place]["error"], "")

    def test_a_bad_line_is_answered_in_its_place(self):
        self.write("requests.jsonl", "\n".join(self.LINES) + "\n")
        self.judge(self.kgw("route", "-f", "base.yaml", "-o", "json", "--requests", "requests.jsonl").stdout)

    def test_requests_come_from_stdin_too(self):
        self.judge(self.kgw("route", "-f", "base.yaml", "--requests", "-", stdin="\n".join(self.LINES)).stdout)

    def test_every_key_of_the_contract_is_understood(self):
        request = {"method": "GET", "scheme": "http", "authority": "shop.example", "path": "/", "port": 80,
                   "headers": [["x-user", "tester"]], "sni": "", "peer": "192.0.2.7", "local": "", "client_namespace": "",
                   "protocol": "http", "gateway": "default/edge", "times": 10}
        out = self.expect(0, "route", "-f", "base.yaml", "--requests", "-", stdin=json.dumps(request) + "\n")
        decision = json.loads(out)
        self.assertEqual(decision["backend"]["name"], "beta")
        self.assertEqual(sum(entry["count"] for entry in decision["distribution"]), 10)

    def test_blank_lines_get_no_answer(self):
        line = self.LINES[0] + "\n"
        out = self.expect(0, "route", "-f", "base.yaml", "--requests", "-", stdin="\n" + line + "  \n\n" + line)
        self.assertEqual(len(out.splitlines()), 2)

    def test_what_is_no_address_is_no_peer(self):
        answer = json.loads(self.kgw("route", "-f", "base.yaml", "--requests", "-", stdin='{"path":"/","peer":"me"}\n').stdout)
        self.assertEqual(answer, {"error": '"peer" must be an IP address, not "me"'})
        self.assertIn("--peer takes an IP address", self.complaint("route", "-f", "base.yaml", "--peer", "me", "http://shop.example/"))
        self.expect(0, "route", "-f", "base.yaml", "--peer", "2001:db8::1", "http://shop.example/")

    def test_a_missing_requests_file_is_2(self):
        self.assertIn("nowhere.jsonl", self.complaint("route", "-f", "base.yaml", "--requests", "nowhere.jsonl"))


class Seeds(Program):
    def backends(self, *arguments):
        lines = '{"path":"/","authority":"split.example"}\n' * 64
        out = self.expect(0, "route", "-f", "base.yaml", "--requests", "-", *arguments, stdin=lines)
        return [json.loads(line)["backend"]["name"] for line in out.splitlines()]

    def test_the_same_seed_gives_the_same_answers(self):
        self.assertEqual(self.backends("--seed", "7"), self.backends("--seed", "7"))
        self.assertNotEqual(self.backends("--seed", "7"), self.backends("--seed", "8"))

    def test_the_default_seed_is_fixed(self):
        self.assertEqual(self.backends(), self.backends())

    def test_now_fixes_the_time_of_statuses(self):
        out = self.expect(0, "get", "gateways", "edge", "-f", "base.yaml", "-o", "json", "--now", "2024-05-01T10:00:00Z")
        times = re.findall(r'"lastTransitionTime": ?"([^"]+)"', out)
        self.assertEqual(set(times), {"2024-05-01T10:00:00Z"})


class Options(Program):
    def test_an_option_of_the_engine_takes_effect(self):
        config = BASE.replace("value: /old", "value: /a/b")
        self.write("paths.yaml", config)
        url = "http://shop.example/a/x/../b"
        arguments = ("route", "-f", "paths.yaml", "-o", "json", "GET", url)
        self.assertEqual(json.loads(self.expect(0, *arguments))["verdict"], "redirect")
        self.assertEqual(json.loads(self.expect(0, *arguments, "--set", "path_normalization=off"))["verdict"], "forward")

    def test_a_bad_key_or_value_of_set_is_2_and_named(self):
        for setting in ("path_normalisation=off", "path_normalization=sideways", "path_normalization"):
            with self.subTest(setting=setting):
                self.assertIn(setting.split("=")[-1] if "sideways" in setting else setting.split("=")[0],
                              self.complaint("route", "-f", "base.yaml", "--set", setting, "GET", "http://shop.example/"))

    def test_a_seed_is_a_whole_number(self):
        for word in ("x", "-1", "1.5", "18446744073709551616"):
            with self.subTest(word=word):
                self.assertIn(f'--seed takes a whole number from 0 to 18446744073709551615, not "{word}"',
                              self.complaint("route", "-f", "base.yaml", "--seed=" + word, "http://shop.example/"))

    def test_no_character_is_cut_in_half(self):
        self.assertIn("unknown option -\u00e9", self.complaint("route", "-\u00e9t\u00e9", "http://shop.example/"))
        for odd in ("x" + "\u00e9" * 60, "xx" + "\u00e9" * 60):
            self.write("odd.yaml", SLIP.replace("PathPrefx", odd).replace("value: /", "value: /" + odd))
            self.assertNotIn("\\x", self.kgw("check", "-f", "odd.yaml").stdout)

    def test_bytes_that_are_no_characters_are_escaped(self):
        out = self.kgw("route", "-f", "base.yaml", "-H", "Host: \udc80\u009b31m", "http://shop.example/").stdout
        self.assertNotIn("\u009b", out)

    def test_an_unknown_verb_is_2_with_the_nearest_one(self):
        for word, near in (("rout", "route"), ("chekc", "check"), ("endpoint", "endpoints")):
            with self.subTest(word=word):
                self.assertRegex(self.complaint(word, "-f", "base.yaml"), rf"\b{near}\b")

    def test_an_unknown_kind_is_2_with_the_nearest_one(self):
        self.assertRegex(self.complaint("get", "httprout", "-f", "base.yaml"), r"(?i)httproutes?\b")


class Colour(Program):
    ARGUMENTS = ("route", "-f", "base.yaml", "GET", "http://shop.example/")

    def test_none_in_a_pipe_and_none_in_json(self):
        self.assertNotIn(ESCAPE, self.expect(0, *self.ARGUMENTS))
        self.assertNotIn(ESCAPE, self.expect(0, *self.ARGUMENTS, "--color", "always", "-o", "json"))

    def test_always_and_never_decide(self):
        self.assertIn(ESCAPE, self.expect(0, *self.ARGUMENTS, "--color", "always"))
        self.assertNotIn(ESCAPE, self.on_a_terminal(*self.ARGUMENTS, "--color", "never"))

    def test_a_terminal_gets_colour_unless_no_color_is_set(self):
        self.assertIn(ESCAPE, self.on_a_terminal(*self.ARGUMENTS))
        self.assertNotIn(ESCAPE, self.on_a_terminal(*self.ARGUMENTS, env=environment(TERM="xterm", NO_COLOR="1")))

    def test_another_word_is_2(self):
        self.complaint(*self.ARGUMENTS, "--color", "blue")


class Check(Program):
    def findings(self, code, *arguments):
        out = self.expect(code, "check", "-f", "base.yaml", "-f", "slip.yaml", "-o", "json", *arguments)
        return [json.loads(line) for line in out.splitlines()]

    def setUp(self):
        super().setUp()
        self.write("slip.yaml", SLIP)
        self.write("base.yaml", BASE.replace("name: missing-upstream", "name: missing-upstream, weight: 0"))

    def test_a_finding_has_the_keys_of_the_contract_and_its_place(self):
        slips = [finding for finding in self.findings(1) if finding["file"] == "slip.yaml"]
        self.assertEqual(len(slips), 1, slips)
        finding = slips[0]
        self.assertLessEqual(set(finding), FINDING_KEYS)
        self.assertLessEqual(FINDING_KEYS - {"suggestion"}, set(finding))
        self.assertEqual((finding["severity"], finding["line"], finding["kind"], finding["namespace"], finding["name"]),
                         ("error", 10, "HTTPRoute", "default", "slip"))
        self.assertEqual(finding["field"], "spec.rules[0].matches[0].path.type")
        self.assertEqual(finding["suggestion"], "PathPrefix")
        self.assertEqual(finding["code"], "UnknownValue")
        self.assertIn(finding["column"], (9, 15))  # of the key or of the value

    def test_ignore_hides_a_code(self):
        codes = {finding["code"] for finding in self.findings(1)}
        ignored = [word for code in sorted(codes) for word in ("--ignore", code)]
        self.assertEqual(self.findings(0, *ignored), [])

    def test_the_human_output_has_place_field_and_nearest_word(self):
        out = self.expect(1, "check", "-f", "base.yaml", "-f", "slip.yaml")
        for word in ("slip.yaml:10:", "spec.rules[0].matches[0].path.type", "PathPrefx", "PathPrefix"):
            self.assertIn(word, out)


class Get(Program):
    def test_a_kind_has_many_names(self):
        files = ("-f", EXAMPLES + "/gateway.yaml", "-f", EXAMPLES + "/static-upstream.yaml")
        for names, object_name in ((("upstream", "upstreams", "us", "Upstream", "upstreams.gloo.solo.io"), "json-upstream"),
                                   (("gateway", "gateways", "gtw", "gateways.gateway.networking.k8s.io"), "http"),
                                   (("httproute", "httproutes", "HTTPRoute"), "static-upstream")):
            for name in names:
                with self.subTest(name=name):
                    self.assertIn(object_name, self.expect(0, "get", name, *files))

    def test_json_is_a_list_and_one_object_by_name(self):
        whole = json.loads(self.expect(0, "get", "httproutes", "-f", "base.yaml", "-o", "json"))
        self.assertEqual(whole["kind"], "List")
        self.assertEqual([item["metadata"]["name"] for item in whole["items"]], ["shop", "split"])
        one = json.loads(self.expect(0, "get", "httproute", "split", "-f", "base.yaml", "-o", "json"))
        self.assertEqual(one["metadata"], {**one["metadata"], "name": "split", "namespace": "default"})
        conditions = {c["type"]: c["status"] for c in one["status"]["parents"][0]["conditions"]}
        self.assertEqual((conditions["Accepted"], conditions["ResolvedRefs"]), ("True", "True"))

    def test_yaml_says_the_same_as_json(self):
        arguments = ("get", "httproutes", "-f", "base.yaml", "--now", "2024-05-01T10:00:00Z", "-o")
        loader = type("Text", (yaml.SafeLoader,), {"yaml_implicit_resolvers": {
            key: [(tag, regexp) for tag, regexp in pairs if tag != "tag:yaml.org,2002:timestamp"]
            for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}})
        self.assertEqual(yaml.load(self.expect(0, *arguments, "yaml"), loader), json.loads(self.expect(0, *arguments, "json")))

    def test_what_get_prints_can_be_read_back(self):
        parts = [self.expect(0, "get", kind, "-f", "base.yaml", "-o", "yaml")
                 for kind in ("gateways", "httproutes", "services", "endpointslices")]
        self.write("again.yaml", "---\n".join(parts))
        out = self.expect(0, "route", "-f", "again.yaml", "-o", "json", "GET", "http://shop.example/x")
        self.assertEqual(json.loads(out), self.decision(0, "GET", "http://shop.example/x"))

    def test_names_one_a_line(self):
        out = self.expect(0, "get", "httproutes", "-f", "base.yaml", "-o", "name").splitlines()
        self.assertEqual([line.rsplit("/", 1)[1] for line in out], ["shop", "split"])
        self.assertTrue(all(line.startswith("httproute") for line in out), out)

    def test_a_table_has_a_header_unless_told_otherwise(self):
        lines = self.expect(0, "get", "httproutes", "-f", "base.yaml").splitlines()
        self.assertIn("NAME", lines[0])
        self.assertEqual(len(lines), 3)
        bare = self.expect(0, "get", "httproutes", "-f", "base.yaml", "--no-headers").splitlines()
        self.assertEqual(len(bare), 2)
        self.assertNotIn("NAME", bare[0])

    def test_wide_has_all_that_the_table_has(self):
        narrow = self.expect(0, "get", "httproutes", "-f", "base.yaml").splitlines()[0].split()
        wide = self.expect(0, "get", "httproutes", "-f", "base.yaml", "-o", "wide").splitlines()[0].split()
        self.assertLessEqual(set(narrow), set(wide))

    def test_a_namespace_filters(self):
        files = ("-f", EXAMPLES + "/gateway.yaml", "-f", EXAMPLES + "/cross-namespace.yaml")
        self.assertIn("billing", self.expect(0, "get", "httproutes", *files, "-n", "team-a", "-o", "name"))
        self.assertNotIn("billing", self.kgw("get", "httproutes", *files, "-n", "default", "-o", "name").stdout)
        self.assertIn("billing", self.expect(0, "get", "httproutes", *files, "-A", "-o", "name"))

    def test_secrets_are_redacted(self):
        self.write("secret.yaml", "{apiVersion: v1, kind: Secret, metadata: {name: s}, type: Opaque, data: {key: aHVzaC1odXNo}}\n")
        out = self.expect(0, "get", "secrets", "-f", "secret.yaml", "-o", "yaml")
        self.assertNotIn("aHVzaC1odXNo", out)
        self.assertNotIn("hush-hush", out)


class Tables(Program):
    def test_explain_shows_candidates_and_what_failed(self):
        out = self.expect(0, "explain", "-f", "base.yaml", "GET", "http://shop.example/x")
        for word in ("shop", "x-user", "/old"):
            self.assertIn(word, out)

    def test_explain_ends_with_the_decision_of_route(self):
        out = self.expect(0, "explain", "-f", "base.yaml", "GET", "http://shop.example/x")
        endpoint = self.decision(0, "GET", "http://shop.example/x")["endpoint"]["address"]
        self.assertIn(endpoint.rsplit(".", 1)[0], out)

    def test_routes_come_in_matching_order_and_filter(self):
        out = self.expect(0, "routes", "-f", "base.yaml")
        self.assertLess(out.index("/gone"), out.index("x-user"))
        self.assertIn("split.example", out)
        filtered = self.expect(0, "routes", "-f", "base.yaml", "--host", "shop.example")
        self.assertIn("/gone", filtered)
        self.assertNotIn("split.example", filtered)
        self.assertNotIn("/gone", self.kgw("routes", "-f", "base.yaml", "--port", "81").stdout)

    def test_endpoints_can_be_one_upstreams(self):
        files = ("-f", EXAMPLES + "/gateway.yaml", "-f", EXAMPLES + "/kube-upstream.yaml", "-f", EXAMPLES + "/static-upstream.yaml")
        everything = self.expect(0, "endpoints", *files)
        self.assertIn("10.1.0.11:8080", everything)
        self.assertIn("jsonplaceholder.typicode.com:80", everything)
        one = self.expect(0, "endpoints", *files, "petstore")
        self.assertIn("10.1.0.12:8080", one)
        self.assertNotIn("jsonplaceholder", one)

    def test_json_of_tables_is_json(self):
        for verb in ("routes", "endpoints"):
            with self.subTest(verb=verb):
                out = self.expect(0, verb, "-f", "base.yaml", "-o", "json")
                try:
                    json.loads(out)
                except ValueError:
                    for line in out.splitlines():
                        json.loads(line)


class Examples(Program):
    def test_the_walks_through_the_examples_go_as_written(self):
        for folder in ("delegation", "upstreams", "lambda"):
            with self.subTest(folder=folder):
                walk = os.path.join(ROOT, "examples", folder, "walk.sh")
                done = subprocess.run([walk], env=environment(KGW=KGW), capture_output=True, text=True, timeout=120,
                                      stdin=subprocess.DEVNULL)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_only_the_mistake_has_findings(self):
        names = [name for name in sorted(os.listdir(EXAMPLES)) if name.endswith(".yaml") and name != "mistake.yaml"]
        arguments = [word for name in names for word in ("-f", os.path.join(EXAMPLES, name))]
        self.assertEqual(self.expect(0, "check", "-o", "json", *arguments), "")
        out = self.expect(1, "check", "-o", "json", *arguments, "-f", os.path.join(EXAMPLES, "mistake.yaml"))
        self.assertEqual([json.loads(line)["suggestion"] for line in out.splitlines()], ["PathPrefix"])


if __name__ == "__main__":
    unittest.main()

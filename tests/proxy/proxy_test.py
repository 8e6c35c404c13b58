#!/usr/bin/env python3
"""Holds a proxy that forwards by kgw's decisions against README.md: real requests, real backends.

    proxy_test.py --proxy 'COMMAND [ARGUMENT]...' [--only WORD]

Standard library only. Ends with the line 'N passed, M failed'; exit 1 if anything failed.
"""

import argparse
import hashlib
import http.client
import os
import socket
import sys
import tempfile
import time
import traceback

import reload_test
from harness import (Backend, Connection, Proxy, as_text, end_processes, exchange_bytes, free_port, gateway,
                     route, to, upstream, wait_for, write_file)


def forward(*names, **rule):
    return {"backendRefs": [to(name) for name in names], **rule}


def edit(kind, **edits):
    pairs = {key: [{"name": n, "value": v} for n, v in value] for key, value in edits.items() if key != "remove"}
    return {"type": f"{kind}HeaderModifier",
            f"{kind[0].lower()}{kind[1:]}HeaderModifier": {**pairs, "remove": edits.get("remove", [])}}


def configuration(a, b, dead):
    rewrite = {"type": "URLRewrite", "urlRewrite": {
        "hostname": "inside.example", "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/new"}}}
    redirect = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "hostname": "elsewhere.example",
                                                              "statusCode": 301}}
    cors = {"type": "CORS", "cors": {"allowOrigins": ["https://app.example"], "allowMethods": ["PUT"],
                                     "allowHeaders": ["x-token"], "maxAge": 600}}
    mirror = {"type": "RequestMirror", "requestMirror": {"backendRef": to("b")}}
    lost_mirror = {"type": "RequestMirror", "requestMirror": {"backendRef": to("dead")}}
    prefix = {"matches": [{"path": {"type": "PathPrefix", "value": "/old"}}]}
    retry = {"attempts": 2, "codes": [503], "backoff": "10ms"}
    return [
        gateway(), upstream("a", a), upstream("b", b), upstream("dead", dead), upstream("half", dead, a),
        upstream("named", a, address="localhost"), upstream("nowhere", a, address="no-such-host.invalid"),
        upstream("tls", a, sslConfig={"sni": "a.example"}),
        route("plain", forward("a")),
        route("rewrite", forward("a", filters=[rewrite], **prefix)),
        route("edit", forward("a", filters=[
            edit("Request", set=[("x-set", "new")], add=[("x-add", "second")], remove=["x-remove"]),
            edit("Response", set=[("x-set", "new")], add=[("x-add", "second")], remove=["x-remove"])])),
        route("redirect", {"filters": [redirect]}),
        route("cors", forward("a", filters=[cors])),
        route("mirror", forward("a", filters=[mirror])),
        route("lost-mirror", forward("a", filters=[lost_mirror])),
        route("retry", forward("a", retry=retry)),
        route("half", forward("half", retry={"attempts": 1})),
        route("dead", forward("dead", retry={"attempts": 2, "backoff": "5ms"})),
        route("request-timeout", forward("a", timeouts={"request": "300ms"})),
        route("try-timeout", forward("a", timeouts={"backendRequest": "200ms"})),
        route("retry-timeout", forward("a", timeouts={"request": "5s", "backendRequest": "200ms"},
                                       retry={"attempts": 1})),
        route("short-retry", forward("a", timeouts={"request": "300ms"},
                                     retry={"attempts": 5, "codes": [503], "backoff": "200ms"})),
        route("named", forward("named")), route("nowhere", forward("nowhere")), route("tls", forward("tls")),
        route("missing", forward("missing")),
    ]


class Behaviour:
    """One proxy and its backends for all tests below. The name of a test is its sentence."""

    def __init__(self, command, folder):
        self.a, self.b = Backend("a"), Backend("b")
        self.config = os.path.join(folder, "behaviour")
        self.command = command
        os.mkdir(self.config)
        write_file(os.path.join(self.config, "all.json"), as_text(configuration(self.a, self.b, free_port())))
        self.proxy = Proxy(command, self.config, listeners=(80, 9999))
        self.get = lambda target, host, *headers: self.proxy.ask("GET", target, f"{host}.example", headers)

    def times(self, mark):
        """How often backend a got a request whose target has this mark."""
        return sum(mark in request["target"] for request in self.a.log())

    # ------------------------------------------------------------ forwarding

    def test_request_arrives_as_it_was_sent(self):
        headers = [("x-one", "1"), ("x-one", "2")]
        answer = self.proxy.ask("PUT", "/p/a%20th?q=1&r=%2F", "plain.example", headers, b"hello")
        seen = answer.json()
        assert (seen["method"], seen["target"], seen["body"]) == ("PUT", "/p/a%20th?q=1&r=%2F", "hello"), seen
        assert answer.seen("host") == "plain.example" and answer.seen("x-one") == "1, 2", seen

    def test_any_method_is_forwarded(self):
        for method in ("DELETE", "PATCH", "OPTIONS", "PROPFIND"):
            assert self.proxy.ask(method, "/", "plain.example").json()["method"] == method

    def test_x_forwarded_headers_are_appended(self):
        answer = self.get("/", "plain", ("X-Forwarded-For", "192.0.2.7"))
        assert answer.seen("x-forwarded-for") == "192.0.2.7, 127.0.0.1", answer.json()
        assert answer.seen("x-forwarded-proto") == "http", answer.json()

    def test_hop_by_hop_headers_stay_behind(self):
        answer = self.get("/?set=keep-alive:timeout%3D5&set=x-kept:1", "plain", ("Connection", "close, x-mine"),
                          ("x-mine", "1"), ("Keep-Alive", "timeout=5"), ("TE", "trailers"), ("Upgrade", "h2c"))
        for name in ("x-mine", "keep-alive", "te", "upgrade"):
            assert answer.seen(name) is None, (name, answer.json())
        assert answer.header("keep-alive") is None and answer.header("x-kept") == "1", answer.headers

    def test_bodies_arrive_whole_however_they_are_framed(self):
        body = os.urandom(3_000_000)
        for sent in (body, [body[:10], body[10:2_000_000], body[2_000_000:]]):
            answer = self.proxy.ask("POST", "/", "plain.example", body=sent)
            assert answer.json()["body"] == hashlib.sha256(body).hexdigest(), answer.body[:300]
        for framing in ("length", "chunked", "close"):
            answer = self.get(f"/?size=3000000&body={framing}", "plain")
            assert answer.status == 200 and answer.body == b"x" * 3_000_000, (framing, len(answer.body))

    def test_answers_without_a_body_end_at_once(self):
        with Connection(self.proxy.port) as connection:
            for method, target in (("HEAD", "/?size=10"), ("GET", "/?status=204"), ("GET", "/?status=304"),
                                   ("HEAD", "/?body=chunked"), ("GET", "/?size=0"), ("GET", "/?size=0&body=chunked")):
                assert connection.ask(method, target, "plain.example").body == b"", target

    def test_connections_are_kept_on_both_sides(self):
        with Connection(self.proxy.port) as connection:
            seen = [connection.ask("GET", "/", "plain.example").json() for _ in range(3)]
        assert len({request["connection"] for request in seen}) == 1, seen

    def test_requests_in_one_packet_are_answered_in_order(self):
        request = "GET /{} HTTP/1.1\r\nHost: plain.example\r\n{}\r\n"
        text = "".join(request.format(i, "" if i < 4 else "Connection: close\r\n") for i in range(5))
        answer = exchange_bytes(self.proxy.port, text.encode())
        places = [answer.find(b'"target": "/%d"' % i) for i in range(5)]
        assert min(places) > 0 and places == sorted(places), answer

    def test_old_clients_get_a_body_until_the_connection_closes(self):
        answer = exchange_bytes(self.proxy.port, b"GET /?size=100&body=chunked HTTP/1.0\r\nHost: plain.example\r\n\r\n")
        head, _, body = answer.partition(b"\r\n\r\n")
        assert body == b"x" * 100 and b"chunked" not in head.lower(), answer

    def test_clients_that_expect_100_continue_get_it(self):
        with socket.create_connection(("127.0.0.1", self.proxy.port), timeout=5) as sock:
            sock.sendall(b"POST / HTTP/1.1\r\nHost: plain.example\r\nExpect: 100-continue\r\nContent-Length: 5\r\n"
                         b"Connection: close\r\n\r\n")
            assert sock.recv(1000).startswith(b"HTTP/1.1 100 ")
            sock.sendall(b"hello")
            answer = b"".join(iter(lambda: sock.recv(65536), b""))
        assert b'"body": "hello"' in answer, answer

    def test_interim_answers_are_not_taken_for_the_answer(self):
        assert self.get("/?hint=1", "plain").status == 200

    def test_backends_may_answer_before_the_body_is_sent(self):
        sent = b"POST /?early=1&status=403 HTTP/1.1\r\nHost: plain.example\r\nContent-Length: 3000000\r\n\r\n"
        answer = exchange_bytes(self.proxy.port, sent + b"x" * 100_000)
        assert answer.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 502 ", b"HTTP/1.1 503 ")), answer[:300]

    def test_bad_requests_are_refused(self):
        host = b"Host: plain.example\r\n"
        for bad in (b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n" + host + b"A b: c\r\n\r\n",
                    b"GET / HTTP/1.1\r\n" + host + b"Content-Length : 5\r\n\r\nhello",
                    b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                    b"POST / HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
                    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not HTTP\r\n\r\n"):
            answer = exchange_bytes(self.proxy.port, bad)
            assert answer.split(b" ")[1:2] in ([b"400"], [b"501"]), (bad, answer)

    def test_a_length_beside_chunks_does_not_smuggle(self):
        answer = exchange_bytes(
            self.proxy.port, b"POST / HTTP/1.1\r\nHost: plain.example\r\nContent-Length: 4\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\nZ\r\n0\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400 ") or b'"body": "Z"' in answer, answer

    def test_endpoints_may_be_host_names(self):
        assert self.get("/", "named").status == 200
        assert self.get("/", "nowhere").status in (502, 503)

    # ------------------------------------------------------------ kgw's decisions

    def test_path_and_authority_are_rewritten(self):
        answer = self.get("/old/x?y=1", "rewrite")
        assert answer.json()["target"] == "/new/x?y=1" and answer.seen("host") == "inside.example", answer.json()

    def test_headers_are_edited_both_ways(self):
        answer = self.get("/?set=x-set:old&set=x-add:first&set=x-remove:1", "edit", ("X-Set", "old"),
                          ("X-Add", "first"), ("X-Remove", "1"))
        for value in (answer.seen, answer.header):
            assert (value("x-set"), value("x-add"), value("x-remove")) == ("new", "first, second", None), answer.body

    def test_redirects_are_answered(self):
        answer = self.get("/a?b=c", "redirect")
        assert (answer.status, answer.header("location")) == (301, "https://elsewhere.example/a?b=c"), answer.headers

    def test_preflights_are_answered_and_answers_carry_cors(self):
        origin = ("Origin", "https://app.example")
        asked = [origin, ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "x-token")]
        preflight = self.proxy.ask("OPTIONS", "/", "cors.example", asked)
        assert preflight.status in (200, 204) and not preflight.body, preflight.status
        assert preflight.header("access-control-allow-methods") == "PUT", preflight.headers
        assert self.get("/", "cors", origin).header("access-control-allow-origin") == origin[1]

    def test_no_route_is_404_and_a_missing_backend_500(self):
        assert self.get("/", "nobody").status == 404
        assert self.get("/", "missing").status == 500

    def test_a_refusal_leaves_the_connection_usable(self):
        with Connection(self.proxy.port) as connection:
            assert connection.ask("POST", "/", "nobody.example", body=b"hello").status == 404
            assert connection.ask("POST", "/", "plain.example", body=b"hello").json()["body"] == "hello"

    def test_a_port_without_listener_closes_the_connection(self):
        assert exchange_bytes(self.proxy.ports[1], b"GET / HTTP/1.1\r\nHost: plain.example\r\n\r\n") == b""

    def test_tls_to_a_plain_backend_is_no_answer(self):
        assert self.get("/", "tls").status in (502, 503)

    def test_mirrors_get_a_copy_and_nobody_waits_for_them(self):
        answer = self.proxy.ask("POST", "/copy?x=1", "mirror.example", [("x-mine", "1")], b"hello")
        assert answer.json()["backend"] == "a", answer.body
        copies = lambda: [r for r in self.b.log() if r["target"] == "/copy?x=1"]
        copy = wait_for("the copy", copies)[0]
        assert (copy["method"], copy["body"]) == ("POST", "hello"), copy
        assert {name.lower(): value for name, value in copy["headers"]}["x-mine"] == "1", copy
        assert self.get("/?x=2", "lost-mirror").status == 200

    # ------------------------------------------------------------ failures

    def test_listed_statuses_are_tried_again_body_included(self):
        answer = self.proxy.ask("POST", "/?fail_first=2&id=codes", "retry.example", body=b"again")
        assert answer.status == 200 and answer.json()["body"] == "again", answer.body
        assert self.times("id=codes") == 3

    def test_the_last_status_is_the_answer_when_tries_are_used_up(self):
        assert self.get("/?fail_first=9&id=used-up", "retry").status == 503
        assert self.times("id=used-up") == 3

    def test_other_statuses_and_rules_without_retry_are_not_tried_again(self):
        assert self.get("/?status=500&id=other", "retry").status == 500
        assert self.get("/?fail_first=1&id=none", "plain").status == 503
        assert (self.times("id=other"), self.times("id=none")) == (1, 1)

    def test_a_broken_connection_is_tried_again_if_that_is_safe(self):
        assert self.get("/?fail_first=1&fail=reset&id=reset-get", "retry").status == 200
        target = "/?fail_first=1&fail=reset&id=reset-post"
        assert self.proxy.ask("POST", target, "retry.example", body=b"x").status in (502, 503)
        assert self.times("id=reset-post") == 1
        assert self.get("/?fail=garbage", "plain").status in (502, 503)

    def test_another_endpoint_is_tried_when_one_refuses(self):
        for _ in range(10):
            assert self.proxy.ask("POST", "/", "half.example", body=b"x").status == 200

    def test_no_endpoint_left_is_said(self):
        assert self.get("/", "dead").status in (502, 503)

    def test_half_an_answer_is_not_passed_off_as_whole(self):
        for framing in ("", "&body=chunked"):
            try:
                answer = self.get(f"/?fail=middle&size=1000{framing}", "plain")
            except (http.client.IncompleteRead, ConnectionError):
                continue
            raise AssertionError(f"got {answer.status} with {len(answer.body)} bytes")

    def test_timeouts_are_504(self):
        for host in ("request-timeout", "try-timeout"):
            start = time.monotonic()
            assert self.get("/?delay=3", host).status == 504
            assert time.monotonic() - start < 2, host
            assert self.get("/", host).status == 200

    def test_a_try_that_takes_too_long_is_tried_again(self):
        assert self.get("/?fail_first=1&fail=slow&id=slow", "retry-timeout").status == 200

    def test_the_time_for_all_tries_ends_them(self):
        start = time.monotonic()
        assert self.get("/?fail_first=9&id=short", "short-retry").status == 504
        assert time.monotonic() - start < 0.9 and self.times("id=short") == 2

    def test_clients_that_leave_do_no_harm(self):
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", self.proxy.port)) as sock:
                sock.sendall(b"GET /?delay=0.2&size=1000000 HTTP/1.1\r\nHost: plain.example\r\n\r\n")
        time.sleep(0.3)
        assert self.get("/", "plain").status == 200

    def test_a_proxy_with_nothing_to_do_sleeps(self):
        before = self.proxy.cpu_seconds()
        time.sleep(1)
        assert self.proxy.cpu_seconds() - before < 0.2

    def test_z_a_stop_finishes_what_is_under_way(self):
        with Connection(self.proxy.port) as idle, Connection(self.proxy.port) as busy:
            idle.ask("GET", "/", "plain.example")
            busy.http.putrequest("GET", "/?delay=0.7", skip_host=True)
            busy.http.putheader("Host", "plain.example")
            busy.http.endheaders()
            wait_for("the request at the backend", lambda: self.times("delay=0.7") or None)
            self.proxy.terminate()
            wait_for("no more connections", lambda: not self.proxy_listens())
            assert busy.http.getresponse().status == 200
        self.proxy.stop()

    def proxy_listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.proxy.port), timeout=1).close()
            return True
        except OSError:
            return False


def run(name, test):
    start = time.monotonic()
    try:
        test()
    except Exception:  # whatever it is, the other tests go on
        print(f"FAIL  {name}\n{traceback.format_exc()}", flush=True)
        return False
    print(f"ok    {name} ({time.monotonic() - start:.1f} s)", flush=True)
    return True


def tests_of(thing):
    names = sorted(name for name in dir(thing) if name.startswith("test_"))
    return [(name[5:].replace("z_", "", 1).replace("_", " "), getattr(thing, name)) for name in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--proxy", required=True, help="the command line of the proxy, without its options")
    parser.add_argument("--only", default="", help="run the tests with this in their names")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for suite in (Behaviour, reload_test.Reloads):
                made = []
                results.append(run(f"{suite.__name__.lower()}: everything starts",
                                   lambda: made.append(suite(options.proxy, folder))))
                for thing in made:
                    results += [run(name, test) for name, test in tests_of(thing) if options.only in name]
        finally:
            end_processes()
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())

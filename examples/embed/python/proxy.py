"""A reverse proxy as an ASGI application: kgw decides where each request goes, httpcore takes it there."""

import asyncio
import contextlib
import ssl
import time

import httpcore
import kgw
from headers import edited, end_to_end, to_bytes

CONNECT_SECONDS = 5.0
KEPT = 1024 * 1024  # a body up to this size is kept, to be sent again or to a mirror
SAFE_TO_REPEAT = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"}


class ClientGone(Exception):
    """Nobody waits for the answer. Tickets that nobody finishes count as aborted."""


class Exchange:
    """One request of a client, from its first decision to the last byte of its answer."""

    def __init__(self, proxy, scope, receive, send):
        self.proxy, self.engine, self.scope, self.receive, self.send = proxy, proxy.engine, scope, receive, send
        self.begun = False  # the answer is on its way: there is no going back

    async def run(self):
        scope, port = self.scope, self.scope["server"][1]
        target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        request = kgw.Request(scope["method"], target, scope["headers"], scheme=scope["scheme"], peer=scope["client"][0],
                              port=self.proxy.listeners.get(port, port))
        decision = self.decision = self.engine.route(request)
        if decision.verdict != "forward":
            return await self.answer()
        await self.read_body()
        for mirror in decision.mirrors if self.body_is_kept else ():
            self.proxy.in_background(self.copy_to(mirror))
        limit = decision.timeouts_ms.request
        try:
            async with asyncio.timeout(limit / 1000 if limit else None):
                await self.forward(request)
        except TimeoutError:
            self.engine.done(self.decision.ticket, "timeout")
            await self.answer_plain(504, b"no answer in time\n")

    async def start_answer(self, status, headers):
        self.begun = True
        await self.send({"type": "http.response.start", "status": status, "headers": headers})

    async def answer_whole(self, status, headers, body):
        await self.start_answer(status, headers)
        await self.send({"type": "http.response.body", "body": body})

    async def answer(self):
        """A redirect, a preflight, no route, or an error: kgw said it all."""
        verdict, response = self.decision.verdict, self.decision.response
        body = to_bytes(response.body or "")
        ending = [(b"connection", b"close")] if verdict == "reject" else []  # as near as ASGI comes to it
        await self.answer_whole(response.status or (404 if verdict == "no_route" else 421),
                                edited([(b"content-length", b"%d" % len(body)), *ending], response), body)

    async def answer_plain(self, status, text):
        if self.begun:
            raise ConnectionError("the answer of the backend broke off")  # the server closes the connection
        await self.answer_whole(status, [(b"content-length", b"%d" % len(text)), (b"content-type", b"text/plain")], text)

    async def read_body(self):
        """All of a body that is not too large; of others the beginning."""
        self.body, self.body_is_kept = b"", False
        while not self.body_is_kept and len(self.body) <= KEPT:
            piece, self.body_is_kept = await self.next_piece()
            self.body += piece

    async def next_piece(self):
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        return message.get("body", b""), not message.get("more_body", False)

    async def body_pieces(self):
        if self.body:
            yield self.body
        last = self.body_is_kept
        while not last:
            piece, last = await self.next_piece()
            yield piece

    def headers_for(self, forward, authority):
        scope = self.scope
        headers = edited(end_to_end(scope["headers"]), forward)
        before = [value for name, value in headers if name == b"x-forwarded-for"]
        dropped = {b"host", b"x-forwarded-for", b"x-forwarded-proto", *([b"content-length"] if self.body_is_kept else [])}
        headers = [(name, value) for name, value in headers if name not in dropped]
        headers += [(b"x-forwarded-for", b", ".join([*before, scope["client"][0].encode()])),
                    (b"x-forwarded-proto", scope["scheme"].encode())]
        if self.body_is_kept and (self.body or scope["method"] in ("POST", "PUT", "PATCH")):
            headers.append((b"content-length", b"%d" % len(self.body)))
        elif not self.body_is_kept and not any(name == b"content-length" for name, _ in headers):
            headers.append((b"transfer-encoding", b"chunked"))
        return [(b"host", to_bytes(authority)), *headers]

    def open(self, decision, endpoint, authority):
        """One try, up to the head of the answer."""
        forward, tls = decision.request, decision.transport.tls
        url = httpcore.URL(scheme=b"https" if tls else b"http", host=to_bytes(endpoint.host),
                           port=endpoint.port, target=to_bytes(forward.path))
        extensions = {"timeout": {"connect": CONNECT_SECONDS}, **({"sni_hostname": tls.sni} if tls and tls.sni else {})}
        return self.proxy.pool(tls).stream(to_bytes(forward.method), url, headers=self.headers_for(forward, authority),
                                           content=self.body_pieces(), extensions=extensions)

    async def forward(self, request):
        """Tries until an answer is good enough, as often as the route permits."""
        retry = self.decision.retry
        for tries_left in range(retry.attempts, -1, -1):
            began = time.monotonic_ns()
            result, status = await self.attempt(retry.codes if tries_left and self.body_is_kept else ())
            outcome = {"status": status, "latency_ns": time.monotonic_ns() - began}
            if self.begun or not self.may_repeat(result, tries_left):
                break
            await asyncio.sleep((retry.backoff_ms or 0) / 1000)
            self.decision = self.engine.retry(self.decision.ticket, result, request=request, **outcome)
            if self.decision.verdict != "forward":
                return await self.answer()
        self.engine.done(self.decision.ticket, result, **outcome)
        if result != "completed":
            await self.answer_plain(504 if result == "timeout" else 502, b"no answer from the backend\n")

    def may_repeat(self, result, tries_left):
        safe = result in ("completed", "connect_failure") or self.scope["method"] in SAFE_TO_REPEAT
        return tries_left > 0 and self.body_is_kept and safe

    async def attempt(self, not_these):
        """One try, which becomes the answer unless its status is one of these. Returns how it ended."""
        decision, limit = self.decision, self.decision.timeouts_ms.backend_request
        try:
            async with contextlib.AsyncExitStack() as stack:
                async with asyncio.timeout(limit / 1000 if limit else None):
                    response = await stack.enter_async_context(
                        self.open(decision, decision.endpoint, decision.request.authority))
                if response.status not in not_these:
                    await self.pass_on(response)
            return "completed", response.status
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            return "connect_failure", 0
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return "reset", 0
        except TimeoutError:
            return "timeout", 0

    async def pass_on(self, response):
        edits = self.decision.response
        await self.start_answer(edits.status or response.status, edited(end_to_end(response.headers), edits))
        async for piece in response.aiter_stream():
            await self.send({"type": "http.response.body", "body": piece, "more_body": True})
        await self.send({"type": "http.response.body"})

    async def copy_to(self, mirror):
        """Nobody waits for a copy, and its answer is thrown away."""
        decision, result, status = self.decision, "connect_failure", 0
        with contextlib.suppress(httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            async with self.open(decision, mirror.endpoint, mirror.authority or decision.request.authority) as response:
                result, status = "completed", response.status
        self.engine.done(mirror.ticket, result, status=status)


class Proxy:
    """The application. `listeners` maps ports of the server to ports of the Gateway's listeners."""

    def __init__(self, engine, listeners=None):
        self.engine, self.listeners = engine, listeners or {}
        self.pools, self.tasks = {}, set()

    def pool(self, tls):
        verify = bool(tls and tls.verify)
        if verify not in self.pools:
            context = ssl.create_default_context() if verify else ssl._create_unverified_context()
            self.pools[verify] = httpcore.AsyncConnectionPool(ssl_context=context, max_connections=None)
        return self.pools[verify]

    def in_background(self, work):
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            with contextlib.suppress(ClientGone):
                await Exchange(self, scope, receive, send).run()

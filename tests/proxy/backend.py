#!/usr/bin/env python3
"""A backend whose answers tell what it got: backend.py NAME PORT.

The answer is JSON: backend, method, target, headers, body (its SHA-256 if it is long), and on which
connection and as which of its requests it came. The query says what else to do:

  delay=S           answer after S seconds
  status=N          answer N
  fail_first=N      the first N requests with this `id` are answered 503, or fail as `fail` says
  fail=reset        close the connection without an answer
  fail=slow         answer after 5 seconds
  fail=middle       close the connection in the middle of the body
  fail=garbage      answer something that is not HTTP
  body=chunked      send the body in chunks; body=close: until the connection closes
  size=N            a body of N bytes instead of the JSON
  set=NAME:VALUE    one more header of the answer; repeatable
  early=1           answer without reading the body
  hint=1            send 103 Early Hints first

GET /_log answers with all requests so far that were not for /_log.
"""

import asyncio
import collections
import hashlib
import itertools
import json
import sys
import urllib.parse

NAME = sys.argv[1]
LOG = []
SEEN = collections.Counter()
CONNECTIONS = itertools.count()


async def read_body(reader, headers):
    fields = {name.lower(): value for name, value in headers}
    if fields.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return body
    return await reader.readexactly(int(fields.get("content-length", 0)))


async def read_head(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    method, target, _ = first.split(" ")
    headers = [(name, value.strip()) for name, value in (line.split(":", 1) for line in lines)]
    return method, target, headers


def fails(query):
    """What goes wrong with this request: a word of `fail`, or an empty text."""
    kind = query.get("fail", ["status"])[0]
    if "fail_first" in query:
        SEEN[query["id"][0]] += 1
        return kind if SEEN[query["id"][0]] <= int(query["fail_first"][0]) else ""
    return kind if "fail" in query else ""


def write_answer(writer, method, status, extra, body, framing):
    head = [f"HTTP/1.1 {status} Whatever", f"x-backend: {NAME}", *extra]
    if status in (204, 304):
        body = b""
    elif framing == "length":
        head.append(f"content-length: {len(body)}")
    elif framing == "chunked":
        head.append("transfer-encoding: chunked")
        half = len(body) // 2
        body = b"".join(b"%x;x=y\r\n%s\r\n" % (len(p), p) for p in (body[:half], body[half:]) if p)
        body += b"0\r\nx-trailer: yes\r\n\r\n"
    else:
        head.append("connection: close")
    writer.write("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + (b"" if method == "HEAD" else body))


async def answer(writer, request, query):
    """Answers one request. False: the connection is over."""
    fail = fails(query)
    if fail == "slow":
        await asyncio.sleep(5)
    if fail == "reset":
        return False
    if fail == "garbage":
        writer.write(b"220 smtp.example ready\r\n\r\n")
        return False
    await asyncio.sleep(float(query.get("delay", ["0"])[0]))
    if "hint" in query:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n")
    status = 503 if fail == "status" else int(query.get("status", ["200"])[0])
    body = b"x" * int(query["size"][0]) if "size" in query else json.dumps(request).encode()
    framing = query.get("body", ["length"])[0]
    extra = [line.replace(":", ": ", 1) for line in query.get("set", [])]
    if fail == "middle":
        whole = [f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n".encode(), body[: len(body) // 2]]
        writer.write(b"".join(whole))
        await writer.drain()
        await asyncio.sleep(0.05)
        return False
    write_answer(writer, request["method"], status, extra, body, framing)
    await writer.drain()
    return framing != "close"


async def serve(reader, writer):
    connection = next(CONNECTIONS)
    try:
        for count in itertools.count():
            method, target, headers = await read_head(reader)
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query)
            body = b"" if "early" in query else await read_body(reader, headers)
            text = body.decode("latin-1") if len(body) < 1000 else hashlib.sha256(body).hexdigest()
            request = {"backend": NAME, "method": method, "target": target, "headers": headers, "body": text,
                       "connection": connection, "count": count}
            if target == "/_log":
                write_answer(writer, method, 200, [], json.dumps(LOG).encode(), "length")
                continue
            LOG.append(request)
            del LOG[:-1000]
            if not await answer(writer, request, query) or "early" in query:
                break
            if ("connection", "close") in [(n.lower(), v.lower()) for n, v in headers]:
                break
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[2]), backlog=1024)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass

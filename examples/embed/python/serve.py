"""Runs the proxy under uvicorn: serve.py --listen PORT[=LISTENERPORT]... --config FILE|DIR..."""

import argparse
import asyncio
import signal
import socket
import sys

import kgw
import uvicorn
from proxy import Proxy


def say(text):
    print(text, file=sys.stderr, flush=True)


def say_report(report):
    for finding in report.diagnostics:
        say(finding)


def listen(port):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", port))
    return sock


def say_stats(engine):
    stats = engine.stats()
    say(f'stats {{"generation": {stats.generation}, "snapshots": {stats.snapshots}, "readers_behind": 0}}')


async def serve(engine, listeners, configs):
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, lambda: engine.load(configs))
    loop.add_signal_handler(signal.SIGUSR1, lambda: say_stats(engine))
    config = uvicorn.Config(Proxy(engine, listeners), lifespan="off", proxy_headers=False, server_header=False, http="h11",
                            date_header=False, access_log=False, log_level="error", timeout_graceful_shutdown=10)
    await uvicorn.Server(config).serve(sockets=[listen(port) for port in listeners])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", action="append", required=True, metavar="PORT[=LISTENERPORT]")
    parser.add_argument("--config", action="append", required=True, metavar="FILE|DIR")
    options = parser.parse_args()
    pairs = (text.partition("=") for text in options.listen)
    listeners = {int(port): int(listener or port) for port, _, listener in pairs}
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn stops the server, and then passes the signal on
    with kgw.Engine(on_reload=say_report, log=lambda level, text: say(f"kgw: {text}")) as engine:
        say_report(engine.watch(options.config))
        engine.start()
        asyncio.run(serve(engine, listeners, options.config))


if __name__ == "__main__":
    main()

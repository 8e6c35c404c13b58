"""What the tests of a proxy stand on: backends and the proxy as processes, configurations, clients."""

import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time

PROCESSES = []  # all that were started; whatever fails, they are ended in the end
HERE = os.path.dirname(os.path.abspath(__file__))


def free_port():
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=10.0):
    """Returns the first true value of condition(); fails after some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.005)
    raise AssertionError(f"{what}: not within {seconds} s")


def end_processes():
    for process in PROCESSES:
        if process.poll() is None:
            process.kill()
        process.wait()


class Backend:
    """A process of backend.py on a port of its own, which it keeps when it comes back."""

    def __init__(self, name):
        self.name, self.port = name, free_port()
        self.start()

    def start(self):
        command = [sys.executable, os.path.join(HERE, "backend.py"), self.name, str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        PROCESSES.append(self.process)
        if self.process.stdout.readline() != "ready\n":
            raise AssertionError(f"backend {self.name} does not start")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def log(self):
        return ask(self.port, "GET", "/_log", host="log").json()


# ---------------------------------------------------------------- clients


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        """All values of that name, joined as HTTP joins them; None if there are none."""
        values = [v for n, v in self.headers if n.lower() == name]
        return ", ".join(values) if values else None

    def seen(self, name):
        """The same for a header that the backend got."""
        values = [v for n, v in self.json()["headers"] if n.lower() == name]
        return ", ".join(values) if values else None


class Connection:
    """A connection that is kept for one request after the other."""

    def __init__(self, port, timeout=20):
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def ask(self, method, target, host, headers=(), body=None):
        self.http.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in [("Host", host), *headers]:
            self.http.putheader(name, value)
        if isinstance(body, bytes):
            self.http.putheader("Content-Length", str(len(body)))
            self.http.endheaders(body)
        elif body is not None:
            self.http.putheader("Transfer-Encoding", "chunked")
            self.http.endheaders(iter(body), encode_chunked=True)
        else:
            self.http.endheaders()
        response = self.http.getresponse()
        return Answer(response.status, response.getheaders(), response.read())

    def close(self):
        self.http.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def ask(port, method, target, host, headers=(), body=None):
    with Connection(port) as connection:
        return connection.ask(method, target, host, headers, body)


def exchange_bytes(port, data, timeout=10):
    """Sends bytes as they are, and returns all that comes until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as sock:
        sock.sendall(data)
        answer = b""
        try:
            while piece := sock.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


# ---------------------------------------------------------------- configurations


def upstream(name, *backends, address="127.0.0.1", **spec):
    hosts = [{"addr": address, "port": b if isinstance(b, int) else b.port} for b in backends]
    return {"apiVersion": "gloo.solo.io/v1", "kind": "Upstream", "metadata": {"name": name},
            "spec": {"static": {"hosts": hosts}, **spec}}


def to(name):
    return {"group": "gloo.solo.io", "kind": "Upstream", "name": name}


def route(name, *rules):
    """An HTTPRoute for the host <name>.example."""
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": name},
            "spec": {"parentRefs": [{"name": "edge"}], "hostnames": [f"{name}.example"], "rules": list(rules)}}


def gateway(port=80):
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {"name": "edge"},
            "spec": {"gatewayClassName": "kgw", "listeners": [{"name": "http", "port": port, "protocol": "HTTP"}]}}


def as_text(objects):
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def write_file(path, text):
    """Puts a whole file into place at once: written beside it, then renamed."""
    beside = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.new")
    with open(beside, "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(beside, path)


def swap_config_map(folder, name, text, version):
    """Puts a file into place as a mounted ConfigMap does: a link to a link to a folder, and the link in the
    middle is replaced."""
    os.makedirs(os.path.join(folder, f"..{version}"))
    with open(os.path.join(folder, f"..{version}", name), "w", encoding="utf-8") as file:
        file.write(text)
    data, new = os.path.join(folder, "..data"), os.path.join(folder, "..data_tmp")
    old = os.readlink(data) if os.path.islink(data) else None
    os.symlink(f"..{version}", new)
    os.rename(new, data)
    if not os.path.lexists(os.path.join(folder, name)):
        os.symlink(os.path.join("..data", name), os.path.join(folder, name))
    if old:
        os.unlink(os.path.join(folder, old, name))
        os.rmdir(os.path.join(folder, old))


# ---------------------------------------------------------------- the proxy


class Proxy:
    """The program under test. `listeners` are ports of the Gateway; self.port is that of the first."""

    def __init__(self, command, config, listeners=(80,), arguments=()):
        self.terminated = False
        self.ports = [free_port() for _ in listeners]
        self.port = self.ports[0]
        line = shlex.split(command)
        for port, listener in zip(self.ports, listeners):
            line += ["--listen", f"{port}={listener}"]
        line += ["--config", config, *arguments]
        # A sanitizer's quarantine would look like a leak.
        options = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"
        self.log_path = config.rstrip("/") + ".log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(line, stderr=log, env={**os.environ, "ASAN_OPTIONS": options})
        PROCESSES.append(self.process)
        wait_for("the proxy listens", self.listens, 30)

    def listens(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the proxy ended with {self.process.returncode}:\n{self.log()}")
        try:
            for port in self.ports:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    def ask(self, method, target, host, headers=(), body=None):
        return ask(self.port, method, target, host, headers, body)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def signal(self, number):
        self.process.send_signal(number)

    def stats(self):
        """What kgw_engine_stats says, by the line that SIGUSR1 asks for."""
        lines = re.compile(r"^stats (\{.*\})$", re.M)
        before = len(lines.findall(self.log()))
        self.signal(signal.SIGUSR1)
        found = wait_for("statistics after SIGUSR1", lambda: lines.findall(self.log())[before:])
        return json.loads(found[0])

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            user, system = stat.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return 1024 * int(re.search(r"^VmRSS:\s+(\d+) kB", status.read(), re.M)[1])

    def terminate(self):
        if not self.terminated and self.process.poll() is None:
            self.terminated = True  # a second time would mean: at once
            self.signal(signal.SIGTERM)

    def stop(self):
        """Ends it as an operator does; whatever a sanitizer has to say is a failure."""
        self.terminate()
        status = self.process.wait(timeout=30)
        log = self.log()
        assert status == 0, f"the proxy ended with {status}:\n{log[-3000:]}"
        assert "Sanitizer" not in log and "runtime error:" not in log, log[-5000:]

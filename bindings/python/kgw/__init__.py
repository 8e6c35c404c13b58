"""kgw answers one question for any proxy: where does this request go, and how?

>>> import kgw
>>> with kgw.Engine("examples/upstreams/gateway.yaml", text=SHOP) as engine:
...     decision = engine.route("GET", "http://shop.example:8080/cart")
>>> decision.verdict, decision.cluster, str(decision.endpoint)
('forward', 'shop_default', '192.0.2.21:8080')

Texts go in as str or bytes and come out as str, in UTF-8 with `surrogateescape`, as in `os`: any
bytes become a str, and `text.encode("utf-8", "surrogateescape")` gives them back.
"""

from __future__ import annotations

import atexit
import json
import os
import weakref
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Literal, Protocol, Self, TypeAlias

from . import _kgw
from ._kgw import (
    Backend,
    Candidate,
    Decision,
    Diagnostic,
    Endpoint,
    EndpointRow,
    Explanation,
    Forward,
    Kind,
    Mirror,
    Object,
    Report,
    Reporter,
    Request,
    Response,
    Retry,
    Route,
    RouteRow,
    Stats,
    Ticket,
    Timeouts,
    Tls,
    Transport,
    UpstreamEndpoint,
)
from ._kgw import version as __version__

__all__ = [
    "Backend",
    "Candidate",
    "Decision",
    "Diagnostic",
    "Endpoint",
    "EndpointRow",
    "Engine",
    "Explanation",
    "Forward",
    "Kind",
    "LoadError",
    "Mirror",
    "Object",
    "Report",
    "Reporter",
    "Request",
    "Response",
    "Retry",
    "Route",
    "RouteRow",
    "Stats",
    "Ticket",
    "Timeouts",
    "Tls",
    "Transport",
    "UpstreamEndpoint",
    "UpstreamType",
    "__version__",
]

Text: TypeAlias = str | bytes
Path: TypeAlias = Text | os.PathLike[str] | os.PathLike[bytes]
Paths: TypeAlias = Path | Iterable[Path]


class LoadError(Exception):
    """A configuration with errors was given to a strict Engine.

    >>> try:
    ...     kgw.Engine.from_text("kind: Gatewey")
    ... except kgw.LoadError as error:
    ...     error.diagnostics[0].code
    'MissingField'
    """

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings; warnings too."""
        return self.report.diagnostics

    def __str__(self) -> str:
        count = len(self.report.errors)
        title = f"the configuration has {count} error{'' if count == 1 else 's'}"
        return "\n".join([title, *(f"  {error}" for error in self.report.errors)])


class UpstreamType(Protocol):
    """A type of Upstream (gloo.solo.io/v1) of your own: it says where the endpoints come from."""

    @property
    def field(self) -> str:
        """The key under `spec` that it reads, in lowerCamelCase: "consulLite"."""

    def resolve(
        self, namespace: str, name: str, config: Any, report: Reporter
    ) -> Iterable[UpstreamEndpoint] | None:
        """The endpoints of an Upstream; None if what it stands for does not exist.

        `config` is what stands under the field, as `json.loads` gives it. Called when the Upstream
        is new or changed, and with each later change of the configuration. An exception becomes a
        finding with its text. Control calls of the same engine raise RuntimeError.
        """


def _paths(paths: Paths) -> list[str | bytes]:
    if isinstance(paths, (str, bytes, os.PathLike)):
        paths = [paths]
    return [os.fspath(path) for path in paths]


class Engine(_kgw.Engine):
    """A configuration goes in, decisions come out. Any thread may call any method.

    `paths` are files and folders, `text` is YAML or JSON, or a mapping of names to such texts;
    together they are one change. If it has errors, a strict engine raises LoadError; one that is
    not strict serves what is valid and says the rest in `report`.

    `options` are those of the program's `--set`, with True and False for on and off. `seed` makes
    all random choices repeatable. `log(level, text)` hears of what happens inside; `on_reload(report)`
    is called after watched files have changed. Both may be called by any thread.

    >>> engine = kgw.Engine("examples/upstreams", strict=False, options={"host_fallthrough": False})
    >>> str(engine.report.errors[0]).partition("error: ")[2][:28]
    'HTTPRoute default/albums spe'
    """

    def __new__(cls, *args: Any, **keywords: Any) -> Self:
        return super().__new__(cls)

    def __init__(
        self,
        paths: Paths = (),
        *,
        text: Text | Mapping[str, Text] | None = None,
        strict: bool = True,
        options: Mapping[str, str | int] | None = None,
        upstream_types: Iterable[UpstreamType] = (),
        seed: int | None = None,
        log: Callable[[str, str], object] | None = None,
        on_reload: Callable[[Report], object] | None = None,
    ) -> None:
        super().__init__(dict(options or {}), upstream_types, seed, log, on_reload)
        texts = dict(text) if isinstance(text, Mapping) else {} if text is None else {"text": text}
        files = _paths(paths)
        if not files and not texts:
            return
        try:
            report = self._load(files, texts)
            if strict and report.errors:
                raise LoadError(report)
        except BaseException:
            self.close()
            raise

    @classmethod
    def from_paths(cls, *paths: Path, **keywords: Any) -> Self:
        """An engine with these files and folders; takes the keywords of Engine()."""
        return cls(paths, **keywords)

    @classmethod
    def from_text(cls, text: Text | Mapping[str, Text], **keywords: Any) -> Self:
        """An engine with this configuration; takes the keywords of Engine()."""
        return cls(text=text, **keywords)

    def load(self, paths: Paths) -> Report:
        """Reads files and folders and applies them as one change."""
        return self._load(_paths(paths), {})

    def watch(self, paths: Paths) -> Report:
        """load(), and goes on following them if anything could be read: see poll() and start()."""
        return self._watch(_paths(paths))

    def statuses(self, kind: str) -> dict[str, Any]:
        """The `status` of each object of a kind, by "namespace/name".

        >>> engine.statuses("HTTPRoute")["default/shop"]["parents"][0]["conditions"][0]["reason"]
        'Accepted'
        """
        return {
            "/".join(filter(None, (view.namespace, view.name))): json.loads(view.json).get("status", {})
            for view in self.objects(kind)
        }

    def start(self) -> None:
        """Calls poll() on a thread of its own until stop() or the end. Does not survive a fork:
        the parent's goes on, a child calls start() again if it wants one."""
        self._start()
        _started.add(self)

    def stop(self) -> None:
        """Ends what start() began."""
        _started.discard(self)
        self._stop()

    def close(self) -> None:
        """Ends the engine: other calls then raise ValueError. Decisions stay valid."""
        _started.discard(self)
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        self.close()
        return False

    def __repr__(self) -> str:
        if self.closed:
            return "<kgw.Engine closed>"
        return f"<kgw.Engine generation {self.stats().generation}, {self.report.objects} objects>"


# Engines with a thread. It must not outlive the interpreter, which it calls, nor be lost in a fork.
_started: weakref.WeakSet[Engine] = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    for engine in list(_started):
        engine.stop()


def _before_fork() -> None:
    for engine in list(_started):
        engine._stop()


def _after_fork() -> None:
    for engine in list(_started):
        engine._start()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork, after_in_child=_started.clear
    )

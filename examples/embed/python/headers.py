"""Header lines: what stays on one connection, and what kgw changes."""

HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection",
              b"te", b"trailer", b"transfer-encoding", b"upgrade", b"expect"}


def to_bytes(text):
    return text.encode("utf-8", "surrogateescape")


def end_to_end(headers):
    """Without what concerns one connection only (RFC 9110, 7.6.1)."""
    named = {word.strip().lower() for name, value in headers if name.lower() == b"connection" for word in value.split(b",")}
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP | named]


def edited(headers, edits):
    """Remove, then set, then add: the order of every decision."""
    gone = {to_bytes(name).lower() for name in edits.remove} | {to_bytes(name).lower() for name, _ in edits.set}
    lines = [(to_bytes(name).lower(), to_bytes(value)) for name, value in (*edits.set, *edits.add)]
    return [(name, value) for name, value in headers if name.lower() not in gone] + lines

#!/usr/bin/env python3
"""Holds every #include line against the rooms table of docs/architecture.md, and the tree against
the house rules that a compiler cannot see. Standard library only: python3 layering_test.py"""

import os
import re
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOM = re.compile(r"`(\w+)/?`")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
LIBRARIES = {"abseil": ("absl/",), "xxHash": ("xxhash.h",), "re2": ("re2/",), "OpenSSL": ("openssl/",),
             "protobuf": ("google/protobuf/",), "libyaml": ("yaml.h",), "RapidJSON": ("rapidjson/",)}
# Libraries that hide behind one header.
ONLY_IN = {"re2": "lib/base/regex.", "OpenSSL": "lib/base/pem.", "xxHash": "lib/base/hash."}
HOT = ("match", "mutate", "balance", "router")
NOT_IN_HOT = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore", "iostream",
              "fstream", "regex"}
VALUES = {"kgw/str.h", "kgw/ticket.h", "kgw/error.h", "kgw/request.h", "kgw/decision.h", "kgw/diagnostic.h", "kgw/options.h", "kgw/inspect.h",
          "kgw/upstream_type.h"}
OWNED = {"kgw/json.h": {"inspect", "engine"}, "kgw/engine.h": {"engine"}, "kgw/version.h": {"engine"}}
SURPRISES = re.compile(r"\b(?:std::(?:cout|cerr|clog)\b|thread_local\b|absl::Mutex\b|"
                       r"(?:printf|fprintf|puts|perror|abort|exit|_exit|quick_exit|fork|setlocale|getenv|"
                       r"secure_getenv|signal|sigaction)\s*\()")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def without_comments(text):
    """C++ text with comments and the insides of string literals blanked, line breaks kept."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
    return pattern.sub(lambda m: '""' if m.group()[0] == '"' else "\n" * m.group().count("\n"), text)


def rooms_table(text):
    """{room: (rooms named in its row, libraries named in its row)} of the table under '## The rooms'."""
    section = text.split("\n## The rooms\n", 1)[1].split("\n## ", 1)[0]
    table = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 4 or not cells[0].isdigit():
            continue
        room = ROOM.fullmatch(cells[1]).group(1)
        libraries = {name for name in LIBRARIES if re.search(rf"\b{name}\b", cells[3])}
        table[room] = (set(ROOM.findall(cells[3])), libraries)
    return table


def reachable(table, room):
    """The room, the rooms of its row, and whatever those may include."""
    seen, todo = set(), [room]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += table[here][0]
    return seen


def library_of(header):
    for name, prefixes in LIBRARIES.items():
        if any(header.startswith(prefix) for prefix in prefixes):
            return name
    return None


def sources(root, *folders):
    for folder in folders:
        for where, _, names in os.walk(os.path.join(root, folder)):
            for name in sorted(names):
                if name.endswith((".h", ".cc")):
                    yield os.path.relpath(os.path.join(where, name), root)


def arrow_errors(root, table):
    """One sentence for each #include that the table does not allow."""
    errors = []
    for path in sources(root, "lib", "include", "cli"):
        judge = judge_of(root, table, path)
        for quote, header in INCLUDE.findall(read(os.path.join(root, path))):
            wrong = judge(quote, header)
            if wrong:
                errors.append(f"{path}: {header}: {wrong}")
    return errors


def judge_of(root, table, path):
    top, *rest = path.split(os.sep)
    if top == "lib" and rest[0] in table:
        return lambda quote, header: room_error(table, rest[0], path, quote, header)
    if top == "lib":
        return lambda quote, header: f"'{rest[0]}' has no row in the rooms table"
    here = os.path.dirname(os.path.join(root, path))
    return lambda quote, header: outer_error(root, here, top, quote, header)


def outer_error(root, here, top, quote, header):
    """include/ and cli/: the standard library, public headers, and for cli/ its own files."""
    if header.startswith("kgw/") and os.path.exists(os.path.join(root, "include", header)):
        return None
    if quote == "<":
        return "a library header" if library_of(header) or "/" in header and not header.startswith(("sys/", "arpa/")) else None
    if top == "cli" and any(os.path.exists(os.path.join(base, header)) for base in (here, os.path.join(root, "cli"), root)
                            if not header.startswith("lib/")):
        return None
    return "only public headers may be included here"


def room_error(table, room, path, quote, header):
    library = library_of(header)
    if library:
        if library not in table[room][1]:
            return f"'{room}' may not include {library}"
        if library in ONLY_IN and not path.startswith(ONLY_IN[library]):
            return f"only {ONLY_IN[library]}* may include {library}"
        return None
    if header in VALUES:
        return None
    if header in OWNED:
        return None if room in OWNED[header] else f"'{room}' lies below the owner of this header"
    if quote == "<":
        return "not for a hot room" if room in HOT and header in NOT_IN_HOT else None
    target = "schema" if header.startswith("kgw/schema/") else header.split("/", 1)[0]
    if target not in table:
        return "neither a room, a public value header nor a known library"
    return None if target in reachable(table, room) else f"'{room}' may not include '{target}'"


def tracked_files(root):
    """Files under version control; without git, all but hidden and build folders."""
    try:
        out = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=root, check=True,
                             capture_output=True).stdout
        return [name for name in out.decode().split("\0") if name and os.path.isfile(os.path.join(root, name))]
    except (OSError, subprocess.CalledProcessError):
        found = []
        for where, folders, names in os.walk(root):
            folders[:] = [f for f in folders if not f.startswith((".", "build", "__pycache__"))]
            found += [os.path.relpath(os.path.join(where, name), root) for name in names]
        return found


class Layering(unittest.TestCase):
    def setUp(self):
        self.table = rooms_table(read(os.path.join(ROOT, "docs", "architecture.md")))

    def test_the_table_names_only_rooms_it_has(self):
        for room, (named, _) in self.table.items():
            self.assertLessEqual(named, set(self.table), room)

    def test_the_table_has_no_circle(self):
        for room in self.table:
            for below in self.table[room][0]:
                self.assertNotIn(room, reachable(self.table, below), f"{room} and {below} include each other")

    def test_every_room_has_its_row_and_every_row_its_room(self):
        folders = {name for name in os.listdir(os.path.join(ROOT, "lib"))
                   if any(True for _ in sources(ROOT, os.path.join("lib", name)))
                   or os.path.exists(os.path.join(ROOT, "lib", name, "meson.build"))}
        self.assertEqual(folders, set(self.table))

    def test_includes_go_down_only(self):
        errors = arrow_errors(ROOT, self.table)
        self.assertEqual(errors, [], "\n" + "\n".join(errors))

    def test_every_room_has_a_readme_of_at_most_25_lines(self):
        for room in self.table:
            with self.subTest(room=room):
                path = os.path.join(ROOT, "lib", room, "README.md")
                self.assertTrue(os.path.exists(path), f"lib/{room}/README.md is missing")
                self.assertLessEqual(len(read(path).splitlines()), 25, path)


class HostProcess(unittest.TestCase):
    def test_the_library_never_prints_exits_or_reads_the_environment(self):
        for path in sources(ROOT, "lib", "include"):
            found = SURPRISES.findall(without_comments(read(os.path.join(ROOT, path))))
            self.assertEqual(found, [], path)


class Text(unittest.TestCase):
    def test_sources_are_ascii(self):
        for path in tracked_files(ROOT):
            if path.endswith((".h", ".cc")):
                with open(os.path.join(ROOT, path), "rb") as file:
                    self.assertTrue(file.read().isascii(), path)

    def test_no_file_holds_a_private_path_or_an_unfinished_mark(self):
        words = [("/" + word + "/").encode() for word in ("work", "tmp")] + [b"TO" + b"DO", b"FIX" + b"ME"]
        for path in tracked_files(ROOT):
            with open(os.path.join(ROOT, path), "rb") as file:
                text = file.read()
            found = [word for word in words if word in text]
            self.assertEqual(found, [], path)


class PlantedArrows(unittest.TestCase):
    """The test tests itself: a small tree with one arrow that must not be there."""

    TABLE = {"base": (set(), {"re2", "abseil"}), "model": ({"base"}, set()), "match": ({"model"}, {"abseil"}),
             "router": ({"match"}, set())}

    def errors(self, path, line):
        with tempfile.TemporaryDirectory() as root:
            for name, text in ((path, line + "\n"), ("cli/view.h", ""), ("include/kgw/engine.h", ""),
                               ("include/kgw/request.h", "")):
                os.makedirs(os.path.join(root, os.path.dirname(name)), exist_ok=True)
                if not os.path.exists(os.path.join(root, name)):
                    with open(os.path.join(root, name), "w", encoding="utf-8") as file:
                        file.write(text)
            return arrow_errors(root, self.TABLE)

    def test_what_is_forbidden_is_found(self):
        for path, line in (("lib/base/x.h", '#include "match/matcher.h"'),
                           ("lib/match/x.cc", '#include "router/router.h"'),
                           ("lib/match/x.cc", "#include <mutex>"),
                           ("lib/match/x.cc", '#  include "re2/re2.h"'),
                           ("lib/base/x.cc", "#include <re2/re2.h>"),
                           ("lib/model/x.h", '#include "absl/strings/string_view.h"'),
                           ("lib/match/x.cc", '#include "kgw/engine.h"'),
                           ("lib/match/x.cc", '#include "matcher.h"'),
                           ("lib/attic/x.h", '#include "base/strings.h"'),
                           ("cli/main.cc", '#include "match/matcher.h"'),
                           ("cli/main.cc", "#include <rapidjson/reader.h>"),
                           ("include/kgw/request.h", '#include "absl/strings/string_view.h"')):
            with self.subTest(path=path, line=line):
                self.assertEqual(len(self.errors(path, line)), 1)

    def test_what_is_allowed_passes(self):
        for path, line in (("lib/match/x.cc", '#include "model/model.h"'),
                           ("lib/router/x.cc", '#include "base/strings.h"'),
                           ("lib/match/x.cc", '#include "absl/container/flat_hash_map.h"'),
                           ("lib/base/regex.cc", "#include <re2/re2.h>"),
                           ("lib/match/x.cc", '#include "kgw/request.h"'),
                           ("lib/base/x.cc", "#include <mutex>"),
                           ("cli/main.cc", '#include "view.h"'),
                           ("cli/main.cc", '#include "cli/view.h"'),
                           ("cli/main.cc", '#include "kgw/engine.h"'),
                           ("cli/main.cc", "#include <vector>")):
            with self.subTest(path=path, line=line):
                self.assertEqual(self.errors(path, line), [])

    def test_comments_and_texts_are_no_surprise(self):
        self.assertEqual(SURPRISES.findall(without_comments('// exit(1)\nauto s = "abort()"; /* getenv("x") */')), [])
        self.assertEqual(len(SURPRISES.findall(without_comments('std::cout << std::getenv("x"); std::exit(1);'))), 3)


if __name__ == "__main__":
    unittest.main()

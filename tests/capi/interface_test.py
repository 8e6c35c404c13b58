#!/usr/bin/env python3
"""The public headers under every language and compiler that may meet them, and what libkgw.so exports.

    interface_test.py LIBKGW.SO
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADER = os.path.join(ROOT, "include", "kgw", "c.h")
C_STANDARDS = [(name, standard) for name in ("gcc", "clang-19") for standard in ("c99", "c11", "c17")]
CPP_STANDARDS = [(name, standard) for name in ("g++", "clang++-19") for standard in ("c++17", "c++20")]
ALL_INITS = "\n".join(f"{name} of_{name} = {name.upper()}_INIT;" for name in (
    "kgw_str", "kgw_diagnostic", "kgw_log_callback", "kgw_upstream_endpoint", "kgw_upstream_type", "kgw_stats", "kgw_object",
    "kgw_request", "kgw_header_edits", "kgw_decision", "kgw_outcome"))
USE_OF_CPP = """
int Use() {
  kgw::c::Engine engine(kgw::c::Options().Set("seed", "7").SetLog([](int32_t, std::string_view) {}));
  kgw::c::Reader reader = engine.NewReader();
  kgw::c::Decision decision;
  reader.Route(kgw::c::Request("GET", "shop.test", "/"), &decision);
  return decision.verdict();
}
"""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def complaints(compiler, standard, text):
    """What the compiler says of that text, with warnings as errors; empty is well."""
    language = "c++" if "++" in standard else "c"
    command = [compiler, "-x", language, f"-std={standard}", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
               "-I", os.path.join(ROOT, "include"), "-"]
    process = subprocess.run(command, input=text, text=True, capture_output=True)
    return process.stderr if process.returncode else ""


class Headers(unittest.TestCase):
    def check(self, wanted, text):
        seen = 0
        for compiler, standard in wanted:
            if shutil.which(compiler) is None:
                continue
            seen += 1
            with self.subTest(compiler=compiler, standard=standard):
                self.assertEqual(complaints(compiler, standard, text), "")
        self.assertGreater(seen, 0)

    def test_c_h_stands_alone(self):
        self.check(C_STANDARDS + CPP_STANDARDS, '#include "kgw/c.h"\n')

    def test_c_h_may_come_twice(self):
        self.check(C_STANDARDS + CPP_STANDARDS, '#include "kgw/c.h"\n#include "kgw/c.h"\n')

    def test_every_init_is_complete(self):
        self.check(C_STANDARDS + CPP_STANDARDS, f'#include "kgw/c.h"\n{ALL_INITS}\n')

    def test_c_hpp_stands_alone_and_twice(self):
        self.check([entry for entry in CPP_STANDARDS if entry[1] == "c++20"],
                   f'#include "kgw/c.hpp"\n#include "kgw/c.hpp"\n{USE_OF_CPP}')

    def test_every_header_of_cpp_stands_alone_and_twice(self):
        for name in sorted(os.listdir(os.path.dirname(HEADER))):
            with self.subTest(header=name):
                self.check([entry for entry in CPP_STANDARDS if entry[1] == "c++20"],
                           f'#include "kgw/{name}"\n#include "kgw/{name}"\n')

    def test_two_files_of_one_program_may_include_them(self):
        folder = os.path.dirname(HEADER)
        texts = {name: "".join(f'#include "kgw/{header}"\n' for header in sorted(os.listdir(folder))) + rest
                 for name, rest in (("other.cc", "int Other() { return 0; }\n"),
                                    ("main.cc", "int Other();\nint main() { return Other(); }\n"))}
        with tempfile.TemporaryDirectory(prefix="kgw-headers-") as where:
            for name, text in texts.items():
                with open(os.path.join(where, name), "w", encoding="ascii") as file:
                    file.write(text)
            # A relocatable link: what is defined twice is found, what is undefined does not matter.
            process = subprocess.run(["g++", "-std=c++20", "-r", "-nostdlib", "-I", os.path.join(ROOT, "include"), *texts,
                                      "-o", "both.o"], cwd=where, text=True, capture_output=True)
        self.assertEqual((process.returncode, process.stderr), (0, ""))

    def test_a_wrong_text_is_noticed(self):
        self.assertNotEqual(complaints(*next(e for e in C_STANDARDS if shutil.which(e[0])), '#include "kgw/c.h"\nkgw_str x = {1};\n'), "")

    def test_each_init_is_tested_above(self):
        defined = set(re.findall(r"#define (KGW_\w+_INIT)\b", read(HEADER)))
        self.assertEqual({f"{name}_INIT" for name in re.findall(r"= (KGW_\w+)_INIT;", ALL_INITS)}, defined)


class Names(unittest.TestCase):
    def test_header_map_and_library_have_the_same_names(self):
        text = re.sub(r"/\*.*?\*/", "", read(HEADER), flags=re.S)
        declared = set(re.findall(r"KGW_API[^;(]*?\b(kgw_\w+)\(", text))
        listed = set(re.findall(r"^    (\w+);", read(os.path.join(ROOT, "capi", "kgw.map")), re.M))
        lines = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], text=True, capture_output=True, check=True).stdout
        exported = {line.split()[-1].split("@")[0] for line in lines.splitlines()}
        self.assertGreater(len(declared), 40)
        self.assertEqual(listed, declared)
        self.assertEqual({name for name in exported if not name.startswith("KGW_")}, declared)

    def test_no_api_function_lacks_its_mark(self):
        text = re.sub(r"/\*.*?\*/|#define [^\n]*", "", read(HEADER), flags=re.S)
        for statement in text.split(";"):
            if re.search(r"\bkgw_\w+\([^*]", statement) and "typedef" not in statement and "{" not in statement:
                self.assertIn("KGW_API", statement)

    def test_the_library_can_be_unloaded(self):
        flags = subprocess.run(["readelf", "-d", LIBRARY], text=True, capture_output=True, check=True).stdout
        self.assertIn("libkgw.so.0", flags)
        self.assertNotIn("NODELETE", flags)


if __name__ == "__main__":
    LIBRARY = sys.argv.pop()
    unittest.main()

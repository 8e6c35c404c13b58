#!/usr/bin/env python3
"""The public headers as strangers compile them, and the names that libkgw.so exports.

KGW_LIBRARY is the built libkgw.so.
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
INCLUDE = os.path.join(ROOT, "include")
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-I", INCLUDE]
C_COMPILERS = [c for c in ("gcc", "clang-19") if shutil.which(c)]
CXX_COMPILERS = [c for c in ("g++", "clang++-19") if shutil.which(c)]
INITS = re.findall(r"^#define (KGW_(\w+)_INIT)\b", open(os.path.join(INCLUDE, "kgw", "c.h"), encoding="utf-8").read(), re.M)


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


class Headers(unittest.TestCase):
    def compile(self, command, name, text):
        with tempfile.TemporaryDirectory(prefix="kgw-headers-") as folder:
            source = os.path.join(folder, name)
            with open(source, "w", encoding="ascii") as file:
                file.write(text)
            done = subprocess.run([*command, *STRICT, "-c", source, "-o", source + ".o"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, " ".join(command) + "\n" + done.stderr)

    def test_the_c_header_compiles_alone_and_twice_under_every_standard(self):
        uses = "".join(f"  {{ kgw_{noun.lower()} x = {init}; sum += sizeof x; (void)x; }}\n" for init, noun in INITS)
        text = '#include "kgw/c.h"\n#include "kgw/c.h"\nsize_t use(void);\nsize_t use(void) {\n  size_t sum = 0;\n' + uses + "  return sum;\n}\n"
        self.assertGreater(len(INITS), 8)
        for compiler in C_COMPILERS:
            for standard in ("c99", "c11", "c17"):
                self.compile([compiler, "-std=" + standard], "use.c", text)
        for compiler in CXX_COMPILERS:
            self.compile([compiler, "-std=c++20"], "use.cc", text)

    def test_every_other_header_compiles_alone(self):
        for name in sorted(os.listdir(os.path.join(INCLUDE, "kgw"))):
            for compiler in CXX_COMPILERS:
                self.compile([compiler, "-std=c++20"], "use.cc", f'#include "kgw/{name}"\n#include "kgw/{name}"\n')

    def test_the_library_exports_what_the_header_declares_and_nothing_else(self):
        declared = set(re.findall(r"^KGW_API [^;]*?\b(kgw_\w+)\(", read("include", "kgw", "c.h"), re.M))
        mapped = set(re.findall(r"\b(kgw_\w+);", read("capi", "kgw.map")))
        symbols = subprocess.run(["nm", "-D", "--defined-only", os.environ["KGW_LIBRARY"]], check=True,
                                 capture_output=True, text=True).stdout
        exported = {line.split()[-1].split("@")[0] for line in symbols.splitlines()} - {"KGW_0.1"}
        self.assertGreater(len(declared), 40)
        self.assertEqual(declared, mapped)
        self.assertEqual(declared, exported)


if __name__ == "__main__":
    unittest.main()

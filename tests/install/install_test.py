#!/usr/bin/env python3
"""Programs of strangers, built against the installed tree alone and run.

KGW_BUILD is the build folder, already compiled.
"""

import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
CONFIG = os.path.join(ROOT, "examples", "upstreams")

C_PROGRAM = r"""
#include <kgw/c.h>
#include <stdio.h>
#include <string.h>
int main(int argc, char** argv) {
  kgw_engine* engine = NULL;
  kgw_reader* reader = NULL;
  kgw_request request = KGW_REQUEST_INIT;
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_str path;
  path.data = argv[1];
  path.len = strlen(argv[1]);
  request.authority.data = "static.example:8080";
  request.authority.len = 19;
  request.port = 8080;
  if (argc != 2 || kgw_engine_new(NULL, &engine) || kgw_engine_load(engine, &path, 1, NULL)) return 1;
  if (kgw_reader_new(engine, &reader) || kgw_reader_route(reader, &request, &decision) != KGW_OK) return 1;
  printf("%.*s\n", (int)decision.endpoint.hostname.len, decision.endpoint.hostname.data);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
  return 0;
}
"""

CPP_PROGRAM = r"""
#include <kgw/engine.h>
#include <iostream>
int main(int, char** argv) {
  kgw::Engine engine;
  const std::vector<std::string> paths = {argv[1]};
  engine.Load(paths);
  kgw::Decision decision;
  const auto reader = engine.NewReader();
  reader->Route({.authority = "static.example:8080", .port = 8080}, &decision);
  std::cout << decision.endpoint.hostname << "\n";
}
"""

HPP_PROGRAM = r"""
#include <kgw/c.hpp>
int main() {
  kgw::c::Engine engine;
  return engine.Apply("a.yaml", "").generation() == 1 ? 0 : 1;
}
"""

CMAKE = """
cmake_minimum_required(VERSION 3.16)
project(stranger C)
find_package(kgw 0.1 REQUIRED)
add_executable(stranger stranger.c)
target_link_libraries(stranger PRIVATE kgw::kgw)
"""


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="kgw-install-")
        build = os.environ["KGW_BUILD"]
        subprocess.run(["meson", "install", "--no-rebuild", "--quiet", "-C", build, "--destdir", cls.folder], check=True,
                       stdout=subprocess.DEVNULL)
        found = [root for root, _, files in os.walk(cls.folder) if "kgw.pc" in files]
        cls.libdir = os.path.dirname(found[0])
        # The tree lies elsewhere than it says: what DESTDIR is for.
        with open(os.path.join(found[0], "kgw.pc"), encoding="utf-8") as file:
            prefix = next(line.split("=", 1)[1].strip() for line in file if line.startswith("prefix="))
        cls.prefix = cls.folder + prefix
        cls.env = {**os.environ, "PKG_CONFIG_PATH": found[0], "LD_LIBRARY_PATH": cls.libdir}

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def flags(self, package, *more):
        command = ["pkg-config", f"--define-variable=prefix={self.prefix}", "--cflags", "--libs", *more, package]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=self.env).stdout.split()

    def run_command(self, *command, cwd=None):
        done = subprocess.run(command, capture_output=True, text=True, env=self.env, cwd=cwd)
        self.assertEqual(done.returncode, 0, " ".join(command) + "\n" + done.stdout + done.stderr)
        return done.stdout

    def build(self, compiler, name, text, flags):
        source, program = os.path.join(self.folder, name), os.path.join(self.folder, name + ".out")
        with open(source, "w", encoding="ascii") as file:
            file.write(text)
        self.run_command(*compiler, "-Wall", "-Werror", source, "-o", program, *flags)
        return program

    def test_a_c99_program_by_pkg_config(self):
        program = self.build(["gcc", "-std=c99", "-pedantic"], "stranger.c", C_PROGRAM, self.flags("kgw"))
        self.assertEqual(self.run_command(program, CONFIG), "jsonplaceholder.typicode.com\n")

    def test_a_c_program_by_cmake(self):
        folder = os.path.join(self.folder, "cmake")
        os.mkdir(folder)
        for name, text in (("CMakeLists.txt", CMAKE), ("stranger.c", C_PROGRAM)):
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write(text)
        self.run_command("cmake", "-S", folder, "-B", folder + "/build", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        self.run_command("cmake", "--build", folder + "/build")
        self.assertEqual(self.run_command(folder + "/build/stranger", CONFIG), "jsonplaceholder.typicode.com\n")

    def test_a_cpp_program_against_the_static_archive(self):
        program = self.build(["g++", "-std=c++20"], "stranger.cc", CPP_PROGRAM, self.flags("kgw-cpp", "--static"))
        self.assertEqual(self.run_command(program, CONFIG), "jsonplaceholder.typicode.com\n")

    def test_a_cpp_program_against_the_shared_library(self):
        program = self.build(["g++", "-std=c++20", "-pedantic"], "shared.cc", HPP_PROGRAM, self.flags("kgw"))
        self.run_command(program)

    def test_the_program(self):
        self.assertIn("kgw", self.run_command(os.path.join(self.prefix, "bin", "kgw"), "version"))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Installs a build into a folder of its own and uses it from there as other projects would: C99 by pkg-config, CMake,
C++20 against the static archive, and a Meson project that has kgw as a subproject. Nothing of the source tree is seen.

    install_test.py BUILD SOURCE
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

C_PROGRAM = r"""
#include <kgw/c.h>
#include <stdio.h>
int main(void) {
  kgw_engine* engine = NULL;
  kgw_reader* reader = NULL;
  kgw_request request = KGW_REQUEST_INIT;
  kgw_decision decision = KGW_DECISION_INIT;
  if (kgw_engine_new(NULL, &engine) != NULL || kgw_reader_new(engine, &reader) != NULL) return 1;
  if (kgw_reader_route(reader, &request, &decision) != KGW_OK) return 1;
  printf("%s %d\n", kgw_version(), (int)decision.verdict);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
  return 0;
}
"""
ROUTING_PROGRAM = r"""
#include <kgw/c.h>
#include <stdio.h>
#include <string.h>
int main(int argc, char** argv) {
  kgw_engine* engine = NULL;
  kgw_reader* reader = NULL;
  kgw_request request = KGW_REQUEST_INIT;
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_str path = KGW_STR_INIT;
  if (argc != 2) return 2;
  path.data = argv[1];
  path.len = strlen(argv[1]);
  request.authority.data = "static.example:8080";
  request.authority.len = strlen(request.authority.data);
  request.port = 8080;
  if (kgw_engine_new(NULL, &engine) != NULL || kgw_engine_load(engine, &path, 1, NULL) != NULL) return 1;
  if (kgw_reader_new(engine, &reader) != NULL || kgw_reader_route(reader, &request, &decision) != KGW_OK) return 1;
  printf("%.*s\n", (int)decision.endpoint.hostname.len, decision.endpoint.hostname.data);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
  return 0;
}
"""
CPP_PROGRAM = r"""
#include <kgw/engine.h>
#include <kgw/json.h>
#include <kgw/version.h>
#include <iostream>
int main() {
  kgw::Engine engine;
  const kgw::Report report = engine.Apply("g.yaml", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}})");
  kgw::Decision decision;
  engine.NewReader()->Route({}, &decision);
  std::cout << kgw::Version() << " " << static_cast<int>(decision.verdict) << "\n";
  return report.HasErrors() ? 1 : 0;
}
"""
WRAPPED_PROGRAM = r"""
#include <kgw/c.hpp>
#include <iostream>
int main() {
  kgw::c::Engine engine;
  kgw::c::Reader reader = engine.NewReader();
  kgw::c::Decision decision;
  reader.Route(kgw::c::Request("GET", "a.test", "/"), &decision);
  std::cout << kgw_version() << " " << decision.verdict() << "\n";
}
"""
CMAKE = """
cmake_minimum_required(VERSION 3.20)
project(consumer C)
find_package(kgw SERIES REQUIRED)
add_executable(consumer consumer.c)
set_property(TARGET consumer PROPERTY C_STANDARD 99)
target_link_libraries(consumer kgw::kgw)
"""
CMAKE_TOO_NEW = "cmake_minimum_required(VERSION 3.20)\nproject(consumer C)\nfind_package(kgw 99.9 REQUIRED)\n"
MESON = """
project('consumer', 'c', default_options: ['c_std=c99'])
kgw = dependency('kgw', fallback: 'kgw', default_options: ['tests=false'])
executable('consumer', 'consumer.c', dependencies: kgw)
"""

def run(command, **options):
    process = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if process.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {process.returncode}:\n{process.stdout[-4000:]}")
    return process.stdout


def write(folder, name, text):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="kgw-installed-")
        run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", cls.folder])
        cls.prefix = os.path.join(cls.folder, "usr", "local")
        cls.library = next(where for where, _, names in os.walk(cls.prefix) if "libkgw.so" in names)
        cls.env = {**os.environ, "PKG_CONFIG_PATH": os.path.join(cls.library, "pkgconfig"), "LD_LIBRARY_PATH": cls.library,
                   "PKG_CONFIG_SYSROOT_DIR": ""}
        cls.version = run(["pkg-config", "--modversion", "kgw"], env=cls.env).strip()
        cls.seen = cls.version + " 5\n"  # and KGW_REJECT: nothing is configured

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def flags(self, package, *more):
        # The package believes to be in its prefix, and lies in another folder.
        return run(["pkg-config", "--define-variable=prefix=" + self.prefix, "--cflags", "--libs", *more, package], env=self.env).split()

    def test_c99_by_pkg_config(self):
        folder = os.path.join(self.folder, "c")
        source = write(folder, "consumer.c", C_PROGRAM)
        program = os.path.join(folder, "consumer")
        run(["gcc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", source, "-o", program, *self.flags("kgw")])
        self.assertEqual(run([program], env=self.env), self.seen)

    def test_an_installed_library_routes_to_an_endpoint(self):
        folder = os.path.join(self.folder, "routing")
        source = write(folder, "consumer.c", ROUTING_PROGRAM)
        program = os.path.join(folder, "consumer")
        run(["gcc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", source, "-o", program, *self.flags("kgw")])
        seen = run([program, os.path.join(SOURCE, "examples", "upstreams")], env=self.env)
        self.assertEqual(seen, "jsonplaceholder.typicode.com\n")

    def test_kgw_pc_asks_for_no_other_package(self):
        with open(os.path.join(self.library, "pkgconfig", "kgw.pc"), encoding="utf-8") as file:
            self.assertNotIn("Requires", file.read())

    def test_cpp20_against_the_static_archive(self):
        folder = os.path.join(self.folder, "cpp")
        source = write(folder, "consumer.cc", CPP_PROGRAM)
        program = os.path.join(folder, "consumer")
        run(["g++", "-std=c++20", source, "-o", program, *self.flags("kgw-cpp")])
        self.assertNotIn("libkgw.so", run(["ldd", program], env=self.env))
        self.assertEqual(run([program], env=self.env), self.seen)

    def test_the_wrapper_needs_the_c_library_alone(self):
        folder = os.path.join(self.folder, "hpp")
        source = write(folder, "consumer.cc", WRAPPED_PROGRAM)
        program = os.path.join(folder, "consumer")
        run(["g++", "-std=c++20", "-pedantic", "-Wall", "-Wextra", "-Werror", source, "-o", program, *self.flags("kgw")])
        self.assertEqual(run([program], env=self.env), self.seen)

    def test_cmake_finds_it(self):
        self.assertIsNotNone(shutil.which("cmake"), "cmake is not installed; ./dev test installs it")
        folder = os.path.join(self.folder, "cmake")
        write(folder, "consumer.c", C_PROGRAM)
        write(folder, "CMakeLists.txt", CMAKE.replace("SERIES", self.version.rsplit(".", 1)[0]))
        run(["cmake", "-S", folder, "-B", folder + "/build", "-DCMAKE_PREFIX_PATH=" + self.prefix])
        run(["cmake", "--build", folder + "/build"])
        self.assertEqual(run([folder + "/build/consumer"], env=self.env), self.seen)

    def test_cmake_is_told_that_another_version_is_another_interface(self):
        folder = os.path.join(self.folder, "cmake-new")
        write(folder, "CMakeLists.txt", CMAKE_TOO_NEW)
        with self.assertRaisesRegex(AssertionError, self.version):
            run(["cmake", "-S", folder, "-B", folder + "/build", "-DCMAKE_PREFIX_PATH=" + self.prefix])

    def test_the_program_is_installed(self):
        self.assertIn(self.version, run([os.path.join(self.prefix, "bin", "kgw"), "version"], env=self.env))

    def test_meson_takes_it_as_a_subproject(self):
        # Configuring tells what could be wrong here: names, options, the override. Compiling all of kgw again would not.
        folder = os.path.join(self.folder, "meson")
        write(folder, "consumer.c", C_PROGRAM)
        write(folder, "meson.build", MESON)
        os.makedirs(os.path.join(folder, "subprojects"))
        os.symlink(SOURCE, os.path.join(folder, "subprojects", "kgw"))
        run(["meson", "setup", "--force-fallback-for=kgw", folder + "/build", folder])
        run(["ninja", "-C", folder + "/build", "-n", "consumer"])


if __name__ == "__main__":
    SOURCE = os.path.abspath(sys.argv.pop())
    BUILD = os.path.abspath(sys.argv.pop())
    unittest.main()

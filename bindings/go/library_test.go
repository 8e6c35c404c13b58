//go:build !race

package kgw_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What a program meets whose libkgw.so is missing, older than its package, or no library at all.

const oldLibrary = `
const char* kgw_version(void) { return "0.0.9"; }
int kgw_abi(void) { return 0; }
`

func build(t *testing.T, command string, arguments ...string) {
	t.Helper()
	if out, err := exec.Command(command, arguments...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

func runProgram(program, libraries string) string {
	command := exec.Command(program)
	command.Env = append(os.Environ(), "LD_LIBRARY_PATH="+libraries, "LD_BIND_NOW=")
	out, err := command.CombinedOutput()
	if err != nil {
		return string(out) + err.Error()
	}
	return string(out)
}

func TestALibraryThatDoesNotFitIsSaid(t *testing.T) {
	folder := t.TempDir()
	program := filepath.Join(folder, "program")
	build(t, "go", "build", "-o", program, "./internal/hello")
	check(t, "with its library", strings.HasPrefix(runProgram(program, os.Getenv("LD_LIBRARY_PATH")), "kgw "), true)

	missing := runProgram(program, folder)
	if !strings.Contains(missing, "libkgw.so.0") || !strings.Contains(missing, "exit status 127") {
		t.Errorf("missing: %s", missing)
	}
	source := filepath.Join(folder, "old.c")
	write(t, source, oldLibrary)
	script := filepath.Join(folder, "old.map")
	write(t, script, "KGW_0.1 { global: *; };")
	build(t, "gcc", "-shared", "-fPIC", "-Wl,--version-script="+script,
		"-o", filepath.Join(folder, "libkgw.so.0"), source)
	old := runProgram(program, folder)
	if !strings.Contains(old, "libkgw 0.0.9 has ABI 0, this package needs 1 or newer") {
		t.Errorf("older: %s", old)
	}
	write(t, filepath.Join(folder, "libkgw.so.0"), "no library")
	broken := runProgram(program, folder)
	if !strings.Contains(broken, "libkgw.so.0") || !strings.Contains(broken, "exit status 127") {
		t.Errorf("broken: %s", broken)
	}
}

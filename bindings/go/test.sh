#!/usr/bin/env bash
# Tests the Go package against an installed libkgw: gofmt, vet, tests, examples, the race detector,
# the table of vectors, and the proxy of examples/embed/go against tests/proxy. Ends with the line
# 'N passed, M failed'; exit 0 if nothing failed.
#
#   bindings/go/test.sh [PART]...       parts: format vet test race vectors proxy; all without any
#
# KGW_BUILD is the build folder whose library is tested (default: build), GO the command (default:
# go). Everything that is written goes into build-go/.
set -euo pipefail
cd "$(dirname "$0")/../.."

root=$PWD
build=${KGW_BUILD:-build}
go=${GO:-go}
home=$root/build-go
stage=$home/stage
parts=("$@")
[[ ${#parts[@]} -gt 0 ]] || parts=(format vet test race vectors proxy)
modules=(bindings/go examples/embed/go bindings/go/bench)

command -v "$go" >/dev/null || { echo "no Go: set GO, or put go into PATH" >&2; exit 2; }
mkdir -p "$home"
rm -rf "$stage"
meson install -C "$build" --no-rebuild --destdir "$stage" >"$home/install.log" 2>&1 \
  || { tail -20 "$home/install.log"; exit 1; }
library=$(dirname "$(find "$stage" -name libkgw.so)")
export PKG_CONFIG_PATH=$library/pkgconfig PKG_CONFIG_SYSROOT_DIR=$stage LD_LIBRARY_PATH=$library
export GOCACHE=$home/cache GOMODCACHE=$home/modules GOTOOLCHAIN=local GOFLAGS="-modcacherw -buildvcs=false"
export PATH=$(dirname "$(type -P "$go")"):$PATH  # a test builds a program by itself

passed=0
failed=0

# count NAME OK BAD LOG
count() {
  printf '  %-24s %5s ok %3s bad\n' "$1" "$2" "$3"
  [[ $3 == 0 ]] || tail -200 "$4"
  passed=$((passed + $2))
  failed=$((failed + $3))
}

# whole NAME COMMAND...: one thing that passes or fails.
whole() {
  local name=$1 log=$home/${1// /-}.log
  shift
  if "$@" >"$log" 2>&1; then count "$name" 1 0 "$log"; else count "$name" 0 1 "$log"; fi
}

# tests NAME ARGUMENT...: `go test`, each test and example counted. A package that does not even
# compile counts as one that failed.
tests() {
  local name=$1 log=$home/${1// /-}.log status=0 ok bad
  shift
  (cd bindings/go && "$go" test -count=1 -json "$@" ./...) >"$log.json" 2>"$log" || status=$?
  read -r ok bad < <(python3 bindings/go/count_tests.py "$log.json" 2>>"$log")
  if [[ $bad == 0 && ($status != 0 || $ok == 0) ]]; then bad=1; fi
  count "$name" "$ok" "$bad" "$log"
}

# counted NAME COMMAND...: a program that ends with 'N passed, M failed'.
counted() {
  local name=$1 log=$home/${1// /-}.log status=0 ok=0 bad=1
  shift
  "$@" >"$log" 2>&1 || status=$?
  read -r ok bad < <(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$log") || true
  if [[ ${bad:-1} == 0 && ($status != 0 || $ok == 0) ]]; then bad=1; fi
  count "$name" "${ok:-0}" "${bad:-1}" "$log"
}

formatted() {
  local files
  files=$("$("$go" env GOROOT)/bin/gofmt" -l "${modules[@]}") || return 1
  [[ -z $files ]] || { printf 'not formatted:\n%s\n' "$files"; return 1; }
}

vetted() {
  local module
  for module in "${modules[@]}"; do (cd "$module" && "$go" vet ./...) || return 1; done
}

vectors() {
  (cd bindings/go && "$go" build -o "$home/go_vectors" ./internal/vectors) || return 1
  KGW_GO=$home/go_vectors python3 tests/vectors/vectors_test.py --kgw "$build/cli/kgw" \
    --cpp "$build/tests/vectors/cpp_vectors" --c "$build/tests/vectors/c_vectors"
}

proxy() {
  (cd examples/embed/go && "$go" build -o "$home/kgw-proxy" .) || return 1
  python3 tests/proxy/proxy_test.py --proxy "$home/kgw-proxy"
}

for part in "${parts[@]}"; do
  case $part in
    format) whole format formatted ;;
    vet) whole vet vetted ;;
    test) tests test ;;
    race) tests race -race ;;
    vectors) counted vectors vectors ;;
    proxy) counted proxy proxy ;;
    *) echo "no such part: $part" >&2; exit 2 ;;
  esac
done
echo "$passed passed, $failed failed"
[[ $failed == 0 && $passed -gt 0 ]]

#!/usr/bin/env bash
# Tests the crates against an installed kgw: stages the build of KGW_BUILD (default: build), and
# sees nothing else of it. Ends with the line 'N passed, M failed'; exit 0 if nothing failed.
#
#   bindings/rust/test.sh [PART]...
#
# PARTs: header crates clippy format docs lookout vectors; all of these without any. `proxy` tests
# examples/embed/rust. A tool that is not there is said, and counts as failed if CI is set.
set -euo pipefail
cd "$(dirname "$0")/../.."

root=$PWD
build=$(realpath "${KGW_BUILD:-build}")
home=$root/build-rust
stage=$home/stage
export CARGO_TARGET_DIR=$home/target
[[ -z ${KGW_JOBS:-} ]] || export CARGO_BUILD_JOBS=$KGW_JOBS
mkdir -p "$home"

# Installs the build, and lets pkg-config and the loader find it: kgw.pc believes to be in its prefix.
stage_library() {
  rm -rf "$stage"
  meson install -C "$build" --no-rebuild --quiet --destdir "$stage" >"$home/stage.log" 2>&1 || { cat "$home/stage.log"; return 1; }
  local package
  package=$(find "$stage" -name kgw.pc)
  sed -i "s|^prefix=|prefix=$stage|" "$package"
  export PKG_CONFIG_PATH LD_LIBRARY_PATH
  PKG_CONFIG_PATH=$(dirname "$package")
  LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
}

run_cargo() { (cd bindings/rust && cargo "$@"); }

passed=0
failed=0

# count PART PASSED FAILED [LOG]
count() {
  printf '  %-24s %5s ok %3s bad\n' "$1" "$2" "$3"
  passed=$((passed + $2))
  failed=$((failed + $3))
  [[ $3 == 0 || -z ${4:-} ]] || tail -100 "$4"
}

# check PART COMMAND...: one thing that passes or fails as a whole.
check() {
  local part=$1 log=$home/$1.log
  shift
  if "$@" >"$log" 2>&1; then count "$part" 1 0; else count "$part" 0 1 "$log"; fi
}

# tool PART PROGRAM ...: the same, if cargo has that tool.
tool() {
  if run_cargo "$2" --version >/dev/null 2>&1; then check "$1" run_cargo "${@:2}"; return; fi
  echo "  NOT TESTED: $1, for there is no cargo $2 here"
  [[ -z ${CI:-} ]] || count "$1" 0 1
}

# tests PART COMMAND...: programs of cargo test, each case counted.
tests() {
  local part=$1 log=$home/$1.log status=0 ok bad
  shift
  "$@" >"$log" 2>&1 || status=$?
  read -r ok bad < <(sed -nE 's/^test result: .* ([0-9]+) passed; ([0-9]+) failed;.*/\1 \2/p' "$log" |
    awk '{ok += $1; bad += $2} END {print ok + 0, bad + 0}')
  if [[ $bad == 0 && ($status != 0 || $ok == 0) ]]; then bad=1; fi
  count "$part" "$ok" "$bad" "$log"
}

part_header() { check header bindings/rust/bindgen.sh --check; }
part_crates() {
  tests crates run_cargo test --locked --all-features --no-fail-fast
}
part_clippy() {
  tool clippy clippy --locked --all-features --all-targets -- -D warnings
  tool clippy-no-features clippy --locked -p kgw -- -D warnings
}
part_format() { tool format fmt --all --check; }
part_docs() { RUSTDOCFLAGS="-D warnings" check docs run_cargo doc --locked --no-deps --all-features -p kgw -p kgw-sys; }

# What cargo says when pkg-config finds only what is in this folder.
build_with() {
  local said
  said=$(PKG_CONFIG_PATH='' PKG_CONFIG_LIBDIR=$1 CARGO_TARGET_DIR=$home/lookout run_cargo build --locked -p kgw-sys 2>&1) && return 1
  grep -q 'no libkgw 0.1.0 or newer was found' <<<"$said" || { echo "$said"; return 1; }
}

part_lookout() {
  local empty=$home/no-packages old=$home/old-packages
  mkdir -p "$empty" "$old"
  printf 'Name: kgw\nDescription: an older one\nVersion: 0.0.9\nLibs: -lkgw\n' >"$old/kgw.pc"
  check no-library build_with "$empty"
  check older-library build_with "$old"
}

# One that a program counts, which says 'N passed, M failed' in its last line.
script() {
  local part=$1 log=$home/$1.log ok=0 bad=1
  shift
  "$@" >"$log" 2>&1 || true
  read -r ok bad < <(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$log") || true
  count "$part" "${ok:-0}" "${bad:-1}" "$log"
}

part_vectors() {
  check vectors-build run_cargo build --locked -p kgw --example vectors
  KGW_RUST=$CARGO_TARGET_DIR/debug/examples/vectors \
    script vectors python3 tests/vectors/vectors_test.py --kgw "$build/cli/kgw" --only Rust
}

part_proxy() {
  tool proxy-clippy clippy --locked -p kgw-proxy --all-targets -- -D warnings
  check proxy-build run_cargo build --locked -p kgw-proxy
  script proxy python3 tests/proxy/proxy_test.py --proxy "$CARGO_TARGET_DIR/debug/kgw-proxy --workers 2"
}

parts=("$@")
[[ ${#parts[@]} -gt 0 ]] || parts=(header crates clippy format docs lookout vectors)
if stage_library; then
  for part in "${parts[@]}"; do "part_$part"; done
else
  count stage 0 1
fi
echo "$passed passed, $failed failed"
[[ $failed == 0 && $passed -gt 0 ]]

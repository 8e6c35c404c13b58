#!/usr/bin/env bash
# The unit tests of kgw under miri: what turns texts, lists, lookups, callbacks and edits from C into
# Rust and back. It cannot see into libkgw; what calls that is tested by test.sh.
#
#   rustup toolchain install nightly --component miri,rust-src
#   bindings/rust/miri.sh [TOOLCHAIN]      # default: nightly
set -euo pipefail
cd "$(dirname "$0")"

export CARGO_TARGET_DIR=$PWD/../../build-rust/miri
export MIRIFLAGS="-Zmiri-strict-provenance -Zmiri-symbolic-alignment-check ${MIRIFLAGS:-}"
# Nothing is linked: any kgw.pc will do.
packages=$CARGO_TARGET_DIR/packages
mkdir -p "$packages"
printf 'Name: kgw\nDescription: for miri\nVersion: 0.1.0\nLibs: -lkgw\n' >"$packages/kgw.pc"
PKG_CONFIG_PATH=$packages cargo "+${1:-nightly}" miri test --locked -p kgw --all-features --lib

#!/usr/bin/env bash
# Builds the proxy on pingora against an installed kgw, and sends it what tests/proxy has for every
# proxy. Not a part of ./dev test, because of pingora's many crates. Ends with the line
# 'N passed, M failed'; exit 0 if nothing failed. Needs cargo, cmake and a C compiler.
# KGW_BUILD: a build of kgw (default: build).
set -euo pipefail
cd "$(dirname "$0")/../../.."

build=$(realpath "${KGW_BUILD:-build}")
home=$PWD/build-pingora
stage=$home/stage
export CARGO_TARGET_DIR=$home/target
[[ -z ${KGW_JOBS:-} ]] || export CARGO_BUILD_JOBS=$KGW_JOBS
mkdir -p "$home"

# Installs the build where pkg-config finds it: kgw.pc believes to be in its prefix.
rm -rf "$stage"
meson install -C "$build" --no-rebuild --quiet --destdir "$stage" >"$home/stage.log" 2>&1 || { cat "$home/stage.log"; exit 1; }
PKG_CONFIG_PATH=$(dirname "$(find "$stage" -name kgw.pc)")
export PKG_CONFIG_PATH
sed -i "s|^prefix=|prefix=$stage|" "$PKG_CONFIG_PATH/kgw.pc"

manifest=examples/embed/pingora/Cargo.toml
cargo fmt --manifest-path "$manifest" --check
cargo clippy --quiet --locked --manifest-path "$manifest" -- -D warnings
cargo build --quiet --locked --manifest-path "$manifest"
exec python3 tests/proxy/proxy_test.py --proxy "$CARGO_TARGET_DIR/debug/kgw-pingora --workers 2"

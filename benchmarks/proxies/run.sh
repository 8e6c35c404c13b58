#!/usr/bin/env bash
# What a request costs a whole proxy, with kgw and with a router of the proxy's own language:
# microseconds of processor time, and in brackets multiples of the proxy with that router.
#
#   benchmarks/proxies/run.sh rust [OPTION...]    # examples/embed/rust, beside itself with matchit
#
#   benchmarks/proxies/run.sh rust --count        # instructions instead, by valgrind: no noise
#
# OPTIONs are those of measure.py. Needs cargo, and of Debian wrk and python3. KGW_BUILD is a build
# for speed (default: build-bench, which `./dev bench` makes).
set -euo pipefail
cd "$(dirname "$0")/../.."

build=$(realpath "${KGW_BUILD:-build-bench}")
stage=$PWD/build-proxies/stage
command -v wrk >/dev/null || { echo "run.sh: wrk is missing: apt-get install wrk" >&2; exit 2; }

# Installs the build where pkg-config finds it: kgw.pc believes to be in its prefix.
stage_library() {
  rm -rf "$stage"
  mkdir -p "${stage%/*}"
  meson install -C "$build" --no-rebuild --quiet --destdir "$stage" >"$stage.log" 2>&1 || { cat "$stage.log"; exit 1; }
  PKG_CONFIG_PATH=$(dirname "$(find "$stage" -name kgw.pc)")
  export PKG_CONFIG_PATH
  sed -i "s|^prefix=|prefix=$stage|" "$PKG_CONFIG_PATH"/*.pc
}

run_rust() {
  local programs=build-proxies/target/release
  CARGO_TARGET_DIR=build-proxies/target cargo build --quiet --release --locked \
    --manifest-path benchmarks/proxies/rust/Cargo.toml ${KGW_JOBS:+--jobs "$KGW_JOBS"}
  python3 benchmarks/proxies/measure.py --backend "$programs/backend" --kgw "$programs/proxy-kgw" \
    --peer "matchit=$programs/proxy-matchit" "$@"
}

case ${1:-} in
  rust) stage_library; "run_$1" "${@:2}" ;;
  *) echo "usage: benchmarks/proxies/run.sh rust [OPTION...]" >&2; exit 2 ;;
esac

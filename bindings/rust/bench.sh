#!/usr/bin/env bash
# What a call of the crate costs over the C++ API, in nanoseconds; kgw/benches/overhead.rs says how
# to read it. KGW_BUILD is a build for speed (default: build-bench, which `./dev bench` makes).
set -euo pipefail
cd "$(dirname "$0")/../.."

build=$(realpath "${KGW_BUILD:-build-bench}")
home=$PWD/build-rust
stage=$home/stage-bench
export CARGO_TARGET_DIR=$home/target
rm -rf "$stage"
meson install -C "$build" --no-rebuild --quiet --destdir "$stage" >/dev/null
packages=$(dirname "$(find "$stage" -name kgw.pc)")
sed -i "s|^prefix=|prefix=$stage|" "$packages"/*.pc
export PKG_CONFIG_PATH=$packages
LD_LIBRARY_PATH=$(dirname "$packages")
export LD_LIBRARY_PATH

export KGW_CXX_BENCH=$home/libcxx_bench.so
read -ra flags < <(pkg-config --cflags --libs kgw-cpp)
g++ -std=c++20 -O3 -DNDEBUG -fPIC -shared -Wl,-Bsymbolic -Wl,--exclude-libs,ALL -o "$KGW_CXX_BENCH" \
  bindings/rust/kgw/benches/cxx.cc "${flags[@]}"
cd bindings/rust
cargo bench --locked --quiet -p kgw --bench overhead

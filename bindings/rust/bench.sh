#!/usr/bin/env bash
# What a call of the crate costs over the C++ API; kgw/benches/overhead.rs says how to read it.
# KGW_BUILD is a build for speed (default: build-bench, which `./dev bench` makes).
#
#   bindings/rust/bench.sh            # nanoseconds, by three ways that take turns
#   bindings/rust/bench.sh --count    # instructions, by valgrind
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
if [[ ${1:-} != --count ]]; then
  cargo bench --locked --quiet -p kgw --bench overhead
  exit
fi

program=$(cargo bench --locked -p kgw --bench overhead --no-run 2>&1 | sed -nE 's/.*Executable .*\((.*)\)/\1/p')
# instructions WAY CALLS ROUNDS
instructions() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$@" 2>&1 | sed -nE 's/.*Collected : ([0-9]+).*/\1/p'
}
for calls in route route+done; do
  for way in c++ c rust; do
    few=$(instructions "$way" "$calls" 1)
    many=$(instructions "$way" "$calls" 3)
    printf '%-12s %-5s %6s instructions\n' "$calls" "$way" $(((many - few) / 2 / 8192))
  done
done

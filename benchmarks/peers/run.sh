#!/usr/bin/env bash
# kgw beside Rust's routers: the same routes and the same queries, one program after the other,
# three times. usage: benchmarks/peers/run.sh [ROUTES...]     (default: 100 10000 1000000)
# Needs cargo, and what ./dev bench needs. "x map" is a multiple of a plain hash map from host and
# path in the same program: absl's for kgw, std's with ahash for the peers.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=build-bench
sizes=("$@")
[[ $# -gt 0 ]] || sizes=(100 10000 1000000)

[[ -f $build/build.ninja ]] ||
  meson setup "$build" --buildtype=release -Dbenchmarks=true -Dtests=false -Db_ndebug=true >/dev/null
ninja -C "$build" --quiet benchmarks/router_bench
CARGO_TARGET_DIR=$build/peers cargo build --quiet --release --locked --manifest-path benchmarks/peers/rust/Cargo.toml

# Lines "name TAB nanoseconds TAB multiple of the map", from the columns of Google Benchmark.
kgw() {
  "$build"/benchmarks/router_bench --benchmark_filter="^BM_Route/$1/routes:$2\$" --benchmark_min_time=0.01 \
    --benchmark_format=csv 2>/dev/null | tr -d '"' | awk -F, -v OFS='\t' '
    $1 == "name" { for (i = 1; i <= NF; ++i) column[$i] = i }
    /^BM_Route/ {
      map = $column["map_ns"]
      print "absl map", map, 1
      print "kgw, matcher", $column["match_ns"], $column["match_ns"] / map
      print "kgw, whole decision", $column["whole_ns"], $column["whole_ns"] / map
    }'
}

medians() {
  awk -F'\t' '
    function median(list, count, i, j, swap) {
      for (i = 2; i <= count; ++i)
        for (j = i; j > 1 && list[j] < list[j - 1]; --j) { swap = list[j]; list[j] = list[j - 1]; list[j - 1] = swap }
      return list[int((count + 1) / 2)]
    }
    !($1 in seen) { order[++names] = $1 }
    { n = ++seen[$1]; ns[$1, n] = $2; x[$1, n] = $3 }
    END {
      for (k = 1; k <= names; ++k) {
        name = order[k]
        for (i = 1; i <= seen[name]; ++i) { a[i] = ns[name, i] + 0; b[i] = x[name, i] + 0 }
        printf "%-22s %9.1f ns %8.2f x map\n", name, median(a, seen[name]), median(b, seen[name])
      }
    }'
}

echo "$(git rev-parse --short HEAD), $(uname -m), load $(cut -d' ' -f1-3 /proc/loadavg)"
for routes in "${sizes[@]}"; do
  for kind in exact prefix mixed; do
    echo "-- $kind, $routes routes"
    for _ in 1 2 3; do
      kgw "$kind" "$routes"
      "$build"/peers/release/kgw-peers "$kind" "$routes"
    done | medians
  done
done

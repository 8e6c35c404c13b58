#!/usr/bin/env bash
# What bindgen makes of include/kgw/c.h, which kgw-sys/tests/header.rs compares with what is written
# by hand.
#
#   bindings/rust/bindgen.sh           # writes it anew; needs bindgen (cargo install bindgen-cli)
#   bindings/rust/bindgen.sh --check   # whether it was made from the header as it is; needs only cc
#
# To know this, the first line of the file has a hash of the header without its comments.
set -euo pipefail
cd "$(dirname "$0")/../.."

header=include/kgw/c.h
written=bindings/rust/kgw-sys/tests/bindgen/header.rs

declarations() { cc -x c -E -P -fpreprocessed -dD "$header" 2>/dev/null | tr -s '[:space:]' ' '; }
first="// bindgen of kgw/c.h, declarations $(declarations | sha256sum | cut -c1-16)"

if [[ ${1:-} == --check ]]; then
  [[ $(head -1 "$written") == "$first" ]] && exit 0
  echo "$header has changed since bindings/rust/bindgen.sh was run: run it, and follow in kgw-sys/src" >&2
  exit 1
fi

# Debian's libclang1-19 has no link by the name that bindgen looks for.
if [[ -z ${LIBCLANG_PATH:-} && -d /usr/lib/llvm-19/lib ]]; then export LIBCLANG_PATH=/usr/lib/llvm-19/lib; fi
fresh=$(bindgen "$header" --allowlist-item 'kgw_.*|KGW_.*' --use-core --rust-edition 2024 --rust-target 1.85)
printf '%s\n%s\n' "$first" "$fresh" >"$written"

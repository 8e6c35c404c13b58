#!/usr/bin/env bash
# Compares the ABI of a built libkgw.so with its committed description, capi/kgw.abi.
#
#   capi/abi_check.sh BUILD [--update]
#
# A removed or changed function or struct fails: it needs a new SONAME. An addition fails too, until
# --update has written it down, so that none slips in unseen; it belongs into capi/kgw.map as well.
# The build must have debug information. Exit 0 same, 1 different, 2 cannot compare.
set -euo pipefail
cd "$(dirname "$0")/.."

library=$1/capi/libkgw.so
description=$(mktemp)
trap 'rm -f "$description"' EXIT

# Only what kgw/c.h shows, and nothing that depends on the machine.
abidw --headers-dir include/kgw --drop-private-types --exported-interfaces-only --type-id-style hash \
  --no-comp-dir-path --no-corpus-path --no-show-locs --no-architecture --no-elf-needed \
  --out-file "$description" "$library" || { echo "abi_check: abidw cannot read $library" >&2; exit 2; }

if [[ ${2:-} == --update ]]; then
  cp "$description" capi/kgw.abi
  echo "capi/kgw.abi describes $library"
  exit 0
fi

# A bit set: 1 and 2 usage and errors, 4 a change, 8 an incompatible one.
status=0
abidiff --no-show-locs capi/kgw.abi "$description" || status=$?
if [[ $status == 0 ]]; then
  echo "the ABI is that of capi/kgw.abi: $(grep -c '<elf-symbol ' capi/kgw.abi) functions"
elif (( status & 3 )); then
  exit 2
elif (( status & 8 )); then
  echo "abi_check: programs linked with the old library would break" >&2
  exit 1
else
  echo "abi_check: the ABI has changed; if that is only an addition: capi/abi_check.sh $1 --update" >&2
  exit 1
fi

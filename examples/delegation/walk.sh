#!/usr/bin/env bash
# Walks through the examples of this folder: each step prints its command and the program's answer.
# KGW names the program.
set -euo pipefail
cd "$(dirname "$0")"
: "${KGW:=../../build/cli/kgw}"

step() { printf '\n-- %s\n\n' "$*"; }

# show EXIT ARGUMENT...: runs kgw and insists on its exit code.
show() {
  local want=$1 got=0 word line='$ kgw'
  shift
  for word in "$@"; do
    if [[ $word == *[^-A-Za-z0-9_./:=]* ]]; then line+=" '$word'"; else line+=" $word"; fi
  done
  printf '%s\n' "$line"
  "$KGW" "$@" || got=$?
  [[ $got == "$want" ]] || { printf 'kgw ended with %s, not %s\n' "$got" "$want" >&2; exit 1; }
}

files=(-f platform.yaml -f cart.yaml -f search.yaml)

step "All rules of the hostname, and through whom they came"
show 0 routes "${files[@]}"

step "A child's rule, with the parent's header; the child's own timeout wins"
show 0 explain "${files[@]}" GET http://shop.example:8080/cart/items/7

step "The parent's header is part of a joined match"
show 0 route "${files[@]}" -H 'x-beta: 1' GET http://shop.example:8080/search/v2
show 1 route "${files[@]}" GET http://shop.example:8080/search/v2

step "Nobody has these paths (exit 1: the answer is bad news)"
show 1 route "${files[@]}" GET http://shop.example:8080/cart/other

step "Without the team search, its paths answer 500, not 404"
show 1 route -f platform.yaml -f cart.yaml -H 'x-beta: 1' GET http://shop.example:8080/search/v2

step "The children's status names who delegates to them"
show 0 get httproutes -A "${files[@]}"

step "Out of its paths, and in a circle: found before it hurts"
show 0 check "${files[@]}" -f mistake.yaml
show 1 route "${files[@]}" -f mistake.yaml GET http://shop.example:8080/admin

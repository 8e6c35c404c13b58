#!/usr/bin/env bash
# Walks through the examples of this folder: each step prints its command and the program's answer.
# KGW names the program.
set -euo pipefail
cd "$(dirname "$0")"
: "${KGW:=../../build/cli/kgw}"

step() { printf '\n-- %s\n\n' "$*"; }

# show EXIT ARGUMENT...: runs kgw and insists on its exit code.
show() {
  local want=$1 got=0
  shift
  printf '$ kgw %s\n' "$*"
  "$KGW" "$@" || got=$?
  [[ $got == "$want" ]] || { printf 'kgw ended with %s, not %s\n' "$got" "$want" >&2; exit 1; }
}

step "A request becomes the call of a function"
show 0 route -f gateway.yaml -f lambda.yaml --seed 1 PUT http://pictures.example:8080/resize/cat.png

step "What the proxy sends and signs"
show 0 route -f gateway.yaml -f lambda.yaml --seed 1 -o json PUT http://pictures.example:8080/resize/cat.png

step "Two functions share the requests"
show 0 routes -f gateway.yaml -f lambda.yaml

step "A function of Azure, with its key"
show 0 explain -f gateway.yaml -f azure.yaml POST http://mail.example:8080/hello

step "A function that is not there (exit 1: the answer is bad news)"
show 1 route -f gateway.yaml -f lambda.yaml -f mistake.yaml GET http://crop.example:8080/
show 0 check -f gateway.yaml -f lambda.yaml -f mistake.yaml

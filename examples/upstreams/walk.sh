#!/usr/bin/env bash
# Walks through the examples of this folder: each step prints its command and the program's answer.
# KGW names the program; ./dev demo builds it and calls this.
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

step "A route to a host outside the cluster. Where does this request go?"
show 0 route -f gateway.yaml -f static-upstream.yaml GET 'http://static.example:8080/albums/1?x=1'

step "The same, for programs"
show 0 route -f gateway.yaml -f static-upstream.yaml -o json GET 'http://static.example:8080/albums/1?x=1'

step "Why there?"
show 0 explain -f gateway.yaml -f static-upstream.yaml GET http://static.example:8080/albums/1

step "What would Kubernetes show?"
show 0 get gateways -f gateway.yaml -f static-upstream.yaml
show 0 get httproutes -f gateway.yaml -f static-upstream.yaml

step "A Service as an Upstream: /api is cut off, the endpoint that is not ready gets nothing"
show 0 route -f gateway.yaml -f kube-upstream.yaml GET http://petstore.example:8080/api/pets
show 0 endpoints -f gateway.yaml -f kube-upstream.yaml

step "A weighted split, ten thousand times"
show 0 route -f gateway.yaml -f weighted-split.yaml --times 10000 GET http://shop.example:8080/

step "Across namespaces, without a grant (exit 1: the answer is bad news)"
show 1 route -f gateway.yaml -f cross-namespace.yaml GET http://billing.example:8080/

step "The same with the grant"
show 0 route -f gateway.yaml -f cross-namespace.yaml -f reference-grant.yaml GET http://billing.example:8080/

step "A slip of the pen, found before it hurts (exit 1)"
show 1 check -f gateway.yaml -f static-upstream.yaml -f mistake.yaml

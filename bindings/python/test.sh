#!/usr/bin/env bash
# Builds the Python package, installs it into a virtual environment of its own, and tests what was
# installed. Ends with the line 'N passed, M failed'; exit 0 if nothing failed.
#
#   bindings/python/test.sh [--isolated] [NAME]...
#
# NAMEs are test files without their ending, as in `engine_test`, or `vectors`: the acceptance cases
# through the package, compared with the program that it carries. All without any. --isolated builds
# as a stranger does: a fresh clone, a fresh environment, pip's own build environment.
set -euo pipefail
cd "$(dirname "$0")/../.."

root=$PWD
isolated=
if [[ ${1:-} == --isolated ]]; then isolated=yes; shift; fi
tests=("$@")
[[ ${#tests[@]} -gt 0 ]] || tests=(engine_test misuse_test docs_test asgi_test vectors)

home=$root/build-python
venv=$home/venv
log=$home/pip${isolated:+-isolated}.log
mkdir -p "$home"
if [[ -n $isolated ]]; then
  rm -rf "$home/isolated"
  git clone -q --no-hardlinks "$root" "$home/isolated/source"
  venv=$home/isolated/venv
fi

run_pip() { "$venv/bin/pip" --disable-pip-version-check -q "$@" >>"$log" 2>&1 || { tail -40 "$log"; exit 1; }; }

: >"$log"
[[ -x $venv/bin/python ]] || python3 -m venv "$venv"
run_pip install -r bindings/python/requirements.txt
if [[ -z ${CXX:-} ]] && type -P ccache >/dev/null; then export CXX="ccache g++" CCACHE_NOHASHDIR=1; fi
yaml_python=/usr/bin/python3  # the one that python3-yaml belongs to
[[ -x $yaml_python ]] || yaml_python=$(type -P python3)
export PATH=$venv/bin:$PATH
if [[ -n $isolated ]]; then
  run_pip install --no-deps --force-reinstall "$home/isolated/source"
else
  run_pip install --no-deps --force-reinstall --no-build-isolation -Cbuild-dir="$home/meson" \
    ${KGW_JOBS:+-Ccompile-args=-j$KGW_JOBS} .
fi

# counts FILE: what a unittest program says there, as 'PASSED FAILED'.
counts() {
  python -c 'import sys; sys.path.insert(0, "tests"); import run_tests; print(*run_tests.script_counts(sys.stdin.read()))' <"$1"
}

run_vectors() {
  printf '#!/bin/sh\nexec "%s/bin/python" -m kgw "$@"\n' "$venv" >"$home/kgw"
  chmod +x "$home/kgw"
  KGW_PYTHON=$venv/bin/python "$yaml_python" tests/vectors/vectors_test.py --kgw "$home/kgw" --only Python
}

# run_one NAME
run_one() {
  if [[ $1 == vectors ]]; then run_vectors; else python -X faulthandler "tests/python/$1.py"; fi
}

passed=0
failed=0
for name in "${tests[@]}"; do
  output=$home/$name.log
  status=0
  run_one "$name" >"$output" 2>&1 || status=$?
  read -r ok bad < <(counts "$output")
  if [[ $bad == 0 && ($status != 0 || $ok == 0) ]]; then bad=1; fi
  printf '  %-24s %5s ok %3s bad\n' "$name" "$ok" "$bad"
  [[ $bad == 0 ]] || tail -200 "$output"
  passed=$((passed + ok))
  failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[[ $failed == 0 && $passed -gt 0 ]]

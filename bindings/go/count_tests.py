#!/usr/bin/env python3
"""count_tests.py FILE: 'PASSED FAILED' of what `go test -json` wrote there; what failed goes to stderr."""

import collections
import json
import sys

counts = collections.Counter()
output = collections.defaultdict(list)
for line in open(sys.argv[1], encoding="utf-8"):
    try:
        event = json.loads(line)
    except ValueError:
        continue
    name = (event.get("Package") or event.get("ImportPath"), event.get("Test"))
    action = event["Action"]
    if action in ("output", "build-output"):
        output[name].append(event["Output"])
    elif action in ("pass", "fail") and name[1]:
        counts[action] += 1
    if action in ("fail", "build-fail"):
        sys.stderr.write("".join(output[name]))
print(counts["pass"], counts["fail"])

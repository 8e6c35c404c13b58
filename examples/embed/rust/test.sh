#!/usr/bin/env bash
# Builds the proxy against an installed kgw, and sends it what tests/proxy has for every proxy. Ends
# with the line 'N passed, M failed'; exit 0 if nothing failed. KGW_BUILD: as for the crates.
exec "$(dirname "$0")/../../../bindings/rust/test.sh" proxy

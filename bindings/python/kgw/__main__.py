"""`python -m kgw` is the program `kgw`."""

import os
import signal
import sys

from ._kgw import run_program


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it: Python's handler would wait
    return run_program([os.fsencode(argument) for argument in sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())

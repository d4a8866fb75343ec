"""What a command costs with all its descendants, those that it leaves behind too.

    python benchmarks/measured.py COMMAND...

The command's output goes through; the last line is {"wall": seconds, "cpu": seconds}.
Linux only: orphans are adopted (prctl(2), PR_SET_CHILD_SUBREAPER), so that their time
counts as well.
"""

from __future__ import annotations

import ctypes
import json
import resource
import subprocess
import sys
import time
from contextlib import suppress
from os import wait

_PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Runs the command; ends with its exit code."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.monotonic()
    code = subprocess.run(sys.argv[1:], check=False).returncode
    wall = time.monotonic() - started
    with suppress(ChildProcessError):  # nobody is left
        while True:
            wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"wall": wall, "cpu": used.ru_utime + used.ru_stime}), flush=True)
    sys.exit(code)


if __name__ == "__main__":
    main()

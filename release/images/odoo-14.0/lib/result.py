"""How the programs of Jobs say what came of them. Without Odoo."""

import json
import sys
from pathlib import Path

OK, FAILED, WRONG, REFUSED = 0, 1, 2, 4
# Kubernetes makes it; elsewhere there is none.
TERMINATION_MESSAGE = Path("/dev/termination-log")
# Characters; Kubernetes cuts the message at 4 KiB, and then it is no JSON any more.
LONGEST = 2000


def done(result):
    """Tell what was done; the exit status."""
    return _tell(OK, result)


def failed(status, reason):
    """Tell why not; the exit status."""
    shown = reason if len(reason) <= LONGEST else reason[:LONGEST] + " …"
    return _tell(status, {"error": shown})


def _tell(status, result):
    text = json.dumps(result, sort_keys=True)
    sys.stdout.write(text + "\n")
    if TERMINATION_MESSAGE.exists():
        TERMINATION_MESSAGE.write_text(text)
    return status

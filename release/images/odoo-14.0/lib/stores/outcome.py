"""What apply-stores reads, and how it says what came of it. Without Odoo."""

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

OK, FAILED, WRONG, REFUSED = 0, 1, 2, 4
# Kubernetes makes it; elsewhere there is none.
TERMINATION_MESSAGE = Path("/dev/termination-log")
# Characters; Kubernetes cuts the message at 4 KiB, and then it is no JSON any more.
LONGEST = 2000


class InputError(Exception):
    """A sentence saying what is wrong with the file."""


@dataclass(frozen=True)
class Wanted:
    digest: str
    network: dict


def read(path):
    """A Wanted from the file; raises InputError."""
    try:
        raw = json.loads(Path(path).read_text(encoding="utf-8"))
        return Wanted(digest=str(raw["digest"]), network=dict(raw["network"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"STORES_FILE must name a JSON file with digest and network: {error!r}") from None


def done(report):
    """Tell what was made, by model, and how much was changed or left; the exit status."""
    actions = Counter(line["action"] for line in report)
    made = Counter(line["model"] for line in report if line["action"] == "create")
    return _tell(OK, {"made": dict(made), "changed": actions["change"], "left": actions["leave"]})


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

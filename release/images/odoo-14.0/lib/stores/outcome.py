"""What apply-stores reads, and how it says what came of it. Without Odoo."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


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


def counted(report):
    """What was made, by model, and how much was changed or left."""
    actions = Counter(line["action"] for line in report)
    made = Counter(line["model"] for line in report if line["action"] == "create")
    return {"made": dict(made), "changed": actions["change"], "left": actions["leave"]}

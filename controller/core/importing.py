"""An import of a folder of files into a tenant: what is sent, and what the answers mean. Pure."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from controller.errors import ConflictError, RefusedError, UserError
from provisioning.tenant import Tenant

COMMAND = ("odoo-tenant", "retailimport")
"""A command of the addon retail_import, which says how it is spoken to."""

FILES = ("categories", "vendors", "customers", "products", "prices", "stock", "balances")

LARGEST = 64 * 2**20
"""Bytes of all files together. 10,000 products are 2 MB, and Odoo holds the rows in memory."""


class State(StrEnum):
    REFUSED = "refused"
    """Some lines cannot be taken, and nothing was asked for."""
    CHECKED = "checked"
    """A dry run, or there was something to do and nobody was asked yet."""
    WAITING = "waiting"
    """Somebody in the shop has to approve it."""
    REJECTED = "rejected"
    APPLYING = "applying"
    DONE = "done"


@dataclass(frozen=True)
class Order:
    """How an import is to be made."""

    dry_run: bool = False
    without_refused: bool = False
    login: str = ""
    """In whose name; empty: the administrator's."""
    on_behalf_of: str = ""


@dataclass(frozen=True)
class Progress:
    phase: str
    """check or apply"""
    done: int
    of: int


@dataclass(frozen=True)
class Line:
    """What is to become, or became, of one line of a file; line 0 is the file as a whole."""

    file: str
    line: int
    key: str
    verdict: str
    message: str

    @property
    def refused(self) -> bool:
        return self.verdict == "refused"


@dataclass(frozen=True)
class End:
    state: State
    run: str
    summary: str
    refused: int
    """Lines that were refused while checking."""
    failed: int
    """Lines that were refused only when they were applied."""
    waits_for: tuple[str, ...]
    requester: str


Event = Progress | Line | End


def check_files(files: Mapping[str, bytes], folder: str) -> None:
    """Raises UserError unless they can be sent; what is in them the shop says better."""
    known = {f"{name}.csv" for name in FILES}
    if not files:
        raise UserError(f"{folder} has no CSV files", hint=f"name them: {', '.join(sorted(known))}")
    unknown = sorted(files.keys() - known)
    if unknown:
        raise UserError(
            f"{folder}: {', '.join(unknown)} is not known",
            hint=f"rename or move it; known are {', '.join(sorted(known))}",
        )
    size = sum(map(len, files.values()))
    if size > LARGEST:
        raise UserError(
            f"{folder} has {size >> 20} MiB, and {LARGEST >> 20} is the most", hint="import it in several folders"
        )


def check_tenant(tenant: Tenant) -> None:
    """Raises ConflictError unless its Odoo runs and is left alone."""
    name = tenant.metadata.name
    if tenant.status.applied is None:
        raise ConflictError(
            f"tenant {name} is still being made", hint=f"wait for it: shopfleet tenant show {name}"
        )
    if tenant.spec.suspended:
        raise ConflictError(f"tenant {name} is suspended", hint=f"start it: shopfleet tenant resume {name}")
    if tenant.status.lock is not None:
        raise ConflictError(
            f"tenant {name} is being changed: {tenant.status.lock.reason}",
            hint=f"wait for it: shopfleet procedure list --tenant {name}",
        )


def message(files: Mapping[str, bytes], order: Order) -> bytes:
    """What the command reads: a line of JSON, and an archive of as many bytes as that says."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            packed.writestr(name, files[name])
    content = archive.getvalue()
    head = {
        "size": len(content),
        "dryRun": order.dry_run,
        "withoutRefused": order.without_refused,
        "login": order.login,
        "onBehalfOf": order.on_behalf_of,
    }
    return json.dumps(head).encode() + b"\n" + content


def event(text: str) -> Event | None:
    """What a line of the answer says; None for what is not ours. Raises RefusedError with the shop's reason."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    match said.get("event") if isinstance(said, dict) else None:
        case "progress":
            return Progress(said["phase"], said["done"], said["of"])
        case "line":
            return Line(said["file"], said["line"], said["key"], said["verdict"], said["message"])
        case "end":
            return _end(said)
    return None


def _end(said: Mapping[str, Any]) -> End:
    if "error" in said:
        raise RefusedError(str(said["error"]))
    return End(
        state=State(said["state"]),
        run=said["run"],
        summary=said["summary"],
        refused=said["refused"],
        failed=said["failed"],
        waits_for=tuple(said["waitsFor"]),
        requester=said["requester"],
    )

"""Whether all that the installation consists of is there: workloads and certificates, by its inventory. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from controller.core.findings import Finding, Level, fine
from controller.errors import Unknown
from provisioning.meta import Manifest
from provisioning.settings import Inventory

EXPIRES_SOON = timedelta(days=21)
"""Enough for a renewal that needs somebody who is on holiday."""

PART_DOWN = "a shared part is down or about to be"


def workloads(found: Iterable[Manifest], inventory: Inventory | None) -> list[Finding]:
    """Parts of the platform that are not there, or have fewer pods ready than wanted."""
    present = {place(each): each for each in found}
    findings = [
        Finding("parts", Level.ERROR, f"there is no {listed}", PART_DOWN, "shopfleet install")
        for listed in (inventory.workloads if inventory else ())
        if listed not in present
    ]
    for where, each in present.items():
        wanted = each["spec"].get("replicas", 1)
        ready = each.get("status", {}).get("readyReplicas", 0)
        name, namespace = each["metadata"]["name"], each["metadata"]["namespace"]
        command = f"kubectl -n {namespace} describe {each['kind'].lower()} {name}"
        if ready < wanted:
            what = f"{where} has {ready} of {wanted} pods ready"
            findings.append(Finding("parts", Level.ERROR, what, PART_DOWN, command))
        elif wanted == 0:
            what, command = f"{where} was told to run no pods", "shopfleet install"
            findings.append(Finding("parts", Level.ERROR, what, PART_DOWN, command))
    if inventory is None:
        findings.append(_no_inventory("parts", f"{len(present)} shared parts are there"))
    return findings or [fine("parts", f"all {len(present)} shared parts are ready")]


def place(manifest: Manifest) -> str:
    """As an inventory names it."""
    metadata = manifest["metadata"]
    return f"{manifest['kind']} {metadata['namespace']}/{metadata['name']}"


def _no_inventory(check: str, what: str) -> Finding:
    why = "the installation kept no list of its own, so what is missing cannot be told"
    return Finding(check, Level.WARNING, what, why, "shopfleet install, or shopfleet local up")


def certificates(ends: Mapping[str, datetime | Unknown | None], now: datetime) -> list[Finding]:
    """Which certificates end soon, are absent (None) or cannot be read; by the name of what carries them."""
    findings = []
    known: list[datetime] = []
    for name, end in sorted(ends.items()):
        if end is None:
            what, why = f"there is no {name}", "what needs it does not start again"
            findings.append(Finding("certificates", Level.ERROR, what, why, "shopfleet install"))
        elif isinstance(end, Unknown):
            what, why = f"{name}: {end.reason}", "nobody is warned before it ends"
            findings.append(Finding("certificates", Level.WARNING, what, why, "mend that, and look again"))
        else:
            known.append(end)
            findings += _ending(name, end, now)
    if findings or not known:
        return findings
    return [fine("certificates", f"{len(known)} certificates, the first ends on {min(known):%Y-%m-%d}")]


def _ending(name: str, end: datetime, now: datetime) -> list[Finding]:
    left = end - now
    if left > EXPIRES_SOON:
        return []
    ended = left <= timedelta(0)
    what = f"{name} {'ended' if ended else 'ends'} on {end:%Y-%m-%d}"
    level = Level.ERROR if ended else Level.WARNING
    why = "clients refuse connections" if ended else "clients will refuse connections then"
    return [Finding("certificates", level, what, why, "shopfleet install, or shopfleet local up")]


def unlisted_certificates() -> Finding:
    """Said beside what was found all the same."""
    return _no_inventory("certificates", "only certificates of the usual names were looked at")

"""The program apply-stores as the platform's Job runs it."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from provisioning.network import description, digest
from provisioning.tenant import TenantSpec
from tests.support.odoo_process import ROOT, UID
from tests.support.odoo_tenant import OdooTenant

NORTHLIGHT = TenantSpec.model_validate(yaml.safe_load((ROOT / "examples/northlight.yaml").read_text())["spec"])
# Seconds. A chain is set up in less than one minute; others may be at work on the machine.
APPLY_TIMEOUT = 1200


@dataclass(frozen=True)
class Ended:
    status: int
    said: Mapping[str, Any]
    seconds: float


def apply(shop: OdooTenant, content: object) -> Ended:
    """Run the program with this as its file."""
    file = shop.folder / "network.json"
    file.write_text(json.dumps(content))
    os.chown(file, UID, UID)
    log = shop.folder / "stores.log"
    log.unlink(missing_ok=True)
    begun = time.monotonic()
    process = shop.run_program(["/opt/shopfleet/bin/apply-stores"], "stores", STORES_FILE="/tenant/network.json")
    status = process.wait(APPLY_TIMEOUT)
    lines = [line for line in log.read_text().splitlines() if line.startswith("{")]
    assert lines, log.read_text()[-3000:]
    return Ended(status, json.loads(lines[-1]), time.monotonic() - begun)


def told(spec: TenantSpec) -> dict[str, Any]:
    """What the program is given for a tenant with this spec."""
    return {"digest": digest(spec), "network": description(spec)}

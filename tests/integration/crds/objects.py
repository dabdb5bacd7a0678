"""One full object of every kind of ours, and edits that make it wrong."""

import uuid
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from provisioning import defaults
from provisioning.crd import Kind
from provisioning.meta import API_VERSION, Manifest

ROOT = Path(__file__).parents[3]
IMAGE = "shopfleet.local/odoo-14.0:0123456789ab"

Change = Callable[[Manifest], Any]
"""Edits an object in place."""


def baseline() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "release/baselines/14.0.yaml").read_text())
    return content


def valid(kind: Kind) -> Manifest:
    """A full object of the kind, with every optional field that a rule looks at."""
    specs: dict[str, Manifest] = {
        "Partner": defaults.partner().manifest()["spec"],
        "Plan": defaults.plans()[0].manifest()["spec"],
        "DatabaseServer": defaults.database_server().manifest()["spec"],
        "Release": defaults.release(baseline(), IMAGE).manifest()["spec"],
        "Tenant": {
            "id": "a123456789",
            "displayName": "Rua",
            "hostnames": ["rua.shops.localhost", "old.shops.localhost"],
            "plan": "small",
            "release": "14.0",
            "country": "PT",
            "languages": ["pt_PT", "en_US"],
            "currency": "EUR",
            "timeZone": "Europe/Lisbon",
            "bundles": ["storeNetwork", "ecommerce"],
            "regions": [{"name": "Norte", "managers": ["rui@rua.example"]}],
            "stores": [
                {"code": "WH", "name": "Armazém", "kind": "warehouse", "openingHours": {"mon": "09:00-18:00"}},
                {"code": "WEB", "name": "Loja online", "kind": "web", "shipsFrom": "WH"},
                {
                    "code": "POP1",
                    "name": "Cedofeita",
                    "region": "Norte",
                    "suppliedBy": "WH",
                    "tills": 1,
                    "address": {"city": "Porto", "country": "PT"},
                    "people": [{"login": "rui@rua.example", "role": "store_manager", "duties": ["importer"]}],
                },
            ],
            "headOffice": [
                {"login": "eva@rua.example", "roles": ["buyer"]},
                {"login": "ines@rua.example", "duties": ["product_approver", "import_approver"]},
            ],
            "whoDecides": {"pos.config": {"receipt_header": "region"}},
            "policies": {
                "replenishment": [{"name": "Verão", "seasonFrom": "06-01", "seasonTo": "09-15", "coverDays": 21}],
                "counts": [{"name": "Contagem", "daysA": 30, "blind": True}],
                "tills": [{"name": "Cedofeita", "stores": ["POP1"], "silentMinutes": 5}],
                "purchases": [{"name": "Compras", "store": "POP1", "amountFrom": 5000, "people": 2}],
                "reserves": [{"channel": "web", "category": "Vestidos", "share": 20}],
            },
            "storage": "10Gi",
            "cloneOf": {"tenant": "source"},
        },
        "Procedure": {
            "kind": "Create",
            "tenant": "rua",
            "requestedBy": "ana",
            "onBehalfOf": "rui",
            "requestId": "r1",
            "retries": 1,
        },
        "AuditRecord": {
            "who": "ana",
            "component": "cli",
            "action": "tenant.create",
            "result": "done",
            "requestId": "r1",
            "at": "2026-03-02T09:00:00Z",
        },
    }
    # Every test has names of its own, so that none meets another's object.
    name = f"x{uuid.uuid4().hex[:12]}"
    metadata = {"name": name, **({"namespace": "default"} if kind.NAMESPACED else {})}
    return {"apiVersion": API_VERSION, "kind": kind.KIND, "metadata": metadata, "spec": deepcopy(specs[kind.KIND])}


def put(*path: str | int, value: Any) -> Change:
    def change(manifest: Manifest) -> None:
        target: Any = manifest
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return change


def spec(*path: str | int, value: Any) -> Change:
    return put("spec", *path, value=value)


def without(*path: str) -> Change:
    def change(manifest: Manifest) -> None:
        target: Any = manifest["spec"]
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]

    return change


def store(**fields: Any) -> dict[str, Any]:
    return {"code": "WH", "name": "Armazém", **fields}

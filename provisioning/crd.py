"""The CustomResourceDefinitions, rendered from the models: `python -m provisioning.crd --check | --write`.

The rendered files are checked in, so that a change of the API shows in a review and kubectl can apply them.
"""

import argparse
import difflib
import sys
from pathlib import Path
from typing import Any

import yaml

from provisioning.audit import AuditRecord
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import GROUP, VERSION, Manifest, Model, Resource, Status
from provisioning.partner import Partner
from provisioning.plan import Plan
from provisioning.procedure import Procedure
from provisioning.release import Release
from provisioning.schema import Schema, structural
from provisioning.tenant import Tenant
from provisioning.validation import cel, checked

Kind = type[Resource[Any, Any]]

KINDS: tuple[Kind, ...] = (Partner, Tenant, Plan, DatabaseServer, Release, Procedure, AuditRecord)
FOLDER = Path(__file__).parent / "crds"
HEADER = "# Rendered from the models by `python -m provisioning.crd --write`; do not edit.\n"


def crds() -> tuple[Manifest, ...]:
    """All our definitions, in an order in which they can be applied."""
    return tuple(definition(kind) for kind in KINDS)


def definition(kind: Kind) -> Manifest:
    """The CustomResourceDefinition of one kind."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.PLURAL}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced" if kind.NAMESPACED else "Cluster",
            "names": {
                "kind": kind.KIND,
                "listKind": f"{kind.KIND}List",
                "plural": kind.PLURAL,
                "singular": kind.KIND.lower(),
                **({"shortNames": list(kind.SHORT_NAMES)} if kind.SHORT_NAMES else {}),
                "categories": ["shopfleet"],
            },
            "versions": [_version(kind)],
        },
    }


def _version(kind: Kind) -> Schema:
    return {
        "name": VERSION,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": _schema(kind)},
        **({"subresources": {"status": {}}} if _status(kind).model_fields else {}),
        "additionalPrinterColumns": [
            {"name": name, "type": type_, "jsonPath": path} for name, type_, path in kind.COLUMNS
        ],
    }


def _schema(kind: Kind) -> Schema:
    spec: type[Model] = kind.model_fields["spec"].annotation  # type: ignore[assignment]
    properties: Schema = {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
        "spec": structural(spec, nullable=False),
    }
    if _status(kind).model_fields:
        properties["status"] = structural(_status(kind), nullable=True)
    return {
        "type": "object",
        "description": (sys.modules[kind.__module__].__doc__ or "").strip().split("\n")[0],
        "required": ["spec"],
        "properties": properties,
        **checked(
            cel(
                f"self.metadata.name.matches('{kind.NAME_PATTERN}')",
                f"metadata.name must match {kind.NAME_PATTERN}",
            )
        ),
    }


def _status(kind: Kind) -> type[Status]:
    status: type[Status] = kind.model_fields["status"].annotation  # type: ignore[assignment]
    return status


def rendered() -> dict[Path, str]:
    """Content of every checked-in file, by its path."""
    return {
        FOLDER / f"{kind.PLURAL}.yaml": HEADER
        + yaml.safe_dump(definition(kind), sort_keys=False, width=110, allow_unicode=True)
        for kind in KINDS
    }


def differences() -> str:
    """What `--write` would change, as a unified diff; empty when the files are up to date."""
    parts: list[str] = []
    wanted = rendered()
    present = {path: path.read_text() for path in sorted(FOLDER.glob("*.yaml"))}
    for path in sorted(wanted.keys() | present.keys()):
        old, new = present.get(path, ""), wanted.get(path, "")
        parts += difflib.unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), path.name, f"{path.name} (rendered)"
        )
    return "".join(parts)


def write() -> None:
    """Bring the files up to date."""
    FOLDER.mkdir(exist_ok=True)
    wanted = rendered()
    for path in FOLDER.glob("*.yaml"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.write_text(text)


def main(arguments: list[str] | None = None) -> int:
    """Exit code 1 when `--check` finds a difference."""
    parser = argparse.ArgumentParser(prog="python -m provisioning.crd", description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="say what differs from the checked-in files")
    action.add_argument("--write", action="store_true", help="bring the checked-in files up to date")
    if parser.parse_args(arguments).write:
        write()
        return 0
    found = differences()
    sys.stdout.write(found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

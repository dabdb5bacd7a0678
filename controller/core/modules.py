"""Compares the modules that are installed in a tenant's database with those of its release. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from controller.core.ports import Row

# An image carries some hundreds; whoever owns the database may have put any number of rows into it.
MODULES_QUERY = (
    "SELECT m.name, m.state, coalesce(m.auto_install, false) AS auto_install,"
    " coalesce(array_agg(d.name) FILTER (WHERE d.name IS NOT NULL), '{}') AS needs,"
    " coalesce(array_agg(d.name) FILTER (WHERE d.auto_install_required), '{}') AS triggers"
    " FROM ir_module_module m LEFT JOIN ir_module_module_dependency d ON d.module_id = m.id"
    " WHERE m.state NOT IN ('uninstalled', 'uninstallable') GROUP BY m.id ORDER BY m.name LIMIT 2000"
)

INSTALLED = "installed"
# Odoo chooses the localisation by the company's country, so no release names it.
LOCALISATION = "l10n_"
# Names that one sentence lists; more would hide the rest of the report.
LISTED = 8

_NAME = re.compile(r"[a-z0-9_]{1,100}")


@dataclass(frozen=True)
class Module:
    """One module that is installed, or about to be changed.

    `needs` are its dependencies; a bridge (`automatic`) is installed by Odoo as soon as its `triggers` are.
    """

    name: str
    state: str = INSTALLED
    automatic: bool = False
    needs: frozenset[str] = frozenset()
    triggers: frozenset[str] = frozenset()


def read(rows: Iterable[Row]) -> list[Module]:
    """The rows of MODULES_QUERY. The tenant owns the tables, so anything may stand in them."""
    return [
        Module(
            name=_shown(str(row["name"])),
            state=_shown(str(row["state"]).replace(" ", "_")).replace("_", " "),
            automatic=bool(row["auto_install"]),
            needs=frozenset(row["needs"]),
            triggers=frozenset(row["triggers"]),
        )
        for row in rows
    ]


def differences(declared: Collection[str], found: Sequence[Module]) -> Iterator[str]:
    """What is missing, what is half changed, and what neither the release nor Odoo itself asked for.

    Versions are not compared: a release does not know them, its image fixes them.
    """
    installed = {module.name: module for module in found if module.state == INSTALLED}
    under_way = {module.name: module.state for module in found if module.state != INSTALLED}
    missing = sorted(set(declared) - installed.keys() - under_way.keys())
    if missing:
        yield f"not installed: {_listed(missing)}"
    if under_way:
        yield f"half changed: {_listed(f'{name} ({state})' for name, state in sorted(under_way.items()))}"
    extra = sorted(installed.keys() - _explained(declared, installed.values()))
    if extra:
        yield f"not of the release: {_listed(extra)}"


def _explained(declared: Collection[str], found: Collection[Module]) -> set[str]:
    """The release's modules, the country's, all that these need, and the bridges that Odoo adds."""
    explained = {"base", *declared, *(module.name for module in found if module.name.startswith(LOCALISATION))}
    grown = True
    while grown:
        size = len(explained)
        for module in found:
            if module.automatic and module.triggers <= explained:
                explained.add(module.name)
            if module.name in explained:
                explained |= module.needs
        grown = len(explained) > size
    return explained


def _shown(name: str) -> str:
    return name if _NAME.fullmatch(name) else "(a name that no module has)"


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
    return ", ".join(found[:LISTED]) + more

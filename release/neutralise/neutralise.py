"""What makes a restored copy of a live database a harmless clone. Pure.

Run all statements in one transaction before any Odoo process opens the database; when one fails, refuse the
clone. From 16.0 run Odoo's own `odoo neutralize` first.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from provisioning.personalise import Statement
from provisioning.series import Series
from release.neutralise.packs import packs

INSTALLED_QUERY = (
    "SELECT name FROM ir_module_module WHERE state IN ('installed', 'to upgrade', 'to remove', 'to install')"
)


@dataclass(frozen=True)
class CloneIdentity:
    """What the clone is called; `uuid` and `secret` are fresh, which also ends every copied session."""

    url: str
    uuid: str
    secret: str = field(repr=False)


def neutralise(series: Series, installed: Collection[str], clone: CloneIdentity) -> tuple[Statement, ...]:
    """Ordered statements. Raises NoPacksError for a series without packs.

    Modules without a pack are left as they are: whether that is safe is the proof's to say.
    """
    own = [pack for module, pack in packs(series).items() if module in installed]
    # Base first: should anything start Odoo meanwhile, mail and jobs are off already.
    own.sort(key=lambda pack: (pack.module != "base", pack.module))
    return (
        *(Statement(sql) for pack in own for sql in pack.statements),
        *_identity(clone),
    )


def _identity(clone: CloneIdentity) -> Iterator[Statement]:
    for key, value in (
        ("database.uuid", clone.uuid),
        ("database.secret", clone.secret),
        ("web.base.url", clone.url),
        ("web.base.url.freeze", "True"),
    ):
        yield Statement(
            "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

"""What differs between the Odoo series 14.0 to 19.0, as far as the platform has to know. One place only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

DAY = 86_400

# libpq and gen_random_uuid() set our floor; every series' own is at or below it.
OLDEST_POSTGRESQL = 13


class UnknownSeriesError(ValueError):
    """The release names an Odoo series the platform has no knowledge of."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Odoo series {name!r} is not supported; supported are {', '.join(SERIES)}")


@dataclass(frozen=True)
class Series:
    """One Odoo series. Paths are URL paths, ports TCP ports, `session_seconds` seconds."""

    name: str
    # Requests below these paths go to the evented process.
    push_paths: tuple[str, ...]
    # The option of odoo.conf for the evented process's port.
    push_port_option: str
    # Odoo's own health pages; the platform's probes do not need them (platform_runtime).
    web_health_path: str | None
    push_health_path: str | None
    # Life of an idle session's cookie.
    session_seconds: int
    # The evented process may have a pool size of its own in odoo.conf.
    db_maxconn_gevent: bool
    # Cron workers LISTEN besides polling once a minute.
    cron_listens: bool
    # `odoo neutralize` and the modules' data/neutralize.sql exist.
    neutralize: bool
    # Odoo names its connections by itself, from ODOO_PGAPPNAME; before, libpq's PGAPPNAME does.
    names_connections: bool
    # Column of res_partner that stores the shown name.
    partner_shown_name: str
    presence_table: str
    payment_table: str
    # PBKDF2 rounds Odoo itself would use; fewer are replaced at the first log-in.
    password_rounds: int
    promotion_module: str
    promotion_model: str
    # Values that make a product one whose stock is counted.
    storable_product: Mapping[str, object] = field(hash=False)
    min_postgresql: int = OLDEST_POSTGRESQL

    @property
    def major(self) -> int:
        """The number before the dot."""
        return int(self.name.split(".")[0])


def series_of(name: str) -> Series:
    """The series called `name`, such as "14.0"; raises UnknownSeriesError."""
    try:
        return SERIES[name]
    except KeyError:
        raise UnknownSeriesError(name) from None


def _series(major: int) -> Series:
    longpolling, loyalty = major <= 15, major >= 16
    return Series(
        name=f"{major}.0",
        push_paths=("/longpolling",) if longpolling else ("/websocket",),
        push_port_option="longpolling_port" if longpolling else "gevent_port",
        web_health_path=None if major == 14 else "/web/health",
        push_health_path=_push_health_path(major),
        session_seconds=90 * DAY if major <= 15 else 7 * DAY,
        db_maxconn_gevent=major >= 17,
        cron_listens=major >= 15,
        neutralize=major >= 16,
        names_connections=major >= 16,
        partner_shown_name="display_name" if major <= 16 else "complete_name",
        presence_table="bus_presence" if major <= 18 else "mail_presence",
        payment_table="payment_provider" if loyalty else "payment_acquirer",
        password_rounds=25_000 if major <= 16 else 600_000,
        promotion_module="sale_loyalty" if loyalty else "sale_coupon",
        promotion_model="loyalty.program" if loyalty else "coupon.program",
        storable_product=MappingProxyType(_storable_product(major)),
    )


def _push_health_path(major: int) -> str | None:
    if major == 14:
        return None
    return "/longpolling/health" if major == 15 else "/websocket/health"


def _storable_product(major: int) -> dict[str, object]:
    if major == 14:
        return {"type": "product"}
    if major <= 17:
        return {"detailed_type": "product"}
    return {"type": "consu", "is_storable": True}


SERIES: Mapping[str, Series] = MappingProxyType({f"{n}.0": _series(n) for n in range(14, 20)})

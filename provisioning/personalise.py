"""What turns a fresh copy of a golden template into one tenant's own database. Pure.

Every function returns statements in order, to be run in one transaction by the tenant's role or the admin.
Values are parameters, never part of the text. Odoo caches what these tables hold, so run `rename` only when its
processes are replaced afterwards; `personalise` lets them forget it, and passwords they read at each log-in.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from provisioning.passwords import odoo_password_hash
from provisioning.series import Series

# Which of its optional tables the database has: run this first, pass the result as `tables`.
TABLES_QUERY = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"

# What `rename` and `rotate_password` leave behind; the second takes a login.
ADDRESS_QUERY = "SELECT value FROM ir_config_parameter WHERE key = 'web.base.url'"
PASSWORD_QUERY = "SELECT password FROM res_users WHERE login = %s AND active"  # noqa: S105 a query

# Nothing in them belongs to the copy: sessions, keys, presence and mail of whoever used the source.
_EMPTIED = ("res_users_apikeys", "bus_bus", "res_users_log", "res_device_log", "auth_totp_device", "ir_logging")

# Odoo's processes compare these sequences at each request, and drop what they have cached when one is another.
_FORGET = (
    "SELECT nextval(oid::regclass) FROM pg_class WHERE relkind = 'S'"
    " AND relnamespace = 'public'::regnamespace AND starts_with(relname::text, 'base_cache_signaling')"
)


class Statement(NamedTuple):
    """SQL with psycopg placeholders (%s), and their values."""

    sql: str
    params: tuple[object, ...] = ()


@dataclass(frozen=True)
class Personality:
    """What makes a copy this tenant. `uuid` and `secret` are fresh for every database ever made."""

    company: str
    url: str
    # In-cluster address for report rendering; the public one would leave the cluster and come back.
    report_url: str
    time_zone: str
    admin_login: str
    admin_password: str = field(repr=False)
    uuid: str
    secret: str = field(repr=False)
    # 16 random bytes for the password's hash.
    salt: bytes = field(repr=False)


def personalise(series: Series, who: Personality, tables: Collection[str]) -> tuple[Statement, ...]:
    """Every statement, in order, for a fresh copy that has these tables."""
    return (
        *_identity(who),
        *rename(series, who.company, who.url, tables),
        *_time_zone(who.time_zone, tables),
        *_administrator(series, who),
        Statement("DELETE FROM ir_config_parameter WHERE key = %s", ("ir_attachment.location",)),
        *_emptied(series, tables),
        # A creation that failed after the shop had served is begun anew while its pods run.
        Statement(_FORGET),
    )


def rename(series: Series, company: str, url: str, tables: Collection[str]) -> tuple[Statement, ...]:
    """New display name and address. Documents already sent keep theirs."""
    shown = series.partner_shown_name
    partner = "(SELECT partner_id FROM res_company WHERE id = (SELECT min(id) FROM res_company))"
    statements = [
        Statement("UPDATE res_company SET name = %s WHERE id = (SELECT min(id) FROM res_company)", (company,)),
        Statement(f"UPDATE res_partner SET name = %s, {shown} = %s WHERE id = {partner}", (company, company)),  # noqa: S608 both are our own words
        *_parameter("web.base.url", url),
        # Odoo replaces the address by whatever name an administrator logs in under, unless it is frozen.
        *_parameter("web.base.url.freeze", "True"),
    ]
    if "website" in tables:
        statements.append(
            Statement("UPDATE website SET name = %s WHERE id = (SELECT min(id) FROM website)", (company,))
        )
    return tuple(statements)


def rotate_password(series: Series, login: str, password: str, salt: bytes) -> tuple[Statement, ...]:
    """A new password for the user with this login; their sessions and API keys end with the old one."""
    hashed = odoo_password_hash(password, salt, series.password_rounds)
    return (
        Statement("UPDATE res_users SET password = %s WHERE login = %s AND active", (hashed, login)),
        Statement(
            "DELETE FROM res_users_apikeys WHERE user_id = (SELECT id FROM res_users WHERE login = %s)", (login,)
        ),
    )


def _identity(who: Personality) -> Iterator[Statement]:
    yield from _parameter("database.uuid", who.uuid)
    # Signs session and access tokens; with the template's, one tenant could forge another's.
    yield from _parameter("database.secret", who.secret)
    yield Statement(
        "UPDATE ir_config_parameter SET value = to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
        " WHERE key = %s",
        ("database.create_date",),
    )
    yield from _parameter("report.url", who.report_url)


def _time_zone(time_zone: str, tables: Collection[str]) -> Iterator[Statement]:
    yield Statement(
        "UPDATE res_partner SET tz = %s WHERE id IN (SELECT partner_id FROM res_users"
        " UNION SELECT partner_id FROM res_company)",
        (time_zone,),
    )
    if "resource_calendar" in tables:
        yield Statement("UPDATE resource_calendar SET tz = %s", (time_zone,))
    if "resource_resource" in tables:
        yield Statement("UPDATE resource_resource SET tz = %s", (time_zone,))


def _administrator(series: Series, who: Personality) -> Iterator[Statement]:
    admin = "(SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'user_admin')"
    hashed = odoo_password_hash(who.admin_password, who.salt, series.password_rounds)
    yield Statement(
        f"UPDATE res_users SET login = %s, password = %s WHERE id = {admin}",  # noqa: S608 our own words
        (who.admin_login, hashed),
    )
    if "@" in who.admin_login:
        yield Statement(
            f"UPDATE res_partner SET email = %s WHERE id = (SELECT partner_id FROM res_users WHERE id = {admin})",  # noqa: S608
            (who.admin_login,),
        )


def _emptied(series: Series, tables: Collection[str]) -> Iterator[Statement]:
    for table in (*_EMPTIED, series.presence_table):
        if table in tables:
            yield Statement(f"DELETE FROM {table}")  # noqa: S608 from the list above
    if "mail_mail" in tables:
        yield Statement("DELETE FROM mail_mail WHERE state IN ('outgoing', 'exception')")


def _parameter(key: str, value: str) -> Iterator[Statement]:
    yield Statement(
        "INSERT INTO ir_config_parameter (key, value, create_uid, write_uid, create_date, write_date)"
        " VALUES (%s, %s, 1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value, write_date = excluded.write_date",
        (key, value),
    )

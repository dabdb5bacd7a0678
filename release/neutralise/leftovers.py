"""A cheap look for what no pack knows: addresses and credentials that would let a clone act outside. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

PARAMETERS_QUERY = "SELECT key, value FROM ir_config_parameter ORDER BY key"

# Names of columns and parameters that hold credentials or addresses.
_TELLING = r"(api_?key|secret|passw|_pwd|webhook|refresh_?token|rtoken|auth_?token|private_?key|endpoint)"
_NAME = re.compile(_TELLING, re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s'\"<>]+", re.IGNORECASE)

# Odoo's own, which open nothing outside or are renewed for the clone.
_KNOWN_PARAMETERS = frozenset({"database.secret", "auth_signup.reset_password", "auth_password_policy.minlength"})
_KNOWN_COLUMNS = frozenset(
    {
        "res_users.password",
        "res_users.totp_secret",
        "res_users_apikeys.key",
        "ir_mail_server.smtp_pass",
        # Overwritten by its pack, because the column may not be empty.
        "pos_mercury_configuration.merchant_pwd",
        # Public addresses of providers, which the pack disables.
        "auth_oauth_provider.auth_endpoint",
        "auth_oauth_provider.data_endpoint",
        "auth_oauth_provider.validation_endpoint",
    }
)
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "invalid"})


@dataclass(frozen=True)
class Leftover:
    """Where something was found and why it matters; never the value."""

    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.place} {self.why}"


# Every column with a telling name that holds any text, found by one query. xpath_exists over query_to_xml
# looks into tables whose names are only known to the query itself.
COLUMNS_QUERY = f"""
SELECT c.table_name || '.' || c.column_name
FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
  AND c.data_type IN ('character varying', 'text')
  AND c.column_name ~ '{_TELLING}'
  AND xpath_exists('//row', query_to_xml(
    'SELECT 1 AS row FROM ' || quote_ident(c.table_name) || ' WHERE length(' || quote_ident(c.column_name)
    || '::text) > 0 LIMIT 1', false, false, ''))
ORDER BY 1
"""  # noqa: S608 the pattern is our own


def in_parameters(
    rows: Iterable[tuple[str, str | None]], own_url: str, accepted: Collection[str] = ()
) -> Iterator[Leftover]:
    """What PARAMETERS_QUERY's rows give away; `own_url` is the clone's own address."""
    own = _host(own_url)
    for key, value in rows:
        if not value or key in accepted:
            continue
        if any(host not in _LOCAL and host != own for host in map(_host, _ADDRESS.findall(value))):
            if key != "report.url":
                yield Leftover(f"parameter {key}", "holds an address outside")
        elif _NAME.search(key) and key not in _KNOWN_PARAMETERS and not _ADDRESS.match(value):
            yield Leftover(f"parameter {key}", "looks like a credential")


def in_columns(names: Iterable[str], accepted: Collection[str] = ()) -> Iterator[Leftover]:
    """What COLUMNS_QUERY's rows give away."""
    for name in names:
        if name not in _KNOWN_COLUMNS and name not in accepted:
            yield Leftover(f"column {name}", "looks like a credential")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()

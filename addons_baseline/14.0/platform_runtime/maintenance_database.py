"""Everything Odoo would do in the database ``postgres`` happens in the tenant's own database.

Odoo uses ``postgres`` for three things: the bus (LISTEN/NOTIFY, and from 15.0 the cron trigger), the list
of databases, and the check at start whether its database exists. Channels of LISTEN/NOTIFY are private to
a database, so with the redirection tenants cannot hear or wake one another, and CONNECT on ``postgres``
can be revoked from their roles. All three go through ``odoo.sql_db.db_connect`` in every series.
"""

import sys

MAINTENANCE_DATABASE = "postgres"


class TenantDatabaseError(Exception):
    """The configuration does not name exactly one database."""


def tenant_database(config):
    """The only database in ``db_name``; a string up to 18.0, a list from 19.0."""
    configured = config["db_name"] or ""
    names = configured.split(",") if isinstance(configured, str) else list(configured)
    names = [name.strip() for name in names if name.strip()]
    if len(names) != 1 or names[0] == MAINTENANCE_DATABASE:
        raise TenantDatabaseError(
            "db_name must name exactly the tenant's own database, not %r" % (configured or None)
        )
    return names[0]


def keep_in_tenant_database(odoo):
    """Redirect connections and the database list of the imported ``odoo`` package."""
    config = odoo.tools.config
    connect = redirected(odoo.sql_db.db_connect, config)
    _replace_everywhere(odoo.sql_db.db_connect, connect)
    odoo.service.db.list_dbs = only_database(config, odoo.exceptions.AccessDenied)


def redirected(original, config):
    """``db_connect`` that answers a request for the maintenance database with the tenant's.

    The connection is pooled like any other, where Odoo opens and closes one for every message it sends.
    Handing back the listening connection is safe: the pool issues DISCARD ALL before it lends it again.
    """

    def db_connect(to, *args, **kwargs):
        if to == MAINTENANCE_DATABASE:
            to = tenant_database(config)
        return original(to, *args, **kwargs)

    return db_connect


def only_database(config, access_denied):
    """``list_dbs`` without a query: Odoo asks it for every request that carries no session."""

    def list_dbs(force=False):
        if not config["list_db"] and not force:
            raise access_denied()
        return [tenant_database(config)]

    return list_dbs


def _replace_everywhere(original, replacement):
    """Swap the function also where a module has imported it by name."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "odoo" and getattr(module, "db_connect", None) is original:
            module.db_connect = replacement

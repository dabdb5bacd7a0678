"""Installs modules in a database in which people work, and tells its pods so that they load them."""

from template.content import environment

# Odoo's processes compare it at each request, and load all modules anew when it is another.
_TELL = "SELECT nextval('base_registry_signaling')"


class RefusedError(Exception):
    """A sentence saying why Odoo does not install them, however often it is tried."""


def install(odoo, database, names):
    """How many modules are installed that were not before; raises RefusedError.

    Odoo commits after each module. Begun again, it goes on with what was marked, and marks the rest.
    """
    from odoo.exceptions import UserError

    with environment(odoo, database) as env:
        before = _installed(env)
        modules = env["ir.module.module"].search([("name", "in", names), ("state", "!=", "uninstallable")])
        missing = sorted(set(names) - set(modules.mapped("name")))
        if missing:
            raise RefusedError("this image has no module {}".format(", ".join(missing)))
        try:
            modules.filtered(lambda module: module.state == "uninstalled").button_install()
        except UserError as error:
            raise RefusedError(str(error)) from error
    try:
        odoo.modules.registry.Registry.new(database, update_module=True)
        with environment(odoo, database) as env:
            _require_whole(env, names)
            _name_website(env, before)
            return len(_installed(env) - before)
    finally:
        # After a failure as well: some may be there.
        with odoo.sql_db.db_connect(database).cursor() as cr:
            cr.execute(_TELL)


def _installed(env):
    return set(env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"))


def _require_whole(env, names):
    stuck = env["ir.module.module"].search([("name", "in", names), ("state", "!=", "installed")])
    if stuck:
        raise RefusedError("not installed: {}".format(", ".join(sorted(stuck.mapped("name")))))


def _name_website(env, before):
    """A new website is the company's, as in a tenant that had one from the beginning."""
    if "website" not in before and "website" in env:
        website = env["website"].search([], order="id", limit=1)
        website.name = website.company_id.name or env.company.name

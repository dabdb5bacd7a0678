"""What goes into a template: base, company, languages, modules, currency, statistics."""

import contextlib


class BuildError(Exception):
    """A sentence saying why this template cannot be built."""


class UsedDatabaseError(Exception):
    """The database was filled by something else; the next attempt gets another one."""


def refuse_used_database(odoo, database):
    """Only an empty database: whatever else is in there would be in every tenant."""
    with odoo.sql_db.db_connect(database).cursor() as cr:
        cr.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        )
        relations = cr.fetchone()[0]
    if relations:
        raise UsedDatabaseError(f"database {database} is not empty: it has {relations} relations")


def store_attachments_in_database(odoo):
    """Files do not travel with CREATE DATABASE … TEMPLATE. The parameter that says so exists only after
    base is installed, which already stores icons and logos, so the decision is made here."""
    from odoo.addons.base.models.ir_attachment import IrAttachment

    IrAttachment._storage = odoo.api.model(lambda _self: "db")


def install_base(odoo, database):
    """Base and what Odoo installs with it, without demonstration data."""
    odoo.tools.config["without_demo"] = "all"
    odoo.modules.registry.Registry.new(database, update_module=True)
    with environment(odoo, database) as env:
        env["ir.config_parameter"].set_param("ir_attachment.location", "db")


def prepare_company(odoo, database, wanted):
    """Country and languages, before `account` chooses a chart of accounts and modules load their texts."""
    with environment(odoo, database) as env:
        country = env["res.country"].search([("code", "=", wanted.country)])
        if not country:
            raise BuildError(f"country {wanted.country} is unknown to this Odoo")
        for code in wanted.languages:
            if not env["res.lang"]._activate_lang(code):
                raise BuildError(f"language {code} is unknown to this Odoo")
        installed = env["ir.module.module"].search([("state", "=", "installed")])
        installed._update_translations(list(wanted.languages))
        main = wanted.languages[0]
        company = env.ref("base.main_company")
        company.write({"country_id": country.id, "currency_id": _currency(env, wanted, country).id})
        env["ir.default"].set("res.partner", "lang", main)
        env["res.partner"].with_context(active_test=False).search([]).write({"lang": main})
        if "en_US" not in wanted.languages:
            # Odoo keeps it as the language of its sources; hidden, nobody can choose it.
            env["res.lang"].search([("code", "=", "en_US")]).write({"active": False})


def install_modules(odoo, database, modules):
    """Install all at once; the number of modules installed in the end, bridges and chart included."""
    with environment(odoo, database) as env:
        found = env["ir.module.module"].search([("name", "in", list(modules)), ("state", "!=", "uninstallable")])
        missing = sorted(set(modules) - set(found.mapped("name")))
        if missing:
            raise BuildError("this image has no module {}".format(", ".join(missing)))
        found.filtered(lambda module: module.state == "uninstalled").button_install()
    odoo.modules.registry.Registry.new(database, update_module=True)
    with environment(odoo, database) as env:
        states = env["ir.module.module"].search([("state", "not in", ("uninstalled", "uninstallable"))])
        stuck = states.filtered(lambda module: module.state != "installed")
        if stuck:
            raise BuildError("not fully installed: {}".format(", ".join(sorted(stuck.mapped("name")))))
        return len(states)


def settle_currency(odoo, database, wanted):
    """Loading a chart sets its own currency; a chosen one must win before anything is booked."""
    if not wanted.currency:
        return
    with environment(odoo, database) as env:
        company = env.ref("base.main_company")
        currency = _currency(env, wanted, company.country_id)
        if company.currency_id != currency:
            company.write({"currency_id": currency.id})
            env["product.pricelist"].search([("company_id", "in", (False, company.id))]).write(
                {"currency_id": currency.id}
            )


def _currency(env, wanted, country):
    currencies = env["res.currency"].with_context(active_test=False)
    currency = currencies.search([("name", "=", wanted.currency)]) if wanted.currency else country.currency_id
    if not currency:
        raise BuildError("currency %s is unknown to this Odoo" % (wanted.currency or "of " + wanted.country))
    currency.write({"active": True})
    return currency


@contextlib.contextmanager
def sequences_kept(odoo, database):
    """PostgreSQL's sequences do not roll back: without this a tenant's first till session were its second."""
    listing = (
        "SELECT sequencename, last_value, start_value FROM pg_sequences"
        " WHERE schemaname = 'public' AND sequencename LIKE 'ir\\_sequence\\_%'"
    )
    with odoo.sql_db.db_connect(database).cursor() as cr:
        cr.execute(listing)
        before = cr.fetchall()
    yield
    with odoo.sql_db.db_connect(database).cursor() as cr:
        for name, last, start in before:
            # last_value is null while the sequence has never been used.
            cr.execute("SELECT setval(%s::regclass, %s, %s)", (name, last or start, last is not None))


def finish(odoo, database):
    """Compact and analyse; the facts a clone's cost depends on, sizes in bytes."""
    odoo.sql_db.close_all()
    with odoo.sql_db.db_connect(database).cursor() as cr:
        cr.execute("SELECT count(*) FROM ir_attachment WHERE store_fname IS NOT NULL")
        files = cr.fetchone()[0]
        if files:
            raise BuildError(f"{files} attachments are files and would be missing in every clone")
        cr.execute("DELETE FROM ir_logging")
        cr.execute("DELETE FROM bus_bus")
    with odoo.sql_db.db_connect(database).cursor() as cr:
        cr.autocommit(True)
        cr.execute("VACUUM (FULL, ANALYZE)")
        cr.execute("SELECT pg_database_size(current_database())")
        size = cr.fetchone()[0]
        cr.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        return {"size_bytes": size, "relations": cr.fetchone()[0]}


@contextlib.contextmanager
def environment(odoo, database):
    """A superuser environment that commits at the end."""
    with odoo.api.Environment.manage(), odoo.registry(database).cursor() as cr:
        yield odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})

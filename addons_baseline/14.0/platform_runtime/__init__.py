"""Odoo as one tenant of a shared database server.

The launcher ``odoo-tenant`` calls :func:`apply` before Odoo's command line runs. Loaded as a server-wide
module by a plain Odoo instead, :func:`post_load` applies the same patches as late as Odoo allows.
Only this file imports Odoo; the parts it wires up are plain Python and tested without it.
"""

from .settings import Settings


def apply(role):
    """Patch the imported Odoo for ``role`` (``web``, ``cron``, ``gevent`` or ``command``); once per process."""
    import odoo

    if hasattr(odoo, "platform_role"):
        return
    odoo.platform_role = role
    from . import caches, evented, maintenance_database, prefork, switchover, warm

    settings = Settings.from_environment(role)
    maintenance_database.keep_in_tenant_database(odoo)
    caches.keep_others_caches(odoo.modules.registry.Registry)
    away = switchover.patch(odoo, settings) if role != "command" else None
    if odoo.evented:
        evented.patch(odoo, settings)
    else:
        prefork.patch(odoo.service.server.PreforkServer, settings, away)
        if settings.job_connections:
            prefork.limit_connections(odoo, settings.job_connections)
        if settings.warm_page:
            warm.warm_after_preload(odoo, settings.warm_page)


def import_addons(odoo, names):
    """Import addons before there is a database to load them into."""
    from . import preimport

    preimport.import_addons(odoo, names)


def load_job_runner(odoo):
    """Import ``queue_job`` before Odoo's server is made, into which it hooks its runner, and keep that to one."""
    from . import job_runner, preimport

    preimport.import_addons(odoo, ["queue_job"])
    from odoo.addons.queue_job.jobrunner import runner

    job_runner.keep_to_one(runner)


def post_load():
    """Odoo's hook for server-wide modules."""
    apply("web")

"""Observes what the guard asks about: who holds the tenant, open tills, and whether somebody overrode it."""

from controller.core.guard import GuardSnapshot
from controller.errors import CutOffError, ShopfleetError, Unknown
from controller.services.outside import Outside
from controller.services.resources import Resources
from provisioning.databaseserver import DatabaseServer
from provisioning.procedure import Procedure
from provisioning.tenant import Tenant

OVERRIDE_PARAMETER = "force"
_OPEN_TILLS = "SELECT count(*) AS open FROM pos_session WHERE state <> 'closed'"
_HAS_TILLS = "SELECT to_regclass('public.pos_session') IS NOT NULL AS present"


def observe_guard(outside: Outside, resources: Resources, procedure: Procedure) -> GuardSnapshot:
    """One snapshot of everything that may speak against disturbing the procedure's tenant now."""
    tenant = resources.tenant_of(procedure)
    override = procedure.spec.parameters.get(OVERRIDE_PARAMETER) or None
    return GuardSnapshot(
        open_tills=open_tills(outside, resources, tenant),
        procedure=procedure.metadata.name,
        lock=tenant.status.lock,
        override=override,
    )


def open_tills(outside: Outside, resources: Resources, tenant: Tenant) -> int | Unknown:
    """Point-of-sale sessions that are not closed; zero where nothing was provisioned or no point of sale is."""
    if tenant.spec.id is None or tenant.status.applied is None:
        return 0
    try:
        server = resources.need(DatabaseServer, tenant.spec.database_server)
        postgres = outside.connect_server(server)
        database = tenant.names.database
        if not postgres.database_exists(database):
            # It has one: only we look at the wrong server, or somebody dropped it, and neither means closed tills.
            return Unknown(f"database {database} does not exist")
        if not postgres.query(database, _HAS_TILLS)[0]["present"]:
            return 0
        return int(postgres.query(database, _OPEN_TILLS)[0]["open"])
    except CutOffError:
        raise
    except ShopfleetError as error:
        return Unknown(error.message)

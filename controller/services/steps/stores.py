"""Steps `stores` and `change-stores`: what the spec says of stores is made so inside Odoo.

A Job does it while the shop serves, in one transaction, and writes down in there which description it was. So a
step that is begun again finds out from the database whether anything is left to do.
"""

from collections.abc import Mapping
from typing import Any

from controller.core.catalogue import CHANGE_STORES, STORES
from controller.core.lifecycle import NETWORK_OUTPUT
from controller.core.ports import Ref
from controller.errors import UnavailableError
from controller.services.jobs import Failed, JobState, Running, Succeeded, forget_job, forget_jobs_of, run_job
from controller.services.steps.step import Done, Later, Outcome, Refuse, Work
from provisioning.meta import Manifest
from provisioning.network import NETWORK_QUERY, described, digest
from provisioning.objects import jobs, stores

# What a person counts, by the models that the addon reports; of the rest only how much it was.
_WORDS = {
    "stock.warehouse": "warehouses",
    "pos.config": "tills",
    "stock.location.route": "routes",
    "res.users": "people",
}


def set_up(work: Work) -> Outcome:
    """A tenant's stores at its creation."""
    return _apply(work, STORES.name)


def change(work: Work) -> Outcome:
    """A living tenant's stores after its spec has changed."""
    return _apply(work, CHANGE_STORES.name)


def undo_set_up(work: Work) -> None:
    """Stops it; what it has made goes with the database."""
    if work.declared.spec.id is not None:
        forget_jobs_of(work.outside.kube, work.procedure.metadata.name, work.declared.names.namespace)


def copied(work: Work) -> Mapping[str, str]:
    """Outputs by which a copy's network counts as applied: it came along with the database."""
    found = present(work) if described(work.tenant.spec) else None
    return {NETWORK_OUTPUT: found} if found else {}


def check_stores(work: Work) -> str | None:
    """What is wrong with the network that the database has."""
    done = work.procedure.status.outputs.get(NETWORK_OUTPUT)
    if not done:
        return None
    found = present(work)
    return (
        None if found == done else f"the database has the stores of {found or 'no description'} instead of {done}"
    )


def _apply(work: Work, step: str) -> Outcome:
    tenant = work.tenant
    wanted = digest(tenant.spec)
    if not described(tenant.spec):
        forgotten = work.declared.status.applied is not None
        return Done("no stores are to be set up", {NETWORK_OUTPUT: wanted} if forgotten else {})
    place = jobs.tenant_place(tenant, work.procedure.metadata.name, work.procedure.spec.request_id)
    job = stores.stores_job(place, step, tenant, work.release(tenant).spec)
    secret = stores.stores_secret(place, step, tenant)
    begun = work.outside.kube.get(Ref.of(job))
    if begun is None and present(work) == wanted:
        return Done("all stores are set up already", {NETWORK_OUTPUT: wanted})
    if begun is not None and begun["metadata"].get("annotations", {}).get(stores.ANNOTATION_NETWORK) != wanted:
        # The spec was edited meanwhile.
        forget_jobs_of(work.outside.kube, place.procedure, place.namespace)
        return Later("the stores' description has changed, and is applied anew", 1.0)
    return _followed(work, run_job(work.outside.kube, job, secret), job, secret)


def _followed(work: Work, state: JobState, job: Manifest, secret: Manifest) -> Outcome:
    kube, spec = work.outside.kube, work.tenant.spec
    match state:
        case Running(reason):
            return Later(f"setting up {len(spec.stores)} stores: {reason}", 1.0)
        case Succeeded(result):
            # It names people, and is of no more use.
            left = kube.get(Ref.of(secret))
            if left is not None:
                kube.delete(Ref.of(left), left["metadata"]["uid"])
            return Done(_told(result), {NETWORK_OUTPUT: digest(spec)})
        case Failed(reason=reason, refused=refused):
            forget_job(kube, job, state, secret)
            if refused:
                return Refuse(reason)
            raise UnavailableError(reason)


def _told(result: Mapping[str, Any]) -> str:
    """Such as `27 warehouses, 36 tills made; 3 things changed`."""
    made, changed = result.get("made", {}), result.get("changed", 0)
    counted = [f"{made[model]} {word}" for model, word in _WORDS.items() if made.get(model)]
    said = [f"{', '.join(counted)} made"] if counted else []
    said += [f"{changed} things changed"] if changed else []
    return "; ".join(said) or "all stores are as described"


def present(work: Work) -> str | None:
    """Digest of the network that the tenant's database has."""
    tenant = work.tenant
    rows = work.postgres(tenant).query(tenant.names.database, NETWORK_QUERY)
    return str(rows[0]["value"]) if rows else None

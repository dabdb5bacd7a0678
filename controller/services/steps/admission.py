"""Steps `validate` and `confirm`: nothing is made, changed or removed for what cannot be had as asked."""

from collections.abc import Sequence

from controller.core.claims import id_owner
from controller.core.ports import Ref
from controller.core.problem import Problem
from controller.core.room import client_problems
from controller.core.validation import beyond_editing, check
from controller.errors import UnavailableError
from controller.services.objects import TenantObjectService
from controller.services.outside import BACKUP_BUCKET
from controller.services.steps.step import Done, Outcome, Refuse, Work
from controller.services.steps.transfer import SPEC_KEY, final_prefix, given_up
from provisioning.names import FILES
from provisioning.objects.inputs import storage_of
from provisioning.plan import quantity
from provisioning.tenant import Tenant

# Connections that must be left for people and for the platform itself; below this a server counts as full.
SPARE_CONNECTIONS = 10


def validate(work: Work) -> Outcome:
    """Refuses with every problem at once: references, hostnames, limits, and a server without room."""
    tenant = work.tenant
    problems = check(tenant, work.resources.catalogue(tenant.metadata.namespace))
    if problems:
        return _refuse(tenant, problems)
    rigid = _cannot_grow(work, tenant)
    if rigid is not None:
        return Refuse(rigid)
    try:
        return _has_room(work, tenant)
    except UnavailableError as error:
        said = f"spec.databaseServer: {tenant.spec.database_server} does not answer: {error.message}"
        raise UnavailableError(said, hint=error.hint) from error


def _refuse(tenant: Tenant, problems: Sequence[Problem]) -> Refuse:
    way_out = beyond_editing(tenant, problems)
    return Refuse("; ".join([*map(str, problems), *([way_out] if way_out else [])]))


def _has_room(work: Work, tenant: Tenant) -> Outcome:
    """Raises UnavailableError when the tenant's server does not answer."""
    newer = _cannot_be_dumped(work, tenant)
    if newer:
        return _refuse(tenant, newer)
    usage = work.postgres(tenant).usage()
    if usage.connections_limit - usage.connections_used < SPARE_CONNECTIONS:
        used = f"{usage.connections_used} of {usage.connections_limit} connections in use"
        what = f"{tenant.spec.database_server} is full ({used})"
        full = Problem("spec.databaseServer", what, "choose another server or raise its max_connections")
        return _refuse(tenant, [full])
    return Done()


def _cannot_be_dumped(work: Work, tenant: Tenant) -> list[Problem]:
    """Asked of the server itself: the version in its status may be of before, or not there yet."""
    if tenant.status.applied is not None:
        return []
    return client_problems(work.database_server(tenant), work.postgres(tenant).version())


def _cannot_grow(work: Work, tenant: Tenant) -> str | None:
    """What to say when the tenant's volume would have to grow and its storage class does not let it."""
    claim = work.outside.kube.get(Ref("v1", "PersistentVolumeClaim", FILES, tenant.names.namespace))
    if claim is None:
        return None
    present = claim["spec"]["resources"]["requests"]["storage"]
    wanted = storage_of(tenant, work.plan(tenant).spec)
    if quantity(wanted) <= quantity(present):
        return None
    name = claim["spec"].get("storageClassName", work.outside.settings.storage_class)
    storage_class = work.outside.kube.get(Ref("storage.k8s.io/v1", "StorageClass", name))
    if storage_class is not None and storage_class.get("allowVolumeExpansion"):
        return None
    return (
        f"spec.plan: the volume would grow from {present} to {wanted}, which StorageClass {name} does not allow; "
        "choose a plan with the same storage, or clone into a new tenant"
    )


def confirm(work: Work) -> Outcome:
    """Refuses to remove a tenant that nobody deleted, or whose id, and with it all data, is another's.

    Raises UnavailableError when the store of its final backup does not answer.
    """
    tenant = work.declared
    if tenant.metadata.deletion_timestamp is None:
        return Refuse(
            f"tenant {tenant.metadata.name} is not being deleted; "
            f"run: shopfleet tenant delete {tenant.metadata.name}"
        )
    if id_owner(tenant, work.resources.all(Tenant)) is not None:
        return Refuse(
            f"spec.id: {tenant.spec.id} belongs to another tenant, whose data would be removed; nothing was ever "
            f"made for {tenant.metadata.name}, so take its finalizers away"
        )
    if tenant.spec.id is not None and TenantObjectService(work.outside).foreign_namespace(tenant) is not None:
        return Refuse(
            f"spec.id: namespace {tenant.names.namespace} is not this tenant's and would be removed; nothing was "
            f"ever made for {tenant.metadata.name}, so take its finalizers away"
        )
    if tenant.status.applied is not None and not given_up(work, tenant):
        # Asked while the shop still sells: it must not stand still for as long as its backup cannot be kept.
        work.outside.store.head(BACKUP_BUCKET, final_prefix(work, tenant) + SPEC_KEY)
    return Done()

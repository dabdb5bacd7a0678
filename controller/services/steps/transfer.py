"""Steps that move a tenant's database and files through the object store: clone and final backup.

The Jobs run in the tenants' own namespaces and get one signed address each, so that no key of the object store
ever enters a tenant's namespace. The database always goes before the files: a file that is added in between is
then merely unused, never missing.
"""

import json
from datetime import timedelta

from controller.core.estimates import copy_time, in_words
from controller.core.ports import Ref
from controller.errors import UnavailableError
from controller.services.jobs import Failed, JobState, Running, Succeeded, forget_job, forget_jobs_of, run_job
from controller.services.objects import TenantObjectService
from controller.services.outside import BACKUP_BUCKET
from controller.services.steps.database import ensure_role, undo_database
from controller.services.steps.step import Done, Later, Outcome, Refuse, Work
from provisioning.meta import GROUP, Manifest
from provisioning.objects import jobs
from provisioning.procedure import ProcedureKind
from provisioning.tenant import CloneSource, Tenant

# As long as the longest step that uses a signed address.
SIGNED_FOR = timedelta(hours=6)

# Gives a deletion up its backup even after it was begun.
PURGE_ANNOTATION = f"{GROUP}/purge"

_CLONE = "clone/"
DATABASE_KEY, FILES_KEY, SPEC_KEY = "database.dump", "files.tar", "tenant.json"


def copy_database(work: Work) -> Outcome:
    """Dump the source while it goes on selling, and restore it as the clone's own."""
    source, tenant = _source(work), work.tenant
    key = _clone_prefix(work) + DATABASE_KEY
    dumped = _dump_database(work, source, "copy-database-dump", key)
    if isinstance(dumped, Later):
        size = work.postgres(source).database_size(source.names.database)
        if size is None:
            return dumped
        return Later(f"copying {in_words(size, copy_time(size))}: {dumped.reason}", dumped.seconds)
    if not isinstance(dumped, Done):
        return dumped
    place = jobs.tenant_place(tenant, work.procedure.metadata.name)
    step = "copy-database-restore"
    url = work.outside.store.presign_get(BACKUP_BUCKET, key, SIGNED_FOR)
    server = work.database_server(tenant).spec
    job = jobs.database_restore(place, step, tenant.names.database, server, work.outside.settings)
    if work.outside.kube.get(Ref.of(job)) is None:
        _empty_database(work, tenant)
    secret = jobs.transfer_secret(place, step, get_url=url)
    state = run_job(work.outside.kube, job, secret)
    if isinstance(state, Failed):
        # A half-restored database is worth nothing: the next attempt starts with an empty one. The Job goes
        # last, because it is what tells that the database has to go.
        work.postgres(tenant).drop_database(tenant.names.database)
    return _followed(work, state, job, secret)


def _empty_database(work: Work, tenant: Tenant) -> None:
    postgres, names = work.postgres(tenant), tenant.names
    ensure_role(work, tenant)
    if not postgres.database_exists(names.database):
        postgres.create_database(names.database)
    postgres.give_database(names.database, names.role)


def copy_files(work: Work) -> Outcome:
    """Copy the source's attachments into the clone's own volume; never share one."""
    source, tenant = _source(work), work.tenant
    key = _clone_prefix(work) + FILES_KEY
    archived = _archive_files(work, source, "copy-files-archive", key)
    if not isinstance(archived, Done):
        return archived
    place = jobs.tenant_place(tenant, work.procedure.metadata.name)
    step = "copy-files-restore"
    url = work.outside.store.presign_get(BACKUP_BUCKET, key, SIGNED_FOR)
    job = jobs.files_restore(place, step, tenant.names.database, work.outside.settings)
    outcome = _run(work, job, jobs.transfer_secret(place, step, get_url=url))
    if isinstance(outcome, Done):
        _forget_copies(work, _clone_prefix(work))
    return outcome


def undo_copy_database(work: Work) -> None:
    """Undo of copying the source's database: nothing of it stays anywhere."""
    undo_copy(work)
    undo_database(work)


def undo_copy(work: Work) -> None:
    """Stop copying, and remove what was copied to the object store: it is the source's data, as they are."""
    forget_jobs(work)
    _forget_copies(work, _clone_prefix(work))


def forget_jobs(work: Work) -> None:
    """Delete the procedure's Jobs and their addresses, wherever they run."""
    clone = work.declared.spec.clone_of
    tenants = [work.declared]
    if clone is not None and work.procedure.spec.kind is ProcedureKind.CLONE:
        source = work.resources.find(Tenant, clone.tenant, work.procedure.metadata.namespace)
        tenants += [source] if source is not None else []
    for namespace in [tenant.names.namespace for tenant in tenants if tenant.spec.id is not None]:
        forget_jobs_of(work.outside.kube, work.procedure.metadata.name, namespace)


def clean_up(work: Work) -> Outcome:
    """Remove what a clone that never became ready left: it is its source's data, as they are."""
    tenant = work.declared
    if tenant.spec.id is not None:
        _forget_copies(work, f"{tenant.names.backup_prefix}{_CLONE}")
    return Done()


def check_no_copies(work: Work) -> str | None:
    """What was copied is in the clone; it is the source's data, and stays nowhere else."""
    return _left_copies(work, _clone_prefix(work))


def check_cleaned_up(work: Work) -> str | None:
    """What is left of clones that never became ready."""
    tenant = work.declared
    return None if tenant.spec.id is None else _left_copies(work, f"{tenant.names.backup_prefix}{_CLONE}")


def _left_copies(work: Work, prefix: str) -> str | None:
    left = [found.key for found in work.outside.store.list(BACKUP_BUCKET, prefix)]
    return f"still in the object store: {', '.join(left)}" if left else None


def _forget_copies(work: Work, prefix: str) -> None:
    store = work.outside.store
    for found in list(store.list(BACKUP_BUCKET, prefix)):
        store.delete(BACKUP_BUCKET, found.key)


def final_backup(work: Work) -> Outcome:
    """Keep a dump, the files and the spec, unless the deletion was asked to purge."""
    tenant = work.declared
    if work.flag("purge") or tenant.metadata.annotations.get(PURGE_ANNOTATION) == "true":
        return Done("nothing is kept, as asked (--purge)")
    if tenant.spec.id is None or not work.postgres(tenant).database_exists(tenant.names.database):
        return Done("there is no database to keep")
    if _cannot_be_read(work, tenant):
        if tenant.status.applied is None:
            return Done("it was never set up")
        return Refuse(
            f"no final backup can be made: the secrets in namespace {tenant.names.namespace} are gone or going, "
            f"but database {tenant.names.database} is there; restore them, or give its data up with annotation "
            f"{PURGE_ANNOTATION}=true on the tenant; then retry"
        )
    prefix = final_prefix(work, tenant)
    dumped = _dump_database(work, tenant, "final-backup-dump", prefix + DATABASE_KEY)
    if not isinstance(dumped, Done):
        return dumped
    archived = _archive_files(work, tenant, "final-backup-files", prefix + FILES_KEY)
    if not isinstance(archived, Done):
        return archived
    spec = json.dumps(tenant.manifest(), indent=1, sort_keys=True).encode()
    work.outside.store.put(BACKUP_BUCKET, prefix + SPEC_KEY, spec)
    place = f"s3://{BACKUP_BUCKET}/{prefix}"
    return Done(f"kept in {place}", {"backup": place})


def _cannot_be_read(work: Work, tenant: Tenant) -> bool:
    place = work.outside.kube.get(Ref("v1", "Namespace", tenant.names.namespace))
    going = place is None or "deletionTimestamp" in place["metadata"]
    return going or TenantObjectService(work.outside).secrets(tenant) is None


def check_final_backup(work: Work) -> str | None:
    """What is missing of the final backup, None when it is whole."""
    place = work.procedure.status.outputs.get("backup")
    if place is None:
        return None
    prefix = place.removeprefix(f"s3://{BACKUP_BUCKET}/")
    for key in (DATABASE_KEY, FILES_KEY, SPEC_KEY):
        found = work.outside.store.head(BACKUP_BUCKET, prefix + key)
        if found is None or found.size == 0:
            return f"{place}{key} is missing or empty"
    return None


def final_prefix(work: Work, tenant: Tenant) -> str:
    """Key prefix of the final backup; the same however often the step is begun."""
    return f"{tenant.names.backup_prefix}final/{work.procedure.metadata.name}/"


def _clone_prefix(work: Work) -> str:
    return f"{work.tenant.names.backup_prefix}{_CLONE}{work.procedure.metadata.name}/"


def _source(work: Work) -> Tenant:
    clone: CloneSource | None = work.declared.spec.clone_of
    if clone is None:
        raise UnavailableError(f"{work.procedure.metadata.name} is no clone: its tenant has no cloneOf")
    return work.resources.need(Tenant, clone.tenant, work.procedure.metadata.namespace)


def _dump_database(work: Work, source: Tenant, step: str, key: str) -> Outcome:
    place = jobs.tenant_place(source, work.procedure.metadata.name)
    url = work.outside.store.presign_put(BACKUP_BUCKET, key, SIGNED_FOR)
    server = work.database_server(source).spec
    job = jobs.database_dump(place, step, source.names.database, server, work.outside.settings)
    return _run(work, job, jobs.transfer_secret(place, step, put_url=url))


def _archive_files(work: Work, source: Tenant, step: str, key: str) -> Outcome:
    place = jobs.tenant_place(source, work.procedure.metadata.name)
    url = work.outside.store.presign_put(BACKUP_BUCKET, key, SIGNED_FOR)
    job = jobs.files_archive(place, step, source.names.database, work.outside.settings)
    return _run(work, job, jobs.transfer_secret(place, step, put_url=url))


def _run(work: Work, job: Manifest, secret: Manifest) -> Outcome:
    return _followed(work, run_job(work.outside.kube, job, secret), job, secret)


def _followed(work: Work, state: JobState, job: Manifest, secret: Manifest) -> Outcome:
    if isinstance(state, Failed):
        forget_job(work.outside.kube, job, state, secret)
    elif isinstance(state, Succeeded):
        # The address is of no more use to us, and should be of none to anybody else.
        present = work.outside.kube.get(Ref.of(secret))
        if present is not None:
            work.outside.kube.delete(Ref.of(present), present["metadata"]["uid"])
    match state:
        case Running(reason):
            return Later(reason, 1.0)
        case Succeeded(result):
            return Done(", ".join(f"{key} {value}" for key, value in sorted(result.items())))
        case Failed(reason, _):
            raise UnavailableError(reason)

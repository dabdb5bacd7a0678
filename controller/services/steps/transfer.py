"""Steps that move a tenant's database and files through the object store: clone and final backup.

The Jobs run in the tenants' own namespaces and get one signed address each, so that no key of the object store
ever enters a tenant's namespace. The database always goes before the files: a file that is added in between is
then merely unused, never missing.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from controller.core.estimates import copy_time, in_words
from controller.core.ports import Ref
from controller.errors import RefusedError, UnavailableError
from controller.services.jobs import Failed, JobState, Running, Succeeded, forget_job, forget_jobs_of, run_job
from controller.services.objects import TenantObjectService
from controller.services.outside import BACKUP_BUCKET
from controller.services.steps import stores
from controller.services.steps.database import ensure_role, undo_database
from controller.services.steps.step import Done, Later, Outcome, Refuse, Work
from provisioning.meta import GROUP, Manifest
from provisioning.objects import jobs
from provisioning.procedure import ProcedureKind
from provisioning.tenant import CloneSource, Tenant

# As long as the longest step that uses a signed address.
SIGNED_FOR = timedelta(hours=6)

# Gives the backup of a deletion up even after it was begun. Its value is the procedure's name: another deletion of
# a tenant that was kept after all is not meant.
PURGE_ANNOTATION = f"{GROUP}/purge"

Result = Mapping[str, Any]
"""What a Job left as its result: the fields of controller.jobs.result.Moved that it knew."""

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
    place = _place(work, tenant)
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
    outcome = _followed(work, state, job, secret)
    return replace(outcome, outputs=stores.copied(work)) if isinstance(outcome, Done) else outcome


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
    if isinstance(archived, Later):
        return archived
    place = _place(work, tenant)
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
    if given_up(work, tenant):
        return Done("nothing is kept, as asked (--purge)")
    wrong = _nothing_to_keep(work, tenant)
    if wrong is not None:
        # What was never provisioned has nothing of anybody; what was, has a shop's data somewhere.
        return Done(wrong) if tenant.status.applied is None else _unkept(work, wrong)
    prefix = final_prefix(work, tenant)
    dumped = _dump_database(work, tenant, "final-backup-dump", prefix + DATABASE_KEY)
    if not isinstance(dumped, Done):
        return dumped
    archived = _archive_files(work, tenant, "final-backup-files", prefix + FILES_KEY)
    if isinstance(archived, Later):
        return archived
    spec = json.dumps(tenant.manifest(), indent=1, sort_keys=True).encode()
    work.outside.store.put(BACKUP_BUCKET, prefix + SPEC_KEY, spec)
    place = f"s3://{BACKUP_BUCKET}/{prefix}"
    # No reason to refuse: the copy is as good as the original, which no waiting mends. But whoever reads the
    # backup some day has to know that it was so before the deletion.
    damage = damage_of(archived)
    if damage is None:
        return Done(f"kept in {place}", {"backup": place})
    return Done(f"kept in {place}; {damage}", {"backup": place, "damage": damage})


def damage_of(archived: Result) -> str | None:
    """What is wrong with the attachments of an archive, None when nothing is."""
    if "damaged" not in archived or "vanished" not in archived:
        return "whether attachments are damaged is not known, because the Job left no count"
    damaged, vanished = int(archived["damaged"]), int(archived["vanished"])
    said = []
    if damaged:
        said.append(f"{damaged} of {archived['files']} attachments were damaged before and are kept as they are")
    if vanished:
        said.append(f"{vanished} attachments vanished while the others were read")
    return "; ".join(said) or None


def given_up(work: Work, tenant: Tenant) -> bool:
    return work.flag("purge") or tenant.metadata.annotations.get(PURGE_ANNOTATION) == work.procedure.metadata.name


def _nothing_to_keep(work: Work, tenant: Tenant) -> str | None:
    """Why no backup can be made; None when there is a database that can be read."""
    if tenant.spec.id is None:
        return "it never had a database"
    names, server = tenant.names, tenant.spec.database_server
    if not work.postgres(tenant).database_exists(names.database):
        return f"there is no database {names.database} on DatabaseServer {server}"
    place = work.outside.kube.get(Ref("v1", "Namespace", names.namespace))
    going = place is None or "deletionTimestamp" in place["metadata"]
    if going or TenantObjectService(work.outside).secrets(tenant) is None:
        return (
            f"the secrets in namespace {names.namespace} are gone or going, but database {names.database} is there"
        )
    return None


def _unkept(work: Work, wrong: str) -> Refuse:
    return Refuse(
        f"no final backup can be made: {wrong}; mend that, or give the tenant's data up with annotation "
        f"{PURGE_ANNOTATION}={work.procedure.metadata.name} on the tenant; then retry"
    )


def check_final_backup(work: Work) -> str | None:
    """What is missing of the final backup, None when it is whole."""
    place = work.procedure.status.outputs.get("backup")
    if place is None:
        tenant = work.declared
        kept_nothing = tenant.status.applied is not None and not given_up(work, tenant)
        return "nothing was kept" if kept_nothing else None
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
    place = _place(work, source)
    url = work.outside.store.presign_put(BACKUP_BUCKET, key, SIGNED_FOR)
    server = work.database_server(source).spec
    job = jobs.database_dump(place, step, source.names.database, server, work.outside.settings)
    return _run(work, job, jobs.transfer_secret(place, step, put_url=url))


def _archive_files(work: Work, source: Tenant, step: str, key: str) -> Later | Result:
    place = _place(work, source)
    url = work.outside.store.presign_put(BACKUP_BUCKET, key, SIGNED_FOR)
    job = jobs.files_archive(place, step, source.names.database, work.outside.settings)
    secret = jobs.transfer_secret(place, step, put_url=url)
    return _moved(work, run_job(work.outside.kube, job, secret), job, secret)


def _place(work: Work, tenant: Tenant) -> jobs.JobPlace:
    return jobs.tenant_place(tenant, work.procedure.metadata.name, work.procedure.spec.request_id)


def _run(work: Work, job: Manifest, secret: Manifest) -> Outcome:
    return _followed(work, run_job(work.outside.kube, job, secret), job, secret)


def _followed(work: Work, state: JobState, job: Manifest, secret: Manifest) -> Outcome:
    moved = _moved(work, state, job, secret)
    if isinstance(moved, Later):
        return moved
    return Done(", ".join(f"{key} {value}" for key, value in sorted(moved.items())))


def _moved(work: Work, state: JobState, job: Manifest, secret: Manifest) -> Later | Result:
    """What the Job says that it moved, once it is done.

    Raises RefusedError when it would fail again, UnavailableError when it failed otherwise.
    """
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
            return result
        case Failed(reason=reason, refused=refused):
            if refused:
                raise RefusedError(reason)
            raise UnavailableError(reason)

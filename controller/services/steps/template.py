"""Step `template` of a new tenant, and the steps that build a golden template."""

from datetime import timedelta

from provisioning.objects.template_jobs import TemplateJobs

from controller.core.ports import Postgres
from controller.errors import ConflictError, UnavailableError
from controller.services.audit import new_request_id
from controller.services.jobs import Failed, JobState, Running, Succeeded, forget_job, run_job
from controller.services.outside import TEMPLATE_BUCKET
from controller.services.steps.step import Done, Later, Outcome, Refuse, Work
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE, Manifest
from provisioning.names import TemplateNames
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.release import Release, Variant, release_digest
from provisioning.tenant import Tenant

# How long a signed address stays good: as long as the longest step that uses one.
SIGNED_FOR = timedelta(hours=6)
ESTIMATE = "about 3 minutes for the first tenant of a country and its languages, seconds for the next ones"


def names_for(release: Release, variant: Variant) -> TemplateNames:
    return TemplateNames(release_digest(release.spec), variant.digest)


def template_names(work: Work, tenant: Tenant) -> TemplateNames:
    return names_for(work.release(tenant), tenant.spec.variant)


def ensure_template(work: Work) -> Outcome:
    """Done when the tenant's template exists; starts its build, once for all who wait, when it does not."""
    tenant = work.tenant
    names = template_names(work, tenant)
    if work.postgres(tenant).database_exists(names.database):
        return Done(f"{names.database} is there")
    name = f"{names.procedure}-{tenant.spec.database_server}"
    build = work.resources.find(Procedure, name, SYSTEM_NAMESPACE)
    if build is None:
        _start_build(work, tenant, name)
        return Later(f"building the template for {_describe(tenant.spec.variant)}: {ESTIMATE}")
    if build.status.phase is ProcedurePhase.SUCCEEDED:
        # The template was dropped since. The finished procedure is in the way of a new one of that name.
        work.outside.kube.delete(_ref(name))
        return Later("the template is gone and will be built again")
    if build.status.phase.final:
        return Refuse(
            f"the template cannot be built: {build.status.message}; mend the cause, then run: "
            f"shopfleet procedure retry {name}, and retry this one"
        )
    return Later(f"building the template: {build.status.progress} {build.status.message}".strip())


def _start_build(work: Work, tenant: Tenant, name: str) -> None:
    manifest: Manifest = {
        "apiVersion": API_VERSION,
        "kind": Procedure.KIND,
        "metadata": {"name": name, "namespace": SYSTEM_NAMESPACE},
        "spec": {
            "kind": ProcedureKind.BUILD_TEMPLATE.value,
            "tenant": template_names(work, tenant).procedure,
            "parameters": {
                "release": tenant.spec.release,
                "databaseServer": tenant.spec.database_server,
                "variant": tenant.spec.variant.model_dump_json(by_alias=True),
            },
            "requestedBy": work.procedure.spec.requested_by,
            "reason": f"first tenant of its variant: {tenant.metadata.name}",
            "requestId": new_request_id(),
        },
    }
    try:
        work.outside.kube.create(manifest)
    except ConflictError:
        pass  # Another tenant of the same variant was first; both wait for the same build.


def restore_template(work: Work) -> Outcome:
    """Fill the template from a kept dump, which is much faster than building it."""
    build = _Build(work)
    if work.outside.store.head(TEMPLATE_BUCKET, build.names.dump_key) is None:
        return Done("no dump is kept")
    if build.present():
        return Done("complete already", {"restored": "true"})
    build.ensure_database()
    url = work.outside.store.presign_get(TEMPLATE_BUCKET, build.names.dump_key, SIGNED_FOR)
    job, secret = build.jobs().restore(url)
    return _follow(work, run_job(work.outside.kube, job, secret), build, (job, secret), {"restored": "true"})


def build_template(work: Work) -> Outcome:
    """Install everything into an empty database, unless a dump was restored."""
    build = _Build(work)
    if work.procedure.status.outputs.get("restored") == "true" or build.present():
        return Done("restored from its dump")
    build.ensure_database()
    job, secret = build.jobs().build(build.release.spec, build.variant)
    return _follow(work, run_job(work.outside.kube, job, secret), build, (job, secret), {})


def seal_template(work: Work) -> Outcome:
    """Rename what is complete now, and close it, so that it can be copied at any time."""
    build = _Build(work)
    names, postgres = build.names, build.postgres
    if not build.present():
        postgres.end_sessions(names.building)
        postgres.set_template(names.building, template=True)
        postgres.rename_database(names.building, names.database)
    # From here on nobody may log in as the owner of the template's objects.
    postgres.ensure_role(names.owner, None)
    return Done(f"{names.database} can be copied")


def keep_dump(work: Work) -> Outcome:
    """Keep a dump of the template in the object store. Without it the next server builds it anew."""
    build = _Build(work)
    store, key = work.outside.store, build.names.dump_key
    if store.head(TEMPLATE_BUCKET, key) is not None:
        return Done("kept already")
    return Done("a dump is kept when the template is first built; this one was restored")


class _Build:
    """The parts of one template's build, from the procedure's parameters."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.release = work.resources.need(Release, work.parameter("release"))
        self.server = work.resources.need(DatabaseServer, work.parameter("databaseServer"))
        self.variant = Variant.model_validate_json(work.parameter("variant"))
        self.names = names_for(self.release, self.variant)
        self.postgres: Postgres = work.outside.connect_server(self.server)

    def present(self) -> bool:
        return self.postgres.database_exists(self.names.database)

    def jobs(self) -> TemplateJobs:
        return TemplateJobs(
            self._work.procedure.metadata.name, self.names, self.server.spec, self._work.outside.settings
        )

    def ensure_database(self) -> None:
        """An empty database and a role that may fill it; both are left alone when they are there."""
        raise NotImplementedError


def _follow(
    work: Work, state: JobState, build: _Build, started: tuple[Manifest, Manifest], outputs: dict[str, str]
) -> Outcome:
    match state:
        case Running(reason):
            return Later(reason)
        case Succeeded():
            return Done("", outputs)
        case Failed(reason):
            # Half a template is worth nothing: the next attempt starts with an empty database.
            forget_job(work.outside.kube, *started)
            build.postgres.drop_database(build.names.building)
            raise UnavailableError(reason)


def _describe(variant: Variant) -> str:
    return f"{variant.country} with {', '.join(variant.languages)}"

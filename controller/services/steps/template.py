"""Step `template` of a new tenant, and the steps that build a golden template."""

from collections.abc import Collection
from datetime import timedelta

from controller.core.estimates import template_time
from controller.core.ports import Postgres, Ref
from controller.errors import ConflictError, UnavailableError
from controller.services.audit import new_request_id
from controller.services.jobs import Failed, JobState, Running, Succeeded, forget_job, forget_jobs_of, run_job
from controller.services.objects import server_ca
from controller.services.outside import TEMPLATE_BUCKET
from controller.services.resources import ref
from controller.services.steps.step import Done, Later, Outcome, Refuse, Work
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE, Manifest
from provisioning.names import TemplateNames
from provisioning.objects import jobs, templates
from provisioning.objects.configuration import DatabaseAccess
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.release import Release, Variant, template_digest
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import decode_password, new_password, with_password

BUNDLES = "bundles"
"""Parameter of a build: names of its bundles with commas between. Absent where no release had any yet."""

# How long a signed address stays good: as long as the longest step that uses one.
SIGNED_FOR = timedelta(hours=6)


def names_for(release: Release, variant: Variant, bundles: Collection[str] | None = None) -> TemplateNames:
    """Names of the golden template of one release and variant, for tenants with these bundles."""
    return TemplateNames(template_digest(release.spec, bundles), variant.digest)


def template_names(work: Work, tenant: Tenant) -> TemplateNames:
    """Names of the golden template that this tenant starts from."""
    return names_for(work.release(tenant), tenant.spec.variant, tenant.spec.bundles)


def ensure_template(work: Work) -> Outcome:
    """Done when the tenant's template exists; starts its build, once for all who wait, when it does not."""
    tenant = work.tenant
    names = template_names(work, tenant)
    if work.postgres(tenant).database_exists(names.database):
        return Done(f"{names.database} is there")
    name = names.build_on(tenant.spec.database_server)
    build = work.resources.find(Procedure, name, SYSTEM_NAMESPACE)
    if build is None:
        _start_build(work, tenant, name)
        key = names.dump_key(work.database_server(tenant).spec.tools_image)
        kept = work.outside.store.head(TEMPLATE_BUCKET, key) is not None
        doing = "restoring" if kept else "building"
        said = f"{doing} the template for {tenant.spec.variant.in_words}: {template_time(dump_kept=kept)}"
        return Later(f"{said}, once for all tenants of its kind", 1.0)
    if build.status.phase is ProcedurePhase.SUCCEEDED:
        # The template was dropped since. The finished procedure is in the way of a new one of that name.
        work.outside.kube.delete(ref(Procedure, name, SYSTEM_NAMESPACE), build.metadata.uid)
        return Later("the template is gone and will be built again", 1.0)
    if build.status.phase.final:
        return Refuse(
            f"the template cannot be built: {build.status.message}; mend the cause, then run: "
            f"shopfleet procedure retry {name}, and retry this one"
        )
    return Later(f"building the template: {build.status.progress} {build.status.message}".strip(), 1.0)


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
                BUNDLES: ",".join(work.release(tenant).spec.chosen(tenant.spec.bundles)),
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
    build = TemplateBuild(work)
    if build.present():
        return Done("complete already", {"filled": "true"})
    if work.outside.store.head(TEMPLATE_BUCKET, build.dump_key) is None:
        return Done("no dump is kept")
    url = work.outside.store.presign_get(TEMPLATE_BUCKET, build.dump_key, SIGNED_FOR)
    step = "restore"
    job = jobs.database_restore(build.place, step, build.names.building, build.server.spec, work.outside.settings)
    secret = jobs.transfer_secret(build.place, step, get_url=url)
    return build.follow(job, secret, {"filled": "true"})


def build_template(work: Work) -> Outcome:
    """Install everything into an empty database, unless a dump was restored."""
    build = TemplateBuild(work)
    if work.procedure.status.outputs.get("filled") == "true" or build.present():
        return Done("filled already")
    modules = build.release.spec.modules_with(build.bundles)
    job = templates.build_job(build.place, "build", build.names, build.variant, build.release.spec, modules)
    return build.follow(job, None, {"built": "true"})


def check_filled(work: Work) -> str | None:
    """Whether the database that was filled is still there."""
    build = TemplateBuild(work)
    if not {"filled", "built"} & set(work.procedure.status.outputs) or build.present():
        return None
    there = build.postgres.database_exists(build.names.building)
    return None if there else f"database {build.names.building} is gone"


def keep_dump(work: Work) -> Outcome:
    """Keep a dump of a newly built template for other servers and fresh starts."""
    build = TemplateBuild(work)
    key = build.dump_key
    if build.present() or work.outside.store.head(TEMPLATE_BUCKET, key) is not None:
        return Done("kept already")
    step = "dump"
    url = work.outside.store.presign_put(TEMPLATE_BUCKET, key, SIGNED_FOR)
    job = jobs.database_dump(build.place, step, build.names.building, build.server.spec, work.outside.settings)
    return build.follow(job, jobs.transfer_secret(build.place, step, put_url=url), {}, spoils=False)


def check_dump(work: Work) -> str | None:
    """Whether a dump is kept; a template that was complete already needs none to be used."""
    build = TemplateBuild(work)
    found = work.outside.store.head(TEMPLATE_BUCKET, build.dump_key)
    if (found is not None and found.size > 0) or build.present():
        return None
    return f"{build.dump_key} is missing or empty"


def seal_template(work: Work) -> Outcome:
    """Rename what is complete now, and close it, so that it can be copied at any time."""
    build = TemplateBuild(work)
    names, postgres = build.names, build.postgres
    if not build.present():
        postgres.end_sessions(names.building)
        postgres.set_template(names.building, template=True)
        postgres.rename_database(names.building, names.database)
    # From here on nobody may log in as the owner of the template's objects.
    postgres.ensure_role(names.owner, None)
    build.forget()
    return Done(f"{names.database} can be copied")


def check_sealed(work: Work) -> str | None:
    build = TemplateBuild(work)
    return None if build.present() else f"database {build.names.database} is not there"


def undo_template(work: Work) -> None:
    """Undo of a build that was cancelled: half a template is worth nothing."""
    build = TemplateBuild(work)
    build.postgres.drop_database(build.names.building)
    if not build.present():
        build.postgres.drop_role(build.names.owner)
    build.forget()


class TemplateBuild:
    """The parts of one template's build, from its procedure's parameters."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.release = work.resources.need(Release, work.parameter("release"))
        self.server = work.resources.need(DatabaseServer, work.parameter("databaseServer"))
        self.variant = Variant.model_validate_json(work.parameter("variant"))
        said = work.procedure.spec.parameters.get(BUNDLES, "")
        self.bundles = tuple(name for name in said.split(",") if name)
        self.names = names_for(self.release, self.variant, self.bundles)
        self.place = templates.template_place(work.procedure.metadata.name, work.procedure.spec.request_id)
        self.postgres: Postgres = work.outside.connect_server(self.server)
        self.conf_ref = Ref("v1", "Secret", self.place.conf, self.place.namespace)

    @property
    def dump_key(self) -> str:
        """Where the dump is kept: programs of one version may not read what those of another wrote."""
        return self.names.dump_key(self.server.spec.tools_image)

    def present(self) -> bool:
        """Whether the template is complete and sealed."""
        return self.postgres.database_exists(self.names.database)

    def prepare(self) -> None:
        """An empty database, a role that may fill it, and the files by which a Job reaches it."""
        kube = self._work.outside.kube
        found = kube.get(self.conf_ref)
        password = new_password() if found is None else decode_password(found)
        self.postgres.ensure_role(self.names.owner, password)
        try:
            self.postgres.create_database(self.names.building)
        except ConflictError:
            pass  # Being filled, or left empty by an interruption.
        self.postgres.admit(self.names.building, self.names.owner)
        access = DatabaseAccess(
            server=self.server.spec,
            database=self.names.building,
            role=self.names.owner,
            password=password,
            server_ca=server_ca(kube, self.server),
        )
        kube.apply(templates.database_policy(self.server.spec))
        conf = templates.conf_secret(self.place, self.release.spec, access, password)
        kube.apply(with_password(conf, password))

    def forget(self) -> None:
        """Delete the build's Jobs and Secrets.

        A finished Job that stayed would be taken for the work of the next build of this template, which has the
        same name.
        """
        forget_jobs_of(self._work.outside.kube, self._work.procedure.metadata.name, self.place.namespace)

    def follow(
        self, job: Manifest, secret: Manifest | None, outputs: dict[str, str], *, spoils: bool = True
    ) -> Outcome:
        """Run the Job to its end. `spoils` says that a failed one leaves half a template behind."""
        kube = self._work.outside.kube
        if spoils and kube.get(Ref.of(job)) is None:
            self.prepare()
        return self._outcome(run_job(kube, job, secret), job, secret, outputs, spoils)

    def _outcome(
        self, state: JobState, job: Manifest, secret: Manifest | None, outputs: dict[str, str], spoils: bool
    ) -> Outcome:
        match state:
            case Running(reason):
                return Later(reason, 1.0)
            case Succeeded():
                return Done("", outputs)
            case Failed(reason=reason, refused=refused):
                if spoils:
                    # The next attempt starts with an empty database. The Job goes last: it is what tells.
                    self.postgres.drop_database(self.names.building)
                forget_job(self._work.outside.kube, job, state, secret)
                if refused:
                    return Refuse(reason)
                raise UnavailableError(reason)

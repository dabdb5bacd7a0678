"""Step `install-modules`: a living tenant gets the modules of further bundles.

A Job does it while the shop serves. Odoo installs one module after the other, each in a transaction of its own; so
a step that is begun again finds out from the database what is left to do.
"""

from collections.abc import Mapping
from typing import Any

from controller.core.catalogue import INSTALL_MODULES
from controller.core.modules import INSTALLED, MODULES_QUERY, read
from controller.core.ports import Ref
from controller.errors import UnavailableError
from controller.services.jobs import Failed, JobState, Running, Succeeded, forget_job, forget_jobs_of, run_job
from controller.services.steps.objects import serve
from controller.services.steps.step import Done, Later, Outcome, Refuse, Work
from provisioning.meta import Manifest
from provisioning.objects import jobs, modules


def install(work: Work) -> Outcome:
    """Of the bundles that the procedure is to bring, what is not installed yet."""
    tenant, wanted = work.tenant, _wanted(work)
    missing = [name for name in wanted if name not in _installed(work)]
    place = jobs.tenant_place(tenant, work.procedure.metadata.name, work.procedure.spec.request_id)
    job = modules.install_job(place, INSTALL_MODULES.name, tenant, work.release(tenant).spec, wanted)
    begun = work.outside.kube.get(Ref.of(job))
    if begun is None and not missing:
        return Done("all modules are installed already")
    if begun is not None and _modules_of(begun) != wanted:
        # The spec was edited meanwhile.
        forget_jobs_of(work.outside.kube, place.procedure, place.namespace)
        return Later("other bundles are wanted by now", 1.0)
    return _followed(work, run_job(work.outside.kube, job), job)


def check(work: Work) -> str | None:
    """What is not installed of what was to be."""
    missing = sorted(set(_wanted(work)) - _installed(work))
    return f"not installed: {', '.join(missing)}" if missing else None


def _wanted(work: Work) -> tuple[str, ...]:
    """Of the bundles that are new: what a shop has uninstalled of the others is its own business."""
    tenant = work.tenant
    release = work.release(tenant).spec
    new = set(release.chosen(tenant.spec.bundles)) - set(release.chosen(_applied(work)))
    return tuple(dict.fromkeys(name for bundle in sorted(new) for name in release.bundles[bundle]))


def _modules_of(job: Manifest) -> tuple[str, ...]:
    said: str = job["metadata"].get("annotations", {}).get(modules.ANNOTATION_MODULES, "")
    return tuple(name for name in said.split(",") if name)


def _applied(work: Work) -> tuple[str, ...] | None:
    applied = work.declared.status.applied
    return applied.bundles if applied else ()


def _installed(work: Work) -> set[str]:
    tenant = work.tenant
    found = read(work.postgres(tenant).query(tenant.names.database, MODULES_QUERY))
    return {module.name for module in found if module.state == INSTALLED}


def _followed(work: Work, state: JobState, job: Manifest) -> Outcome:
    match state:
        case Running(reason):
            return Later(f"installing: {reason}", 1.0)
        case Succeeded(result):
            page = serve(work)
            return Done(_told(result)) if isinstance(page, Done) else page
        case Failed(reason=reason, refused=refused):
            forget_job(work.outside.kube, job, state)
            if refused:
                return Refuse(reason)
            raise UnavailableError(reason)


def _told(result: Mapping[str, Any]) -> str:
    """Such as `17 modules installed`: with what they need, and the bridges to what was there."""
    return f"{result['installed']} modules installed" if "installed" in result else ""

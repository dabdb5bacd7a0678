"""What a new tenant's plan says of its golden template: whether somebody has to wait for it, and how long."""

from controller.core.estimates import template_times
from controller.core.ports import Kube
from controller.core.problem import Catalogue
from controller.errors import ShopfleetError, Unknown
from controller.services.resources import Resources
from provisioning.meta import SYSTEM_NAMESPACE
from provisioning.names import TemplateNames
from provisioning.procedure import Procedure, ProcedurePhase
from provisioning.release import Release, template_digest
from provisioning.tenant import Tenant


def template_outlook(kube: Kube, tenant: Tenant, catalogue: Catalogue | Unknown) -> str | None:
    """A remark on the step `template`; None when there is nothing to wait for, or nothing to tell by.

    People reach neither database servers nor the object store, so it goes by the record of the template's build.
    """
    resources, release = Resources(kube), tenant.spec.release
    try:
        found = (
            resources.find(Release, release) if isinstance(catalogue, Unknown) else catalogue.releases.get(release)
        )
        if found is None:
            return None
        names = TemplateNames(template_digest(found.spec, tenant.spec.bundles), tenant.spec.variant.digest)
        name = names.build_on(tenant.spec.database_server)
        build = resources.find(Procedure, name, SYSTEM_NAMESPACE)
    except ShopfleetError:
        # A partner's own people may not look there.
        return (
            f"the first tenant of its country, languages and currency waits for the template: {template_times()}"
        )
    return _remark(name, build, tenant)


def _remark(name: str, build: Procedure | None, tenant: Tenant) -> str | None:
    if build is None:
        what, server = tenant.spec.variant.in_words, tenant.spec.database_server
        return f"{what} has no template on {server} yet, so that comes first: {template_times()}"
    match build.status.phase:
        case ProcedurePhase.SUCCEEDED:
            return None
        case ProcedurePhase.FAILED | ProcedurePhase.CANCELLED:
            return f"the template could not be built: {build.status.message}; see: shopfleet procedure show {name}"
    return f"the template is being built, which takes {template_times()}; see: shopfleet procedure show {name}"

"""Steps that make, apply, wait for and remove a tenant's Kubernetes objects."""

from controller.core.catalogue import ROLL_OUT, SECRETS, SETTLE
from controller.core.drift import differences
from controller.core.lifecycle import effective
from controller.core.ports import Ref
from controller.errors import UnavailableError
from controller.services.objects import TenantObjectService
from controller.services.passwords import forget_password
from controller.services.steps.step import Done, Later, Outcome, Refuse, Work
from controller.services.trouble import PodTrouble, pod_trouble, replica_failure
from provisioning.meta import LABEL_COMPONENT, Manifest
from provisioning.names import CRON, WEB
from provisioning.objects.web import PREFORK_CONTAINER
from provisioning.tenant import Tenant

# A page that every tenant has, whatever is installed, and that needs the database.
FIRST_PAGE = "/web/login"

# Seconds between two looks at what changes within seconds, in one procedure at a time: a person waits for it.
PODS_POLL = 0.25
GATEWAY_POLL = 0.1


def make_secrets(work: Work) -> Outcome:
    """The namespace, its policies and volume, and the passwords of its pods, each made only once."""
    service, tenant = TenantObjectService(work.outside), work.tenant
    foreign = service.foreign_namespace(tenant)
    if foreign is not None:
        return Refuse(foreign)
    if _is_going(work, tenant):
        # Of an attempt that was undone; nothing can be made in it any more.
        return Later(f"namespace {tenant.names.namespace} of an earlier attempt is still being removed")
    service.ensure_secrets(tenant)
    service.apply(service.build(tenant).foundation())
    return Done()


def check_secrets(work: Work) -> str | None:
    """Every later step needs them, and they are the only copy."""
    present = TenantObjectService(work.outside).secrets(work.tenant)
    return None if present is not None else f"the secrets in namespace {work.tenant.names.namespace} are gone"


def _is_going(work: Work, tenant: Tenant) -> bool:
    found = work.outside.kube.get(Ref("v1", "Namespace", tenant.names.namespace))
    return found is not None and "deletionTimestamp" in found["metadata"]


def apply_workloads(work: Work) -> Outcome:
    """Everything that follows from the spec but the scheduled jobs; what does not follow from it any more goes.

    A new tenant waits for its pods, so what step `secrets` has just applied is not applied again before them.
    """
    service, tenant = TenantObjectService(work.outside), work.tenant
    wanted = service.build(tenant)
    chosen = wanted.serving() if work.follows(SECRETS) else wanted.all()
    service.apply(each for each in chosen if each is not wanted.cron)
    service.prune(tenant, wanted)
    return Done()


def check_web(work: Work) -> str | None:
    """Whether pods of the shop are asked for; that they serve is the next step's to say."""
    return None if _wanted_pods(work, WEB) else "no web pods are asked for"


def check_cron(work: Work) -> str | None:
    return None if _wanted_pods(work, CRON) else "no pod for the scheduled jobs is asked for"


def _wanted_pods(work: Work, name: str) -> int:
    """Of a Deployment; 0 when it is absent."""
    found = work.outside.kube.get(Ref("apps/v1", "Deployment", name, work.tenant.names.namespace))
    return 0 if found is None else int(found["spec"].get("replicas", 1))


def start_cron(work: Work) -> Outcome:
    """The shop serves, so its scheduled jobs may have their share of the machine."""
    service = TenantObjectService(work.outside)
    service.apply([service.build(work.tenant).cron])
    return Done()


def apply_beside(work: Work) -> Outcome:
    """Everything that follows from the spec; what it replaces goes on serving until the new is complete."""
    service = TenantObjectService(work.outside)
    service.apply(service.build(work.tenant).all())
    return Done()


def check_rolled_out(work: Work) -> str | None:
    """How the pods that are asked for differ from those of the spec."""
    wanted = TenantObjectService(work.outside).build(work.tenant)
    for declared in (wanted.web, wanted.cron):
        running = work.outside.kube.get(Ref.of(declared))
        if running is None:
            return f"{Ref.of(declared)} is gone"
        different = differences(declared, running)
        if different:
            return f"{Ref.of(declared)}: {different[0]}"
    return None


def reapply_applied(work: Work) -> None:
    """Undo of starting and of stopping: apply the objects of before; a new tenant has none to go back to."""
    before = effective(work.declared)
    if before.status.applied is None:
        return
    service = TenantObjectService(work.outside)
    wanted = service.build(before)
    service.apply(wanted.all())
    service.prune(before, wanted)


def settle(work: Work) -> Outcome:
    """Wait until every pod is of the new kind."""
    namespace = work.tenant.names.namespace
    for name in (WEB, CRON):
        deployment = work.outside.kube.get(Ref("apps/v1", "Deployment", name, namespace))
        if deployment is None:
            return Later(f"Deployment {name} does not exist yet", 1.0)
        missing = _missing(deployment)
        if missing:
            return _pods_outcome(work, deployment, f"{name}: {missing}")
    return Done()


def settle_back(work: Work) -> Later | None:
    """Later while pods of the plan that is taken back may still run, unless the tenant is going altogether.

    Not for ever: pods of before that do not start must not keep a cancelled procedure, and the tenant's lock.
    """
    since = work.undone_at(ROLL_OUT)
    ends = since and since + SETTLE.deadline
    if ends is None or work.declared.metadata.deletion_timestamp or work.outside.clock.now() > ends:
        return None
    outcome = settle(work)
    return Later(outcome.reason) if isinstance(outcome, Later | Refuse) else None


def _missing(deployment: Manifest) -> str | None:
    status, wanted = deployment.get("status", {}), int(deployment["spec"].get("replicas", 1))
    if status.get("observedGeneration", 0) < deployment["metadata"]["generation"]:
        return "the change is not seen yet"
    updated, available = int(status.get("updatedReplicas", 0)), int(status.get("availableReplicas", 0))
    if updated < wanted or available < wanted or int(status.get("replicas", 0)) > wanted:
        return f"{min(updated, available)} of {wanted} pods are new and ready"
    return None


def serve(work: Work) -> Outcome:
    """Done with a real page through the gateway: until then a tenant is not ready, whatever its pods say."""
    tenant = work.tenant
    namespace = tenant.names.namespace
    deployment = work.outside.kube.get(Ref("apps/v1", "Deployment", WEB, namespace))
    if deployment is None:
        return Later("the web Deployment does not exist yet", 1.0)
    if int(deployment.get("status", {}).get("readyReplicas", 0)) == 0:
        return _pods_outcome(work, deployment, "no web pod is ready yet")
    hostname = tenant.spec.hostnames[0]
    try:
        code = work.outside.web.status(hostname, FIRST_PAGE)
    except UnavailableError as error:
        return Later(f"https://{hostname}{FIRST_PAGE}: {error.message}", GATEWAY_POLL)
    if code != 200:
        return Later(f"https://{hostname}{FIRST_PAGE} answers {code}", GATEWAY_POLL)
    return Done(f"https://{hostname}{FIRST_PAGE} answers 200")


def _pods_outcome(work: Work, deployment: Manifest, reason: str) -> Outcome:
    """Later, with what keeps the Deployment's pods; Refuse when they can never start."""
    component, namespace = deployment["metadata"]["name"], deployment["metadata"]["namespace"]
    for pod in work.outside.kube.list("v1", "Pod", namespace, {LABEL_COMPONENT: component}):
        trouble = pod_trouble(work.outside.kube, pod)
        if trouble is not None and trouble.hopeless:
            return Refuse(f"{component}: {trouble.reason}; check the release's image")
        if trouble is not None:
            return Later(f"{reason}: {trouble.reason}{_remedy(work, trouble)}", 1.0)
    refused = replica_failure(deployment)
    return Later(f"{reason}: {refused}", 1.0) if refused else Later(reason, PODS_POLL)


def _remedy(work: Work, trouble: PodTrouble) -> str:
    """Where a memory limit comes from that was too low; nothing for other troubles."""
    if trouble.outgrown is None:
        return ""
    if trouble.outgrown != PREFORK_CONTAINER:
        return "; that limit is the same in every plan"
    return f"; spec.memory of Plan {work.tenant.spec.plan} is too little for it: ask for a plan with more"


def quiesce(work: Work) -> Outcome:
    """Stop web and cron and wait until their pods are gone; the data stay.

    Only what is there is stopped, and nothing is built: a tenant can be deleted whose plan is gone already.
    """
    tenant, kube = work.tenant, work.outside.kube
    if tenant.spec.id is None:
        return Done("nothing runs")
    namespace = tenant.names.namespace
    for name in (WEB, CRON):
        where = Ref("apps/v1", "Deployment", name, namespace)
        found = kube.get(where)
        if found is not None and found["spec"].get("replicas") != 0:
            kube.patch(where, {"spec": {"replicas": 0}})
    for component in (WEB, CRON):
        left = kube.list("v1", "Pod", namespace, {LABEL_COMPONENT: component})
        if left:
            return Later(f"{len(left)} {component} pods are stopping", 1.0)
    return Done()


def check_quiet(work: Work) -> str | None:
    """Whether somebody started again what was stopped."""
    if work.tenant.spec.id is None:
        return None
    running = [name for name in (WEB, CRON) if _wanted_pods(work, name)]
    return f"somebody started {' and '.join(running)} again" if running else None


def remove_namespace(work: Work) -> Outcome:
    """Delete the tenant's namespace with everything in it, and wait until it is gone.

    One Secret of a tenant lies elsewhere: a first password that nobody has asked for.
    """
    tenant = work.declared
    if tenant.spec.id is None:
        return Done("it never had one")
    forget_password(work.outside.kube, tenant)
    where = Ref("v1", "Namespace", tenant.names.namespace)
    found = work.outside.kube.get(where)
    if found is None:
        return Done()
    if "deletionTimestamp" not in found["metadata"]:
        work.outside.kube.delete(where, found["metadata"]["uid"])
    return Later(f"{where} is being removed", 1.0)


def check_no_namespace(work: Work) -> str | None:
    if work.declared.spec.id is None:
        return None
    where = Ref("v1", "Namespace", work.declared.names.namespace)
    return None if work.outside.kube.get(where) is None else f"{where} is still there"


def undo_namespace(work: Work) -> None:
    """Undo of making a new tenant's namespace. Deleting continues by itself in the cluster."""
    tenant = work.declared
    if tenant.status.applied is None and tenant.spec.id is not None:
        if TenantObjectService(work.outside).foreign_namespace(tenant) is not None:
            return  # It was refused for that very reason.
        where = Ref("v1", "Namespace", tenant.names.namespace)
        found = work.outside.kube.get(where)
        if found is not None:
            # This one: a retry makes another of the same name.
            work.outside.kube.delete(where, found["metadata"]["uid"])

"""What a tenant consists of on the real cluster, without what differs from tenant to tenant."""

import re
from collections.abc import Iterator

from controller.adapters.postgres_roles import GUEST_PREFIX
from controller.services.resources import parse
from provisioning.meta import ANNOTATION_OPERATOR_GENERATION, API_VERSION, Manifest
from provisioning.objects.route import HTTP_ROUTE, ROUTE_FILTER, TRAFFIC_POLICY
from provisioning.procedure import Procedure
from tests.e2e.conftest import NAMESPACE, DatabaseLogin, Fleet, Shop

KINDS = (
    ("v1", "ConfigMap"), ("v1", "LimitRange"), ("v1", "PersistentVolumeClaim"), ("v1", "ResourceQuota"),
    ("v1", "Secret"), ("v1", "Service"), ("v1", "ServiceAccount"), ("apps/v1", "Deployment"), ("batch/v1", "Job"),
    ("networking.k8s.io/v1", "NetworkPolicy"), ("policy/v1", "PodDisruptionBudget"),
    HTTP_ROUTE, ROUTE_FILTER, TRAFFIC_POLICY,
)  # fmt: skip
"""All that we make in a tenant's namespace; not what controllers make of it."""

# A route's name ends in a digest of its content, hostnames included.
_DIGEST = re.compile(r"-[0-9a-f]{8}\b")

OWN_TABLES = """
    SELECT relname || CASE WHEN pg_get_userbyid(relowner) = current_user THEN '' ELSE ' of another' END
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


def objects(fleet: Fleet, shop: Shop) -> set[str]:
    """Kinds and names of everything in the tenant's namespace."""
    return {f"{each['kind']} {_DIGEST.sub('', each['metadata']['name'])}" for each in _manifests(fleet, shop)}


def writers(fleet: Fleet, shop: Shop) -> set[int]:
    """Generations of the operators that wrote last to each of the tenant's objects."""
    annotations = (each["metadata"].get("annotations", {}) for each in _manifests(fleet, shop))
    return {
        int(each[ANNOTATION_OPERATOR_GENERATION]) for each in annotations if ANNOTATION_OPERATOR_GENERATION in each
    }


def procedures(fleet: Fleet, tenant: str) -> list[Procedure]:
    """All that were begun for this tenant, the oldest first; an earlier one of the same name does not count."""
    mine = f"-{fleet.tenant(tenant)['metadata']['uid'][:5]}-"
    found = [parse(Procedure, each) for each in fleet.kube.list(API_VERSION, Procedure.KIND, NAMESPACE)]
    chosen = (each for each in found if each.spec.tenant == tenant and mine in each.metadata.name)
    return sorted(chosen, key=lambda each: str(each.metadata.creation_timestamp))


def databases_and_roles(login: DatabaseLogin, shop: Shop) -> set[str]:
    """Every database and role of the server, as any tenant can see their names.

    A guest's login that its creator could not drop is dropped by a later one, after its time.
    """
    databases = login.query(shop, "SELECT 'database ' || datname FROM pg_database")
    roles = login.query(shop, "SELECT 'role ' || rolname FROM pg_roles")
    return databases | {role for role in roles if not role.startswith(f"role {GUEST_PREFIX}")}


def _manifests(fleet: Fleet, shop: Shop) -> Iterator[Manifest]:
    for api_version, kind in KINDS:
        for found in fleet.kube.list(api_version, kind, shop.namespace):
            if not _goes_by_itself(found):
                yield {"kind": kind, **found}


def _goes_by_itself(found: Manifest) -> bool:
    """Whether it is a Job that has succeeded and is kept for whoever asks what it did; one that failed should be
    gone."""
    keeps = "ttlSecondsAfterFinished" in found.get("spec", {})
    return keeps and bool(found.get("status", {}).get("succeeded"))

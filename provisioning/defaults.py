"""What the installer puts into a fresh cluster, so that the first tenant can be created at once.

Everything here is an ordinary resource afterwards and may be replaced by the owner, or changed as far as its
schema lets it: a plan's sizes and a server's address are final.
"""

from collections.abc import Mapping
from typing import Any

from provisioning.databaseserver import DatabaseServer, DatabaseServerSpec, DatabaseServerStatus, SecretRef
from provisioning.meta import ANNOTATION_DEFAULT_RELEASE, SYSTEM_NAMESPACE, Metadata
from provisioning.partner import DEFAULT_PARTNER, Partner, PartnerSpec, PartnerStatus
from provisioning.plan import BackupClass, Plan, PlanSpec, PlanStatus, Replicas
from provisioning.release import Release, ReleaseSpec, ReleaseStatus

# The gateway's wildcard certificate covers it; browsers and curl resolve it to loopback without any DNS.
DOMAIN = "shops.localhost"


def partner(domain: str = DOMAIN) -> Partner:
    """The partner that exists from the first day, for tenants of the house."""
    spec = PartnerSpec(display_name="Shopfleet", domains=(domain,))
    return Partner(metadata=Metadata(name=DEFAULT_PARTNER), spec=spec, status=PartnerStatus())


def database_server() -> DatabaseServer:
    """The platform's own PostgreSQL."""
    spec = DatabaseServerSpec(
        host=f"postgres.{SYSTEM_NAMESPACE}.svc.cluster.local", admin_secret=SecretRef(name="postgres-admin")
    )
    return DatabaseServer(metadata=Metadata(name="default"), spec=spec, status=DatabaseServerStatus())


def plans() -> tuple[Plan, ...]:
    """Three sizes. A worker answers about ten pages a second, or serves six people in the backend.

    Connections are what all processes can open at most (see plan.connections_needed), and a few for dumps.
    """
    return (
        _plan(
            "small",
            PlanSpec(
                workers=2,
                replicas=Replicas(min=1, max=2),
                cpu_request="50m",
                cpu_limit="2",
                memory="1536Mi",
                storage="5Gi",
                connections=44,
                backup_class=BackupClass.BASIC,
            ),
        ),
        _plan(
            "medium",
            PlanSpec(
                workers=4,
                replicas=Replicas(min=2, max=4),
                cpu_request="200m",
                cpu_limit="4",
                memory="3Gi",
                storage="50Gi",
                connections=110,
                backup_class=BackupClass.STANDARD,
            ),
        ),
        _plan(
            "large",
            PlanSpec(
                workers=6,
                replicas=Replicas(min=3, max=10),
                cpu_request="500m",
                cpu_limit="6",
                memory="4Gi",
                storage="250Gi",
                connections=340,
                backup_class=BackupClass.CRITICAL,
            ),
        ),
    )


def release(baseline: Mapping[str, Any], image: str) -> Release:
    """The release of a baseline file (release/baselines/<series>.yaml) in an image that was built from it.

    It is marked as default: the newest that is so marked is for new tenants that name none.

    The image is the installer's to know: its tag follows from what went into it on this machine.
    Raises pydantic.ValidationError for a baseline that lacks something.
    """
    spec = ReleaseSpec.model_validate({**baseline, "image": image})
    metadata = Metadata(name=spec.series, annotations={ANNOTATION_DEFAULT_RELEASE: "true"})
    return Release(metadata=metadata, spec=spec, status=ReleaseStatus())


def _plan(name: str, spec: PlanSpec) -> Plan:
    return Plan(metadata=Metadata(name=name), spec=spec, status=PlanStatus())

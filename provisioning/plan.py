"""A plan: how much of everything a tenant gets, and the price unit."""

import re
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from provisioning.meta import Model, Referenced, Resource
from provisioning.validation import cel, checked

Quantity = Annotated[
    str,
    Field(
        pattern=r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$",
        max_length=20,
        description="A Kubernetes quantity, such as 500m or 2Gi.",
    ),
]

# Connections one process of each sort may open. A sync worker serves one request at a time: one connection
# for the request, one for a nested cursor (mail, sequences), the rest is head-room. The gevent process holds
# one cursor per poll that is being answered, and one that listens.
WORKER_CONNECTIONS = 4
GEVENT_CONNECTIONS = 8
CRON_CONNECTIONS = 4
# A process that runs queued jobs serves requests as a worker does, but no person's: without all the head-room.
# As many jobs run at once as there are such processes. A service that hangs holds one for a minute at most, and
# is then left alone for a while; so one will do.
JOB_WORKERS = 1
JOB_CONNECTIONS = 3
# The job runner's, on which it listens. Another one, by which it asks after a job that takes longer than a second,
# lives for milliseconds; where that finds no room, the job is looked after five minutes later.
RUNNER_CONNECTIONS = 1
# Of the whole cron pod.
CRON_POD_CONNECTIONS = CRON_CONNECTIONS + JOB_WORKERS * JOB_CONNECTIONS + RUNNER_CONNECTIONS


class BackupClass(StrEnum):
    """How well the tenant's data are kept; what each class means in times is decided with backups."""

    BASIC = "basic"
    STANDARD = "standard"
    CRITICAL = "critical"


class Replicas(Model):
    min: int = Field(ge=1, le=50)
    max: int = Field(ge=1, le=50)

    model_config = ConfigDict(
        json_schema_extra=checked(
            cel("self.min <= self.max", "replicas.min is above replicas.max: lower min or raise max")
        )
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"replicas.min ({self.min}) is above replicas.max ({self.max})")
        return self


class Price(Model):
    amount: float = Field(ge=0)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    unit: str = Field(default="month", pattern=r"^(month|order|user)$")


# All but the price. Tenants' objects are built from the plan that their last procedure named, each kind at its own
# time: an edited plan would reach them halfway, the pods at the next rename, the connection limit never.
_FINAL = ("workers", "replicas", "cpuRequest", "cpuLimit", "memory", "storage", "connections", "backupClass")


class PlanSpec(Model):
    """Final, but for the price: what tenants have never changes under a name."""

    workers: int = Field(ge=2, le=16, description="HTTP worker processes per web pod; reports need at least two.")
    replicas: Replicas
    cpu_request: Quantity
    cpu_limit: Quantity
    memory: Quantity = Field(description="Memory limit of a web pod's prefork container.")
    storage: Quantity = Field(description="Size of the volume for attachments and sessions.")
    connections: int = Field(ge=10, le=2000, description="PostgreSQL connections the tenant's role may hold.")
    backup_class: BackupClass = BackupClass.STANDARD
    price: Price | None = None

    model_config = ConfigDict(
        json_schema_extra=checked(
            cel(
                f"self.connections >= self.replicas.max * (self.workers * {WORKER_CONNECTIONS} + "
                f"{GEVENT_CONNECTIONS}) + {CRON_POD_CONNECTIONS}",
                "connections is too low for replicas.max pods of this many workers, gevent and cron: "
                f"it needs replicas.max * (workers * {WORKER_CONNECTIONS} + {GEVENT_CONNECTIONS}) + "
                f"{CRON_POD_CONNECTIONS}; raise connections, or lower replicas.max or workers",
            ),
            *(
                cel(
                    f"self.{field} == oldSelf.{field}",
                    f"{field} cannot change: tenants may have this plan; make one with another name, and set-plan",
                )
                for field in _FINAL
            ),
        )
    )

    @model_validator(mode="after")
    def _connections_suffice(self) -> Self:
        needed = connections_needed(self)
        if self.connections < needed:
            raise ValueError(
                f"connections ({self.connections}) is too low: {self.replicas.max} replicas of "
                f"{self.workers} workers, gevent and cron can open {needed}; "
                "raise connections or lower replicas.max or workers"
            )
        return self


def connections_needed(spec: PlanSpec) -> int:
    """PostgreSQL connections that all processes of a tenant can open at most."""
    per_pod = spec.workers * WORKER_CONNECTIONS + GEVENT_CONNECTIONS
    return spec.replicas.max * per_pod + CRON_POD_CONNECTIONS


_FACTORS = {
    "": 1.0, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40,
}  # fmt: skip


def quantity(text: str) -> float:
    """The value of a Kubernetes quantity in its base unit (bytes, or CPU cores).

    Raises ValueError when the text is no quantity.
    """
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?", text)
    if match is None:
        raise ValueError(f"{text!r} is not a quantity such as 500m or 2Gi")
    return float(match[1]) * _FACTORS[match[2] or ""]


class PlanStatus(Referenced):
    """Nothing of its own: a plan is what its spec says."""


class Plan(Resource[PlanSpec, PlanStatus]):
    KIND: ClassVar[str] = "Plan"
    PLURAL: ClassVar[str] = "plans"
    NAMESPACED: ClassVar[bool] = False
    COLUMNS: ClassVar[tuple[tuple[str, str, str], ...]] = (
        ("Workers", "integer", ".spec.workers"),
        ("Replicas", "integer", ".spec.replicas.max"),
        ("Memory", "string", ".spec.memory"),
        ("Storage", "string", ".spec.storage"),
        ("Connections", "integer", ".spec.connections"),
        ("Users", "integer", ".status.users"),
        ("Age", "date", ".metadata.creationTimestamp"),
    )

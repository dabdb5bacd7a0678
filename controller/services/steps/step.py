"""The form of a step: it can be begun again after any interruption, and says how it went as a value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from controller.core.catalogue import STEPS, StepSpec
from controller.core.lifecycle import effective
from controller.core.ports import Postgres
from controller.core.procedures import recorded
from controller.errors import NotFoundError
from controller.services.outside import Outside
from controller.services.resources import Resources
from provisioning.databaseserver import DatabaseServer
from provisioning.plan import Plan
from provisioning.procedure import Procedure, StepPhase
from provisioning.release import Release
from provisioning.tenant import Tenant


@dataclass(frozen=True)
class Done:
    message: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Later:
    """Not done yet, and nothing is wrong: look again after so many seconds."""

    reason: str
    seconds: float = 2.0


@dataclass(frozen=True)
class Refuse:
    """It cannot be done, and trying again changes nothing: a person has to act."""

    reason: str


Outcome = Done | Later | Refuse


@dataclass(frozen=True)
class Work:
    """What a step works on: one procedure, and the world."""

    outside: Outside
    resources: Resources
    procedure: Procedure

    @cached_property
    def declared(self) -> Tenant:
        """The tenant as it is declared, read once for each go. Raises NotFoundError when it is gone."""
        return self.resources.tenant_of(self.procedure)

    @property
    def tenant(self) -> Tenant:
        """The tenant as this procedure is to bring it about."""
        return effective(self.declared, self.procedure)

    def plan(self, tenant: Tenant) -> Plan:
        return self.resources.need(Plan, tenant.spec.plan)

    def release(self, tenant: Tenant) -> Release:
        return self.resources.need(Release, tenant.spec.release)

    def database_server(self, tenant: Tenant) -> DatabaseServer:
        return self.resources.need(DatabaseServer, tenant.spec.database_server)

    def postgres(self, tenant: Tenant) -> Postgres:
        return self.outside.connect_server(self.database_server(tenant))

    def parameter(self, name: str) -> str:
        """Raises NotFoundError when the procedure was started without it."""
        value = self.procedure.spec.parameters.get(name)
        if value is None:
            raise NotFoundError(f"{self.procedure.metadata.name} lacks its parameter {name!r}")
        return value

    def follows(self, step: StepSpec) -> bool:
        """Whether this kind of procedure has that step; only of steps that would come before the present one."""
        return step in STEPS[self.procedure.spec.kind]

    def undone_at(self, step: StepSpec) -> datetime | None:
        """When this cancellation undid another step; None when that step had nothing to undo."""
        record = recorded(self.procedure.status, step)
        return record.finished_at if record.phase is StepPhase.UNDONE else None

    def flag(self, name: str) -> bool:
        return self.procedure.spec.parameters.get(name) == "true"


@dataclass(frozen=True)
class Nothing:
    """Nothing is to be undone: the step changes nothing of the tenant's, it looks and waits."""

    reason: str


@dataclass(frozen=True)
class GoesWith:
    """Nothing is left to undo: what the step did lies in what these steps make, or is overwritten by their undo.

    One of them comes earlier in every procedure with this step, so it is undone later.
    """

    steps: frozenset[str]

    @classmethod
    def any_of(cls, *steps: StepSpec) -> "GoesWith":
        return cls(frozenset(step.name for step in steps))


@dataclass(frozen=True)
class Cannot:
    """It cannot be undone: in the catalogue, a point of no return."""

    reason: str


TakeBack = Callable[[Work], Later | None]
"""None when it is undone. Later is no failure: it is asked again for as long as it takes."""
Check = Callable[[Work], str | None]


@dataclass(frozen=True)
class Action:
    """What one step does, how that is undone, and how the world is asked afterwards whether it is so.

    `check` says what is wrong, or None. Only a step that changes nothing has none: its `do` asked already.
    """

    do: Callable[[Work], Outcome]
    undo: TakeBack | Nothing | GoesWith | Cannot
    check: Check | None = None

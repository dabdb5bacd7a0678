"""Waits until a shop that should be open is so: its page answers, or there is a reason why it never will."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from controller.core.ports import Clock, Kube
from controller.errors import DeadlineError, ShopfleetError, UnavailableError
from controller.services.following import POLL_SECONDS, is_over, outcome
from controller.services.resources import Resources
from provisioning.procedure import Procedure, ProcedurePhase
from provisioning.tenant import Tenant, TenantPhase

STANDSTILL_SECONDS = 300.0
"""How long nothing may change before waiting ends; more than two shops need to boot at once on busy cores."""

PAGE = "/web/login"
ANSWER_SECONDS = 5.0
"""For one answer; a page that takes longer is asked for again, as the first one compiles its assets."""

Ask = Callable[[str, str, float], int]
"""Status code of a page by hostname, path and seconds; as controller.core.ports.Web.status."""


@dataclass(frozen=True)
class Opening:
    """One shop whose opening is waited for. Without `ask`, what its status says is all there is."""

    kube: Kube
    clock: Clock
    tenant: Tenant
    ask: Ask | None

    def procedure(self) -> Procedure | None:
        """The youngest that is at work or queued for this tenant."""
        return _youngest(each for each in self._procedures() if not is_over(each))

    def wait(self) -> Iterator[str]:
        """What it still waits for, a look a second; ends when the shop is open, or suspended on request.

        Raises ShopfleetError with the next command when it never will be, DeadlineError when nothing moves.
        """
        said, changed = "", self.clock.monotonic()
        while (note := self._missing()) is not None:
            if note != said:
                said, changed = note, self.clock.monotonic()
            elif self.clock.monotonic() - changed >= STANDSTILL_SECONDS:
                name = self.tenant.metadata.name
                raise DeadlineError(
                    f"{name} is not open, and nothing has changed for {STANDSTILL_SECONDS:.0f} s: {note}",
                    hint=f"see: shopfleet tenant show {name}, and shopfleet doctor",
                )
            yield note
            self.clock.sleep(POLL_SECONDS)

    def _missing(self) -> str | None:
        try:
            tenant = Resources(self.kube).need(Tenant, self.tenant.metadata.name, self.tenant.metadata.namespace)
        except UnavailableError as error:
            return error.message
        status = tenant.status
        if is_suspended(tenant):
            return None
        if status.phase is TenantPhase.FAILED:
            self._refuse(tenant)
        said = f"{status.phase.value}{': ' + status.message if status.message else ''}"
        if status.applied is None or tenant.spec.suspended != status.applied.suspended:
            return said
        if self.ask is None:
            return None if status.phase is TenantPhase.READY else said
        return _page(self.ask, tenant.spec.hostnames[0], said)

    def _refuse(self, tenant: Tenant) -> None:
        failed = _youngest(each for each in self._procedures() if each.status.phase is ProcedurePhase.FAILED)
        if failed is not None:
            outcome(failed)
        name = tenant.metadata.name
        raise ShopfleetError(f"{name} failed: {tenant.status.message}", hint=f"see: shopfleet tenant show {name}")

    def _procedures(self) -> list[Procedure]:
        """Those of this tenant, not of a former one of its name."""
        born = self.tenant.metadata.creation_timestamp
        found = Resources(self.kube).procedures_of(self.tenant)
        return [each for each in found if not born or (each.metadata.creation_timestamp or born) >= born]


def _page(ask: Ask, hostname: str, said: str) -> str | None:
    try:
        code = ask(hostname, PAGE, ANSWER_SECONDS)
    except UnavailableError as error:
        return f"{error.message} ({said})"
    return None if code == HTTPStatus.OK else f"https://{hostname}{PAGE} answers {code} ({said})"


def is_suspended(tenant: Tenant) -> bool:
    """Whether it is closed because somebody wanted so."""
    applied = tenant.status.applied
    return tenant.spec.suspended and applied is not None and applied.suspended


def _youngest(procedures: Iterator[Procedure]) -> Procedure | None:
    found = sorted(procedures, key=lambda each: (str(each.metadata.creation_timestamp or ""), each.metadata.name))
    return found[-1] if found else None

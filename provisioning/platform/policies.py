"""All that the API server itself refuses for us, and what is possible without it."""

from dataclasses import dataclass

from provisioning.meta import Manifest
from provisioning.names import OPERATOR_FENCE
from provisioning.platform import audit, fence, references


@dataclass(frozen=True)
class Guard:
    """One admission policy with its bindings; `without` says what its absence lets happen."""

    name: str
    manifests: tuple[Manifest, ...]
    without: str


def guards() -> tuple[Guard, ...]:
    return (
        Guard(audit.NAME, tuple(audit.manifests()), "audit records can be forged and removed"),
        Guard(
            OPERATOR_FENCE,
            tuple(fence.manifests()),
            "an operator that has lost its lease could still write what it had begun to send",
        ),
        Guard(
            references.NAME,
            tuple(references.manifests()),
            "plans, releases and database servers can be deleted while tenants have them",
        ),
    )

"""What only one tenant can have, an id or a hostname: whose it is when several want it."""

from collections.abc import Sequence

from controller.core.problem import Catalogue, Problem
from provisioning.partner import Partner
from provisioning.tenant import Tenant


def identity_problems(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    """An id that is another tenant's, and with it a namespace and a database."""
    owner = id_owner(tenant, catalogue.tenants)
    if owner is None:
        return []
    # Whose it is stays unsaid: the owner may be another partner's tenant.
    return [
        Problem(
            "spec.id",
            f"{tenant.spec.id} belongs to another tenant already",
            "leave spec.id out and create the tenant again; it is given one that is free",
        )
    ]


def id_owner(tenant: Tenant, tenants: Sequence[Tenant]) -> Tenant | None:
    """The other tenant to which this one's id belongs, and with it a namespace and a database."""
    if tenant.spec.id is None:
        return None
    return next(
        (
            other
            for other in tenants
            if other.spec.id == tenant.spec.id and not same(other, tenant) and claim(other) < claim(tenant)
        ),
        None,
    )


def hostname_problems(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    """Hostnames outside the partner's domains, or in use by another tenant."""
    problems = []
    partner = catalogue.partner
    for hostname in tenant.spec.hostnames:
        if partner is not None and not _is_under(hostname, partner, catalogue):
            problems.append(
                Problem(
                    "spec.hostnames",
                    f"{hostname} is not under a domain of partner {partner.metadata.name}",
                    f"use a name under: {', '.join(partner.spec.domains)}",
                )
            )
        owner = next((other for other in catalogue.tenants if _uses(other, hostname, tenant, catalogue)), None)
        if owner is not None:
            problems.append(
                Problem(
                    "spec.hostnames",
                    f"{hostname} already belongs to {_told(owner, tenant)}",
                    "choose another hostname, or take it from that tenant first",
                )
            )
    return problems


def _told(owner: Tenant, asking: Tenant) -> str:
    """Nobody learns the names of another partner's tenants."""
    own = owner.metadata.namespace == asking.metadata.namespace
    return f"tenant {owner.metadata.name}" if own else "another partner's tenant"


def _is_under(hostname: str, partner: Partner, catalogue: Catalogue) -> bool:
    """Whether the hostname is the partner's to give: of two partners' domains the longer one counts."""
    own = _closeness(hostname, partner)
    return own > 0 and all(own >= _closeness(hostname, other) for other in catalogue.partners.values())


def _closeness(hostname: str, partner: Partner) -> int:
    """Length of the partner's longest domain that the hostname is under; 0 when it is under none."""
    return max((len(domain) for domain in partner.spec.domains if hostname.endswith(f".{domain}")), default=0)


def _uses(other: Tenant, hostname: str, tenant: Tenant, catalogue: Catalogue) -> bool:
    if same(other, tenant):
        return False
    applied = other.status.applied
    if hostname in (applied.hostnames if applied else ()):
        return True
    # Two new tenants with one hostname: the older one keeps it, whoever is looked at first. What a stranger
    # merely asks for, and will be refused, keeps nobody from a hostname of its own partner.
    place = other.metadata.namespace
    partner = catalogue.partner if place == tenant.metadata.namespace else catalogue.partners.get(place or "")
    entitled = partner is not None and _is_under(hostname, partner, catalogue)
    return entitled and hostname in other.spec.hostnames and _age_key(other) < _age_key(tenant)


def claim(tenant: Tenant) -> tuple[bool, float, str]:
    """Sorts rivals: who is provisioned comes first, then who was there first."""
    return (tenant.status.applied is None, *_age_key(tenant))


def same(other: Tenant, tenant: Tenant) -> bool:
    """Whether both are one tenant, perhaps read at different times."""
    place, own = other.metadata, tenant.metadata
    return (place.namespace, place.name) == (own.namespace, own.name)


def _age_key(tenant: Tenant) -> tuple[float, str]:
    created = tenant.metadata.creation_timestamp
    return (created.timestamp() if created else float("inf"), tenant.metadata.uid)

"""Specs for tests, with defaults that fit together."""

from provisioning.plan import PlanSpec, Replicas


def plan_spec(workers: int = 2, minimum: int = 1, maximum: int = 2) -> PlanSpec:
    return PlanSpec(
        workers=workers,
        replicas=Replicas(min=minimum, max=maximum),
        cpu_request="100m",
        cpu_limit="2",
        memory="1536Mi",
        storage="5Gi",
        connections=2000,
    )

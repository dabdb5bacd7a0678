"""What the services ask of the API server is what the operator may: no right is missing."""

from collections.abc import Iterator

import pytest

from provisioning.platform.operator_rights import CLUSTER_GRANTS
from tests.support.fakes.kube_kinds import KINDS
from tests.unit.services.scenarios import SCENARIOS

VERBS = {
    "get": ("get",),
    "list": ("list",),
    # Server-side apply is a patch that may create.
    "apply": ("patch", "create"),
    "create": ("create",),
    "patch": ("patch",),
    "delete": ("delete",),
}
GROUPS = {each.kind: each.group for each in KINDS}
GRANTED = {
    (grant.group, resource, verb)
    for grant in CLUSTER_GRANTS
    for resource in grant.resources
    for verb in grant.verbs
}


def plural(kind: str) -> str:
    return (
        f"{kind.lower()[:-1]}ies" if kind.endswith("y") else f"{kind.lower()}{'es' if kind.endswith('s') else 's'}"
    )


def needed(method: str, target: str) -> Iterator[tuple[str, str, str]]:
    kind = target.split(" ", maxsplit=1)[0]
    if kind not in GROUPS:
        return
    if method == "patch_status":
        yield GROUPS[kind], f"{plural(kind)}/status", "patch"
    elif method == "pod_log":
        yield GROUPS[kind], "pods/log", "get"
    for verb in VERBS.get(method, ()):
        yield GROUPS[kind], plural(kind), verb


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_call_is_granted(name: str) -> None:
    world = SCENARIOS[name].before()
    SCENARIOS[name].act(world)
    world.drive()
    asked = {right for call in world.calls.calls for right in needed(call.method, call.target)}
    assert len(asked) > 20
    assert asked - GRANTED == set()

"""What the services ask of the API server is what the operator may: no right is missing, and none is left over."""

from collections.abc import Iterator
from functools import cache

import pytest

from controller.adapters.lease import Election
from controller.operator.handlers import OWN_KINDS
from controller.services.outside import Looked
from controller.services.platform import PlatformService
from controller.services.resources import about
from provisioning.bundle import PRUNABLE
from provisioning.meta import GROUP, SYSTEM_NAMESPACE
from provisioning.platform.operator_rights import CLUSTER_GRANTS, NAMESPACE_GRANTS
from tests.support.fakes import FakeClock, FakeKube
from tests.support.fakes.kube_kinds import KINDS
from tests.support.world import World
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
Right = tuple[str, str, str]
"""Group, resource and verb."""
GRANTED: set[Right] = {
    (grant.group, resource, verb)
    for grant in CLUSTER_GRANTS
    for resource in grant.resources
    for verb in grant.verbs
}


def plural(kind: str) -> str:
    return (
        f"{kind.lower()[:-1]}ies" if kind.endswith("y") else f"{kind.lower()}{'es' if kind.endswith('s') else 's'}"
    )


def needed(method: str, target: str) -> Iterator[Right]:
    kind = target.split(" ", maxsplit=1)[0]
    if kind not in GROUPS:
        return
    if method == "patch_status":
        yield GROUPS[kind], f"{plural(kind)}/status", "patch"
    elif method == "pod_log":
        yield GROUPS[kind], "pods/log", "get"
    for verb in VERBS.get(method, ()):
        yield GROUPS[kind], plural(kind), verb


WATCHED = {
    *((GROUP, kind.PLURAL) for kind in OWN_KINDS),
    ("apps", "deployments"),
    # For kinds that are installed, or changed, after the operator started.
    ("apiextensions.k8s.io", "customresourcedefinitions"),
}
PARTS = {
    ("", "configmaps"),
    ("", "limitranges"),
    ("", "persistentvolumeclaims"),
    ("", "resourcequotas"),
    ("", "serviceaccounts"),
    ("", "services"),
    ("apps", "deployments"),
    ("gateway.envoyproxy.io", "backendtrafficpolicies"),
    ("gateway.envoyproxy.io", "httproutefilters"),
    ("gateway.networking.k8s.io", "httproutes"),
    ("networking.k8s.io", "networkpolicies"),
    ("policy", "poddisruptionbudgets"),
}
NEVER_ASKED_HERE: dict[str, set[Right]] = {
    "kopf lists and then watches": {(*each, verb) for each in WATCHED for verb in ("list", "watch")},
    "what is missing of a tenant can be asked for one by one, or by kind": {
        (*each, verb) for each in PARTS for verb in ("get", "list")
    },
    "whatever may be pruned can come to be pruned, by a spec that no story here has": {
        (GROUPS[kind], plural(kind), "delete") for _, kind in PRUNABLE
    },
    "a Job that failed without a word is asked for its log, and one without pods for events": {
        ("", "pods/log", "get"),
        ("", "events", "list"),
    },
}
"""Rights that no story needs, by the reason why the operator has them all the same."""


def asked(world: World) -> set[Right]:
    return {right for call in world.calls.calls for right in needed(call.method, call.target)}


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_call_is_granted(name: str) -> None:
    rights = asked(played(name))
    assert len(rights) > 20
    assert rights - GRANTED == set()


@cache
def played(name: str) -> World:
    world = SCENARIOS[name].before()
    SCENARIOS[name].act(world)
    world.drive()
    return world


def looked_after() -> World:
    """What the operator does besides procedures: looks at what tenants refer to, and repeats itself."""
    world = World()
    platform = PlatformService(world.outside, Looked())
    platform.partner("default")
    platform.release("14.0")
    platform.database_server("default")
    world.create()
    platform.references()
    for _ in range(2):
        world.kube.event(about(world.tenant()), "Ready", "the same again")
    return world


def built_twice() -> World:
    """The template was dropped after its build, so the finished procedure makes way for another."""
    world = World(template=False)
    world.create()
    world.postgres.drop_database(world.template.database)
    world.create("other")
    return world


def test_nothing_is_granted_that_nobody_asks_for() -> None:
    worlds = [*map(played, SCENARIOS), looked_after(), built_twice()]
    rights = set().union(*map(asked, worlds))
    assert GRANTED - rights - set().union(*NEVER_ASKED_HERE.values()) == set()
    assert rights - GRANTED == set()


def test_the_election_may_just_what_it_asks_for() -> None:
    kube = FakeKube(namespaces=(SYSTEM_NAMESPACE,))
    election = Election(kube, FakeClock(), namespace=SYSTEM_NAMESPACE, name="operator", identity="first")
    election.step()
    election.step()
    election.stop()
    (lease,) = NAMESPACE_GRANTS
    assert set(lease.verbs) == {call.method for call in kube.faults.calls}

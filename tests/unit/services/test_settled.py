"""A settled tenant: looked at for as long as it exists, cheaply, and repaired where something is missing."""

import pytest
import structlog

from controller.core.ports import Ref
from controller.errors import UnavailableError
from provisioning.tenant import TenantPhase
from tests.support.fakes.faults import CallMade
from tests.support.world import NAMESPACE, World


def calls_of_a_look(world: World) -> list[CallMade]:
    """Of one pass over a settled tenant, which changes nothing."""
    world.watch.effects.clear()
    world.calls.calls.clear()
    world.operator.tenants.reconcile(NAMESPACE, "rua")
    assert world.watch.effects == []
    return world.calls.calls


def test_a_settled_tenant_costs_one_request_per_kind_and_none_per_object() -> None:
    world = World()
    place = world.create().names.namespace
    calls = calls_of_a_look(world)
    inside = [f"{each.method} {each.target}" for each in calls if place in each.target]
    assert {each.split()[0] for each in inside} == {"list"}
    assert len(set(inside)) == len(inside), "a kind is read twice"
    kinds = {each["kind"] for each in world.kube.objects() if each["metadata"].get("namespace") == place}
    assert {each.split()[1] for each in inside} == kinds - {"Event", "Pod"}
    # Itself and its procedures; plan, release, server and the server's authority.
    assert len(calls) - len(inside) == 6


def test_a_tenant_with_more_objects_costs_no_more_calls() -> None:
    small, large = World(), World()
    small.create()
    large.create(hostnames=("rua.shops.localhost", "old.shops.localhost"))
    assert len(large.kube.objects("HTTPRoute")) > len(small.kube.objects("HTTPRoute"))
    assert len(calls_of_a_look(large)) == len(calls_of_a_look(small))


def test_what_cannot_be_read_is_not_taken_for_missing() -> None:
    world = World()
    world.create()
    lists = [each.target for each in calls_of_a_look(world) if each.method == "list"]
    with world.quietly():
        for manifest in world.kube.objects("Deployment"):
            world.kube.delete(Ref.of(manifest))
    assert len(lists) > 10
    for target in lists:
        if target.startswith("Procedure"):
            continue
        world.watch.effects.clear()
        world.calls.fail("list", UnavailableError("no answer"), target=target)
        with pytest.raises(UnavailableError):
            world.operator.tenants.reconcile(NAMESPACE, "rua")
        assert world.watch.changing() == [], target
    world.restart()
    world.drive()
    assert len(world.kube.objects("Deployment")) == 2


def test_who_lost_its_labels_is_not_missing() -> None:
    world = World()
    world.create()
    with world.quietly():
        for manifest in world.kube.objects("Deployment"):
            world.kube.patch(Ref.of(manifest), {"metadata": {"labels": None}, "spec": {"replicas": 5}})
    world.watch.effects.clear()
    world.operator.tenants.reconcile(NAMESPACE, "rua")
    assert world.watch.changing() == []
    assert {each["spec"]["replicas"] for each in world.kube.objects("Deployment")} == {5}


def test_what_was_just_made_again_shows_in_the_same_pass() -> None:
    world = World()
    names = world.create().names
    with world.quietly():
        world.kube.delete(Ref("apps/v1", "Deployment", "web", names.namespace))
    world.operator.tenants.reconcile(NAMESPACE, "rua")
    available = next(each for each in world.tenant().status.conditions if each.type == "Available")
    assert (available.reason, available.message) == ("NoReadyPod", "no web pod is ready")


def test_a_new_operator_changes_nothing_of_settled_tenants() -> None:
    world = World()
    world.create()
    world.create("other")
    world.watch.effects.clear()
    world.restart()
    world.drive()
    assert world.watch.effects == []


def test_what_is_missing_of_a_settled_tenant_is_made_again() -> None:
    world = World()
    tenant = world.create()
    before = {(each["kind"], each["metadata"]["name"]) for each in world.kube.objects()}
    with world.quietly():
        for manifest in world.kube.objects():
            if manifest["kind"] in ("Service", "NetworkPolicy", "HTTPRoute", "Deployment"):
                world.kube._remove(world.kube._key(Ref.of(manifest)))
    world.restart()
    world.drive()
    after = {(each["kind"], each["metadata"]["name"]) for each in world.kube.objects()}
    assert before <= after
    assert tenant.status.phase is TenantPhase.READY


def test_a_settled_tenant_s_passes_are_about_no_request() -> None:
    world = World()
    world.create()
    structlog.contextvars.clear_contextvars()
    world.operator.tenants.reconcile(NAMESPACE, "rua")
    assert structlog.contextvars.get_contextvars() == {"tenant": "rua"}

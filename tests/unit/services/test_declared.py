"""What only the operator may compare with the declaration: Secrets, configuration of pods, modules."""

import base64

import pytest

from controller.core.conditions import AS_DECLARED, told_drift
from controller.core.modules import MODULES_QUERY
from controller.core.ports import Ref
from controller.errors import UnavailableError, Unknown
from controller.services.declared import LOOK_SECONDS
from provisioning.meta import ANNOTATION_CONFIG_HASH, ConditionStatus
from provisioning.names import CA_CONFIG_MAP, ODOO_CONF_SECRET, WEB
from provisioning.tenant import TenantPhase
from tests.support.world import World, module


@pytest.fixture
def world() -> World:
    made = World()
    made.create()
    return made


def look_again(world: World) -> None:
    world.clock.advance(LOOK_SECONDS)
    world.operator.tenants.reconcile(world.tenant().metadata.namespace or "", "rua")


def place(world: World) -> str:
    return world.tenant().names.namespace


def test_a_new_tenant_is_as_declared(world: World) -> None:
    assert told_drift(world.tenant()) == []
    (found,) = [each for each in world.tenant().status.conditions if each.type == AS_DECLARED]
    assert (found.status, found.reason) == (ConditionStatus.TRUE, "Same")


def test_changed_content_is_told_by_its_key_alone(world: World) -> None:
    encoded = base64.b64encode(b"canary").decode()
    with world.quietly():
        world.kube.patch(Ref("v1", "Secret", ODOO_CONF_SECRET, place(world)), {"data": {"odoo.conf": encoded}})
        world.kube.patch(Ref("v1", "ConfigMap", CA_CONFIG_MAP, place(world)), {"data": {"ca.crt": "canary"}})
    look_again(world)
    assert told_drift(world.tenant()) == [
        f"ConfigMap {place(world)}/{CA_CONFIG_MAP}: ca.crt has another content than the declared one",
        f"Secret {place(world)}/{ODOO_CONF_SECRET}: odoo.conf has another content than the declared one",
    ]
    assert "canary" not in repr(world.tenant().status)
    assert world.tenant().status.phase is TenantPhase.READY


def test_pods_of_another_configuration_are_told(world: World) -> None:
    annotations = {ANNOTATION_CONFIG_HASH: "0" * 64}
    with world.quietly():
        world.kube.patch(
            Ref("apps/v1", "Deployment", WEB, place(world)),
            {"spec": {"template": {"metadata": {"annotations": annotations}}}},
        )
    look_again(world)
    assert told_drift(world.tenant()) == [
        f"Deployment {place(world)}/web: its pods start with another configuration than the declared one"
    ]


def test_modules_are_compared_with_the_release(world: World) -> None:
    rows = [module("base"), module("account"), module("sale", state="to upgrade"), module("mrp")]
    world.postgres.answer(MODULES_QUERY, rows)
    look_again(world)
    database = world.tenant().names.database
    assert told_drift(world.tenant()) == [
        f"modules of {database}: not installed: point_of_sale, website_sale",
        f"modules of {database}: half changed: sale (to upgrade)",
        f"modules of {database}: not of the release: mrp",
    ]
    world.postgres.answer(
        MODULES_QUERY, [module(name) for name in ("base", "account", "sale", "point_of_sale", "website_sale")]
    )
    look_again(world)
    assert told_drift(world.tenant()) == []


def test_a_database_that_gives_no_answer_is_unknown(world: World) -> None:
    world.calls.fail("query", UnavailableError("no answer from the server"))
    look_again(world)
    assert told_drift(world.tenant()) == Unknown("no answer from the server")
    assert world.tenant().status.phase is TenantPhase.READY


def test_what_was_looked_at_not_long_ago_is_kept_and_not_asked_for_again(world: World) -> None:
    world.postgres.answer(MODULES_QUERY, [])
    look_again(world)
    told = told_drift(world.tenant())
    world.calls.calls.clear()
    world.edit(suspended=True)
    world.drive()
    assert told_drift(world.tenant()) == told
    assert told != []
    world.calls.calls.clear()
    world.operator.tenants.reconcile(world.tenant().metadata.namespace or "", "rua")
    assert not [each for each in world.calls.calls if each.method == "query"]

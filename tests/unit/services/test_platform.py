"""Partners get their namespace, releases their digest, servers a look now and then."""

from typing import Any

import pytest

from controller.core.ports import Ref
from controller.errors import UnavailableError
from controller.services.outside import BACKUP_BUCKET, TEMPLATE_BUCKET, Looked
from controller.services.platform import COUNT_PAUSE_SECONDS, SERVER_PAUSE_SECONDS, PlatformService
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import API_VERSION, ConditionStatus
from provisioning.partner import Partner
from provisioning.plan import Plan
from provisioning.release import Release, release_digest
from tests.support import samples
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def platform(world: World) -> PlatformService:
    return PlatformService(world.outside, Looked())


def test_a_partner_gets_a_namespace(world: World, platform: PlatformService) -> None:
    world.seed_resource(samples.partner().model_copy(update={"metadata": samples.tenant("acme").metadata}))
    platform.partner("acme")
    assert world.kube.get(Ref("v1", "Namespace", "partner-acme")) is not None
    partner = next(each for each in world.all(Partner) if each.metadata.name == "acme")
    assert (partner.status.namespace, partner.status.tenants) == ("partner-acme", 0)


def test_a_partner_s_tenants_are_counted(world: World, platform: PlatformService) -> None:
    world.declare("a")
    world.declare("b")
    platform.partner("default")
    assert world.all(Partner)[0].status.tenants == 2


def test_a_release_says_its_digest(world: World, platform: PlatformService) -> None:
    platform.release("14.0")
    (release,) = world.all(Release)
    assert release.status.digest == release_digest(release.spec)
    world.watch.effects.clear()
    platform.release("14.0")
    assert world.watch.effects == []


def test_a_server_says_how_full_it_is(world: World, platform: PlatformService) -> None:
    world.create()
    platform.database_server("default")
    (server,) = world.all(DatabaseServer)
    assert (server.status.tenants, server.status.connections_limit) == (1, 97)
    assert server.status.conditions[0].status is ConditionStatus.TRUE


def test_a_server_that_is_down_says_so_and_keeps_what_was_known(world: World, platform: PlatformService) -> None:
    platform.database_server("default")
    world.clock.advance(60)
    world.calls.fail("usage", UnavailableError("it gives no answer"))
    platform.database_server("default")
    (server,) = world.all(DatabaseServer)
    (condition,) = server.status.conditions
    assert (condition.status, condition.reason, condition.message) == (
        ConditionStatus.FALSE,
        "NoAnswer",
        "it gives no answer",
    )
    assert server.status.connections_limit == 97


def test_its_own_record_does_not_make_it_look_again_at_once(world: World, platform: PlatformService) -> None:
    platform.database_server("default")
    world.watch.effects.clear()
    for sessions in range(10):
        world.postgres.connections_limit = 97 - sessions
        again = platform.database_server("default")
        assert again is not None
        assert 0 < again.seconds <= SERVER_PAUSE_SECONDS
    assert world.watch.effects == []


def test_a_changed_server_is_looked_at_at_once(world: World, platform: PlatformService) -> None:
    platform.database_server("default")
    with world.quietly():
        world.kube.patch(Ref(API_VERSION, DatabaseServer.KIND, "default"), {"spec": {"port": 5433}})
    platform.database_server("default")
    (server,) = world.all(DatabaseServer)
    assert "5433" in server.status.conditions[0].message


def users(world: World, kind: type[Any]) -> dict[str, int | None]:
    return {each.metadata.name: each.status.users for each in world.all(kind)}


def test_plans_releases_and_servers_say_who_has_them(world: World, platform: PlatformService) -> None:
    assert users(world, Plan)["small"] is None, "not counted is not nobody"
    world.create(plan="small")
    platform.references()
    assert users(world, Plan) == {"small": 1, "medium": 0, "large": 0}
    assert world.all(Plan)[0].status.used_by == ("partner-default/rua",)
    assert users(world, Release) == {"14.0": 1}
    assert users(world, DatabaseServer) == {"default": 1}
    world.delete(purge=True)
    world.drive()
    world.clock.advance(COUNT_PAUSE_SECONDS)
    platform.references()
    assert set(users(world, Plan).values()) == {0}


def test_a_count_that_is_the_same_is_not_written_again_nor_made_at_once(
    world: World, platform: PlatformService
) -> None:
    platform.references()
    world.watch.effects.clear()
    world.calls.count = 0
    again = platform.references()
    assert again is not None
    assert (again.seconds, world.calls.count) == (COUNT_PAUSE_SECONDS, 0)
    world.clock.advance(COUNT_PAUSE_SECONDS)
    platform.references()
    assert world.watch.effects == []


def test_what_is_gone_is_left_alone(platform: PlatformService) -> None:
    assert platform.partner("nobody") is None
    assert platform.release("nobody") is None
    assert platform.database_server("nobody") is None


def test_the_buckets_are_made(world: World, platform: PlatformService) -> None:
    world.store.buckets.clear()
    platform.object_store()
    assert set(world.store.buckets) == {BACKUP_BUCKET, TEMPLATE_BUCKET}

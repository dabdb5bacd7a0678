"""What the interruption tests compare says what matters: passwords, addresses, limits."""

from collections.abc import Callable

import pytest

from controller.services.passwords import renew_password
from tests.support.final_state import difference, final_state
from tests.support.world import World


def live() -> World:
    world = World()
    world.create()
    return world


def another_role_password(world: World) -> None:
    world.postgres.roles[world.tenant().names.role].password = "another"


def another_limit(world: World) -> None:
    world.postgres.roles[world.tenant().names.role].connection_limit = 1


def another_address(world: World) -> None:
    written = world.postgres.databases[world.tenant().names.database].executed
    index = next(i for i, (_, (_, values)) in enumerate(written) if tuple(values)[:1] == ("web.base.url",))
    role, (sql, _) = written[index]
    written[index] = (role, (sql, ("web.base.url", "https://other.example")))


def another_administrator_password(world: World) -> None:
    renew_password(world.kube, world.tenant())


def test_two_worlds_that_came_about_alike_are_the_same() -> None:
    assert difference(final_state(live()), final_state(live())) == ""


@pytest.mark.parametrize(
    "change", [another_role_password, another_limit, another_address, another_administrator_password]
)
def test_what_matters_is_seen(change: Callable[[World], None]) -> None:
    expected, world = final_state(live()), live()
    change(world)
    assert difference(expected, final_state(world)) != ""

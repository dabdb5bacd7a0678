import pytest

from tests.support.restored import restored_logs
from tests.unit.cli.world import World, make_world

__all__ = ["restored_logs"]


@pytest.fixture
def world() -> World:
    """A cluster without tenants, and an operator."""
    return make_world()


@pytest.fixture
def shop(world: World) -> World:
    """The same with the tenant `northlight` up, its first password taken."""
    result = world.run("tenant", "create", "northlight", "--country", "FR", "--plan", "medium")
    assert result.exit_code == 0, result.output
    world.kube.faults.calls.clear()
    return world

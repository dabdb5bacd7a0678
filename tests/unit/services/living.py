"""A live tenant, to be changed."""

from tests.support.world import World


def live() -> World:
    world = World()
    world.create()
    world.watch.effects.clear()
    return world


def replicas(world: World) -> dict[str, int]:
    """Wanted pods of each Deployment."""
    return {each["metadata"]["name"]: each["spec"]["replicas"] for each in world.kube.objects("Deployment")}

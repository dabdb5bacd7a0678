"""Installs the shared parts into one cluster: read what is there, build the stages, run them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from provisioning.installer.cluster import Cluster
from provisioning.installer.progress import Listener
from provisioning.installer.runner import Runner
from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.objects.templates import namespace_objects
from provisioning.platform import inventory, material
from provisioning.platform.images import Images
from provisioning.platform.install import NAMESPACES, Extras, Stage, build_platform, tenant_settings
from provisioning.platform.inventory import Obsolete, Removal, ResourceInventory
from provisioning.platform.settings import InstallSettings

# Seconds. On a two-core machine all parts are ready after one minute; ten mean that something is wrong.
TIMEOUT = 600.0


@dataclass(frozen=True)
class Plan:
    """What an installation would apply and remove, and the CA certificate that its clients will trust."""

    stages: tuple[Stage, ...]
    authority: str
    notes: tuple[str, ...] = ()
    """What a person should know of it before they say yes."""

    @property
    def removals(self) -> tuple[Removal, ...]:
        return tuple(removal for stage in self.stages for removal in stage.removals)


def plan(cluster: Cluster, settings: InstallSettings, images: Images, extras: Extras, now: dt.datetime) -> Plan:
    """Decide the whole installation; reads what is there and changes nothing.

    Raises InstallError when the cluster gives no answer, KeyError when an image is missing.
    """
    stored = cluster.secrets(material.wanted(settings))
    secrets = material.ensure(settings, stored, now)
    extras = replace(extras, nodes=extras.nodes or cluster.node_addresses())
    templates = namespace_objects(tenant_settings(settings, images, secrets))
    stages = (
        *build_platform(settings, images, secrets, extras),
        Stage("templates", templates, needs=frozenset({NAMESPACES})),
    )
    listed = inventory.inventory(settings.parts, [each for stage in stages for each in stage.manifests])
    former = _obsolete(cluster, listed)
    return Plan(_kept_track_of(stages, listed, former), secrets.authority, former.notes)


def _obsolete(cluster: Cluster, now: ResourceInventory) -> Obsolete:
    try:
        former = inventory.read(cluster.read("v1", "ConfigMap", inventory.NAME, SYSTEM_NAMESPACE))
    except ValueError as error:
        # The next installation starts from this one's list.
        note = f"ConfigMap {inventory.NAME} cannot be understood ({error}): nothing of before is removed."
        return Obsolete(notes=(note,))
    gone = inventory.no_longer_made(former, now)
    present = {each: cluster.read(each.api_version, each.kind, each.name, each.namespace) for each in gone}
    return inventory.obsolete(former, now, present)


def _kept_track_of(stages: Sequence[Stage], now: ResourceInventory, former: Obsolete) -> tuple[Stage, ...]:
    """With the list written first, together with what is still to be removed, and again when that is gone."""
    stays = now.and_also(former.staying, former.parts)
    begins = stays.and_also(removal.object for removal in former.removals)
    listed = tuple(_with(stage, begins.manifest()) if stage.name == NAMESPACES else stage for stage in stages)
    if not former.removals:
        return listed
    # Last, when all that takes its place is ready.
    everything = frozenset(stage.name for stage in stages)
    return (*listed, Stage("obsolete", [stays.manifest()], needs=everything, removals=former.removals))


def _with(stage: Stage, manifest: Manifest) -> Stage:
    return replace(stage, manifests=[*stage.manifests, manifest])


def install(cluster: Cluster, planned: Plan, listener: Listener, timeout: float = TIMEOUT) -> None:
    """Apply a plan and wait until every part is ready. Installing again is safe, and how it is upgraded.

    Raises InstallError that names the stage, the object and the reason.
    """
    Runner(cluster, listener, timeout).run(planned.stages)

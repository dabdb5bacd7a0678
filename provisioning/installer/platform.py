"""Installs the shared parts into one cluster: read what is secret, build the stages, run them."""

import datetime as dt
from dataclasses import dataclass, replace

from provisioning.installer.cluster import Cluster
from provisioning.installer.progress import Listener
from provisioning.installer.runner import Runner
from provisioning.platform import material
from provisioning.platform.images import Images
from provisioning.platform.install import Extras, Stage, build_platform, tenant_settings
from provisioning.platform.settings import InstallSettings
from provisioning.settings import PlatformSettings

# Seconds. On a two-core machine all parts are ready after one minute; ten mean that something is wrong.
TIMEOUT = 600.0


@dataclass(frozen=True)
class Plan:
    """What an installation would apply, and the CA certificate that its clients will trust."""

    stages: tuple[Stage, ...]
    authority: str
    surroundings: PlatformSettings
    """What tenants and templates find around them; the operator is told the same."""
    notes: tuple[str, ...] = ()
    """What a person should know of it before they say yes."""


def plan(cluster: Cluster, settings: InstallSettings, images: Images, extras: Extras, now: dt.datetime) -> Plan:
    """Decide the whole installation; reads existing Secrets and changes nothing.

    Raises InstallError when the cluster gives no answer, KeyError when an image is missing.
    """
    stored = cluster.secrets(material.wanted(settings))
    secrets = material.ensure(settings, stored, now)
    extras = replace(extras, nodes=extras.nodes or cluster.node_addresses())
    return Plan(
        tuple(build_platform(settings, images, secrets, extras)),
        secrets.authority,
        tenant_settings(settings, images, secrets),
    )


def install(cluster: Cluster, planned: Plan, listener: Listener, timeout: float = TIMEOUT) -> None:
    """Apply a plan and wait until every part is ready. Installing again is safe, and how it is upgraded.

    Raises InstallError that names the stage, the object and the reason.
    """
    Runner(cluster, listener, timeout).run(planned.stages)

"""Plans an installation of the platform: which parts, which images, and what a fresh one starts with."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from controller.core.explain import explain
from controller.errors import UserError
from controller.services.drafts import problems_error
from provisioning import defaults
from provisioning.crd import crds
from provisioning.installer import assets
from provisioning.installer.cluster import Cluster
from provisioning.installer.platform import Plan, plan
from provisioning.meta import API_VERSION, Manifest, Resource
from provisioning.platform import storage_class
from provisioning.platform.images import Images
from provisioning.platform.install import Extras
from provisioning.platform.settings import (
    ON_AN_EXISTING_CLUSTER,
    DatabaseSettings,
    InstallSettings,
    StorageSettings,
)
from provisioning.release import Release, ReleaseSpec, release_digest

BASELINE = Path(__file__).resolve().parents[2] / "release" / "baselines" / "14.0.yaml"
"""The release that a fresh installation offers."""


def local_settings(volumes: Path, *, throwaway: bool) -> InstallSettings:
    """For a node of ours, its volumes in a folder of its own. One that may be lost does not wait for the disk."""
    return InstallSettings(
        storage=StorageSettings(path=str(volumes)),
        database=DatabaseSettings(durable=not throwaway),
    )


def settings_for_cluster(file: Path | None, domain: str | None) -> InstallSettings:
    """For a cluster that exists. Raises UserError naming the field of the file that is wrong."""
    given: dict[str, Any] = {"parts": [part.value for part in ON_AN_EXISTING_CLUSTER]}
    if file is not None:
        given |= _read(file)
    if domain is not None:
        given["gateway"] = {**given.get("gateway", {}), "domain": domain}
    try:
        return InstallSettings.model_validate(given)
    except ValidationError as error:
        raise problems_error(explain(error, InstallSettings, prefix="settings")) from error


def plan_installation(cluster: Cluster, settings: InstallSettings, index: Path, asset_folder: Path) -> Plan:
    """Everything that an installation would apply; reads the cluster and changes nothing.

    Raises UnreachableError when the cluster gives no answer, InstallError when images or definitions are missing,
    UserError when the cluster has not the storage that the settings count on.
    """
    chosen = storage_class.choose(settings, cluster.storage_classes())
    if isinstance(chosen, storage_class.Refused):
        raise UserError(f"settings.{chosen.field}: {chosen.message}", hint=chosen.fix)
    settings = chosen.settings
    images = assets.load_images(index)
    extras = Extras(
        crds=[*assets.load_definitions(asset_folder), *crds()], defaults=_defaults(cluster, settings, images)
    )
    try:
        planned = plan(cluster, settings, images, extras, dt.datetime.now(dt.UTC))
    except KeyError as error:
        said = f"the image index {index} is incomplete: {error}"
        raise UserError(said, hint="run: shopfleet local prepare") from error
    return replace(planned, notes=(*chosen.notes, *planned.notes))


def _defaults(cluster: Cluster, settings: InstallSettings, images: Images) -> list[Manifest]:
    """Objects that a fresh installation starts with. Those that exist are their owner's and stay as they are."""
    fresh: list[Resource[Any, Any]] = [
        defaults.partner(settings.gateway.domain),
        defaults.database_server(),
        *defaults.plans(),
    ]
    release = _release(cluster, defaults.release(yaml.safe_load(BASELINE.read_text()), images["odoo-14.0"]))
    return [*(each.manifest() for each in fresh if not _exists(cluster, each)), release.manifest()]


def _release(cluster: Cluster, offered: Release) -> Release:
    """The release of this checkout, under a name of its own when its series' name is taken by another one."""
    found = cluster.read(API_VERSION, Release.KIND, offered.metadata.name, None)
    digest = release_digest(offered.spec)
    if found is None or release_digest(ReleaseSpec.model_validate(found["spec"])) == digest:
        return offered
    named = offered.metadata.model_copy(update={"name": f"{offered.metadata.name}-{digest[:8]}"})
    return offered.model_copy(update={"metadata": named})


def _exists(cluster: Cluster, resource: Resource[Any, Any]) -> bool:
    return cluster.read(API_VERSION, resource.KIND, resource.metadata.name, None) is not None


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text())
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise UserError(f"{file} is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise UserError(
            f"{file} holds no settings", hint="write fields such as `gateway: {domain: shops.example.com}`"
        )
    return content

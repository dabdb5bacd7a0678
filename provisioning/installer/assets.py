"""Files that an installation reads: definitions of the gateway, and the index of our images."""

import json
from collections.abc import Iterable
from pathlib import Path

import yaml

from provisioning.installer.errors import InstallError
from provisioning.meta import Manifest
from provisioning.platform.images import Images

DEFINITION_FOLDERS = ("gateway-api", "envoy-gateway")


def load_definitions(assets: Path) -> list[Manifest]:
    """The gateway's definitions out of the asset folder, and the policy that guards their upgrade.

    Raises InstallError when there are none.
    """
    files = [path for folder in DEFINITION_FOLDERS for path in sorted((assets / folder).glob("*.yaml"))]
    if not files:
        raise InstallError(f"There are no gateway definitions in {assets}.", hint="Run: shopfleet local prepare")
    found = [manifest for path in files for manifest in _documents(path)]
    # The guard refuses definitions of another channel, so it comes after those it knows.
    return sorted(found, key=lambda manifest: manifest["kind"] != "CustomResourceDefinition")


def load_images(index: Path) -> Images:
    """The references of our images.

    Raises InstallError when the index is missing or unreadable.
    """
    try:
        return Images.from_index(json.loads(index.read_text()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InstallError(
            f"The image index {index} cannot be used ({type(error).__name__}: {error}).",
            hint="Run: shopfleet local prepare",
        ) from error


def _documents(path: Path) -> Iterable[Manifest]:
    with path.open() as stream:
        # The pure Python loader takes a minute for these four megabytes.
        yield from (document for document in yaml.load_all(stream, Loader=yaml.CSafeLoader) if document)

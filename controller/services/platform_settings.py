"""Reads what the installer wrote down about the platform, so that operator and command line know the same."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from controller.constants import SETTINGS_CONFIG_MAP, SETTINGS_KEY
from controller.core.explain import explain
from controller.core.ports import Kube, Ref
from controller.errors import RefusedError
from provisioning.meta import SYSTEM_NAMESPACE
from provisioning.settings import PlatformSettings


def settings_from_cluster(kube: Kube) -> PlatformSettings | None:
    """None when the platform was not installed yet; RefusedError when what is there cannot be read."""
    where = Ref("v1", "ConfigMap", SETTINGS_CONFIG_MAP, SYSTEM_NAMESPACE)
    found = kube.get(where)
    if found is None:
        return None
    return parse_settings((found.get("data") or {}).get(SETTINGS_KEY, ""), str(where))


def settings_from_file(path: Path) -> PlatformSettings:
    """Raises RefusedError when there is no such file, or it does not fit."""
    try:
        return parse_settings(path.read_text(), str(path))
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror}") from error


def parse_settings(text: str, origin: str) -> PlatformSettings:
    """Raises RefusedError naming the field."""
    try:
        return PlatformSettings.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise RefusedError(f"{origin} is not YAML") from error
    except ValidationError as error:
        problem = explain(error, PlatformSettings, prefix="settings")[0]
        raise RefusedError(f"{origin}: {problem}", hint="write it anew: shopfleet install") from error

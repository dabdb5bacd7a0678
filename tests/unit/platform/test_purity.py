"""Builders decide and never ask: whoever builds the same twice gets the same."""

import ast
from pathlib import Path

import pytest

from provisioning import platform
from provisioning.meta import Manifest
from provisioning.platform import material
from provisioning.platform.install import build_platform
from provisioning.platform.settings import InstallSettings
from tests.unit.platform.conftest import EXTRAS, IMAGES, LARGE, NOW, SMALL

MODULES = sorted(Path(platform.__path__[0]).glob("*.py"))
ASKING = {"kubernetes", "os", "pathlib", "subprocess", "socket", "time", "httpx", "psycopg", "boto3"}
OTHERS = {"provisioning.installer", "provisioning.local", "provisioning.cloud", "controller"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_builder_can_ask_anything(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.split(".")[0] not in ASKING, name
            assert not any(name == other or name.startswith(f"{other}.") for other in OTHERS), name


@pytest.mark.parametrize("settings", [SMALL, LARGE], ids=["small", "large"])
def test_the_same_twice(settings: InstallSettings) -> None:
    secrets = material.ensure(settings, {}, NOW)

    def built() -> list[Manifest]:
        return [m for stage in build_platform(settings, IMAGES, secrets, EXTRAS) for m in stage.manifests]

    assert built() == built()

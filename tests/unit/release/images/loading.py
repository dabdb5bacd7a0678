"""Loads the plain-Python parts that run inside Odoo's image, without an Odoo."""

import importlib.util
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[4]
RUNTIME = ROOT / "addons_baseline/14.0/platform_runtime"
IMAGE = ROOT / "release/images/odoo-14.0"


def program(name: str) -> ModuleType:
    """A program of the image, which has no suffix."""
    loader = SourceFileLoader(name.replace("-", "_"), str(IMAGE / "bin" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def runtime(name: str) -> ModuleType:
    """A module of platform_runtime; its package imports Odoo only when applied."""
    _package("platform_runtime", RUNTIME)
    return importlib.import_module(f"platform_runtime.{name}")


def template(name: str) -> ModuleType:
    """A module of build-template."""
    _package("template", IMAGE / "lib/template")
    return importlib.import_module(f"template.{name}")


def stores(name: str) -> ModuleType:
    """A module of apply-stores."""
    _package("stores", IMAGE / "lib/stores")
    return importlib.import_module(f"stores.{name}")


def shared(name: str) -> ModuleType:
    """A module that the programs of Jobs have in common."""
    spec = importlib.util.spec_from_file_location(name, IMAGE / f"lib/{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _package(name: str, folder: Path) -> None:
    if name in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)

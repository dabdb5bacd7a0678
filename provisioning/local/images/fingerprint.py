"""Names a layer and an image after everything that goes into them.

The tag of an image is a hash of its recipe, so it can be told without building,
and an unchanged recipe is never built twice.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.errors import LocalError
from provisioning.local.images.recipe import CopyLayer, FilesLayer, Layer, PythonLayer, Recipe

RULES = 1
"""Raise it when the way layers are built changes what comes out of an unchanged recipe."""

TAG_LENGTH = 12

_NEVER_COPIED = ("__pycache__", "*.pyc", ".*", "*~")


class MissingInputError(LocalError):
    """A recipe names a file that is not there."""


@dataclass(frozen=True)
class Sources:
    """Where recipes take their files from."""

    repository: Path
    binaries: Path


def layer_keys(recipe: Recipe, sources: Sources) -> tuple[str, ...]:
    """One key per layer, 64 hex digits; each covers the layers below it.

    Raises:
        MissingInputError: a binary, lock file or folder does not exist.
    """
    keys: list[str] = []
    below = f"rules {RULES}"
    for layer in recipe.layers:
        below = layer_key(layer, below, sources)
        keys.append(below)
    return tuple(keys)


def layer_key(layer: Layer, below: str, sources: Sources) -> str:
    """The key of one layer on top of the one with key `below`."""
    declared = layer.model_dump(mode="json", exclude={"cold_seconds"})
    return _digest({"below": below, "declared": declared, "content": _content(layer, sources)})


def tag(recipe: Recipe, keys: Sequence[str]) -> str:
    """12 hex digits over the layers and the configuration."""
    declared = recipe.model_dump(mode="json", exclude={"layers"})
    return _digest({"recipe": declared, "layers": list(keys)})[:TAG_LENGTH]


def copied_files(layer: CopyLayer, repository: Path) -> Iterator[tuple[Path, str]]:
    """Every file that the layer copies, with its path in the image, in a fixed order.

    Raises:
        MissingInputError: a folder does not exist.
    """
    for source, target in sorted(layer.folders.items()):
        root = repository / source
        if not root.is_dir():
            raise MissingInputError(f"{root} does not exist.", hint="An image recipe copies this folder.")
        for path in sorted(root.rglob("*")):
            if path.is_file() and not _left_out(path.relative_to(repository), layer.exclude):
                yield path, f"{target.rstrip('/')}/{path.relative_to(root)}"


def file_digest(path: Path) -> str:
    """SHA-256 of a file's content.

    Raises:
        MissingInputError: it does not exist.
    """
    if not path.is_file():
        raise MissingInputError(
            f"{path} does not exist.", hint="An image recipe needs it; build the binaries first."
        )
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _content(layer: Layer, sources: Sources) -> dict[str, str]:
    if isinstance(layer, FilesLayer):
        return {name: file_digest(sources.binaries / name) for name in sorted(layer.binaries)}
    if isinstance(layer, PythonLayer):
        return {layer.lock: file_digest(sources.repository / layer.lock)}
    if isinstance(layer, CopyLayer):
        copied = copied_files(layer, sources.repository)
        return {target: f"{file_digest(path)} {_executable(path)}" for path, target in copied}
    return {}


def _executable(path: Path) -> str:
    return "x" if path.stat().st_mode & 0o100 else "-"


def _left_out(relative: Path, excluded: tuple[str, ...]) -> bool:
    if any(fnmatch.fnmatch(part, pattern) for part in relative.parts for pattern in _NEVER_COPIED):
        return True
    return any(relative.is_relative_to(folder) for folder in excluded)


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

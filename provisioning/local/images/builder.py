"""Builds what is missing, and only that: layers first, then archives, then the index."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from provisioning.local.errors import LocalError
from provisioning.local.images import fingerprint, staging
from provisioning.local.images.bytecode import compile_python
from provisioning.local.images.fingerprint import Sources
from provisioning.local.images.index import BuiltImage, ImageIndex
from provisioning.local.images.layerstore import LayerBlob, LayerStore
from provisioning.local.images.mirror import Mirror, ask_apt
from provisioning.local.images.oci import write_archive
from provisioning.local.images.recipe import CopyLayer, DebianLayer, FilesLayer, PythonLayer, Recipe
from provisioning.local.images.rootfs import debian_root
from provisioning.local.images.staging import Workshop
from provisioning.local.paths import CachePaths

Report = Callable[[str, str], None]
"""Called with the name of an image and what is being done for it."""

_PROGRAMS = {"mmdebstrap": "mmdebstrap", "zstd": "zstd", "tar": "tar", "chroot": "coreutils"}
"""Program and the Debian package that brings it."""

_PACKING_SECONDS = 2
_ARCHIVES_BEFORE = 1
_SCRATCH = ".building-"


@dataclass(frozen=True)
class Planned:
    """One image with the names that its inputs give it."""

    recipe: Recipe
    keys: tuple[str, ...]
    tag: str

    @property
    def ref(self) -> str:
        return self.recipe.reference(self.tag)

    @property
    def archive(self) -> str:
        return f"{self.recipe.name}-{self.tag}.tar"


class Builder:
    """Images of one cache."""

    def __init__(self, cache: CachePaths, recipes: Mapping[str, Recipe], sources: Sources) -> None:
        self._cache = cache
        self._recipes = recipes
        self._sources = sources
        self._store = LayerStore(cache.images / "layers")
        self._mirror: Mirror | None = None

    def plan(self, names: Sequence[str]) -> list[Planned]:
        """What the images will be called.

        Raises:
            LocalError: there is no such recipe, or an input is missing.
        """
        unknown = [name for name in names if name not in self._recipes]
        if unknown:
            known = ", ".join(self._recipes)
            raise LocalError(f"No image is called {', '.join(unknown)}.", hint=f"Known: {known}")
        return [self._planned(self._recipes[name]) for name in names]

    def estimate_s(self, names: Sequence[str]) -> int:
        """Seconds that building these images takes, counting a shared layer once.

        Needs no inputs: an image whose inputs are missing counts as a whole.
        """
        seconds: dict[str, int] = {}
        index = ImageIndex.read(self._cache.image_index)
        for name in names:
            recipe = self._recipes[name]
            planned = self._planned_if_possible(recipe)
            if planned is None:
                seconds[name] = sum(layer.cold_seconds for layer in recipe.layers)
                continue
            if not index.has(name, planned.ref):
                seconds[name] = _PACKING_SECONDS
                for key, layer in zip(planned.keys, recipe.layers, strict=True):
                    if self._store.find(key) is None:
                        seconds[key] = layer.cold_seconds
        return sum(seconds.values())

    def build(self, names: Sequence[str], report: Report) -> ImageIndex:
        """Build what is missing; every finished image is in the index at once.

        Raises:
            LocalError: a program, an input or a package is missing; images finished before stay.
        """
        _require_programs()
        with _locked(self._cache.images / ".lock", lambda: report(", ".join(names), "waiting for another build")):
            _sweep(self._cache.images)
            index = ImageIndex.read(self._cache.image_index)
            for planned in self.plan(names):
                name = planned.recipe.name
                if not index.has(name, planned.ref):
                    index = index.with_image(name, self._build(planned, report))
                    index.write(self._cache.image_index)
                    self._prune(index)
        return index

    def _prune(self, index: ImageIndex) -> None:
        """Delete layers that no recipe of today has, and archives beyond the last two of each image.

        The one before stays for a way back. A layer that only awaits its next build stays too:
        dropping a base because our code above it changed would cost minutes.
        """
        kept = {image.archive for image in index.images.values()}
        older: dict[str, list[Path]] = {}
        for archive in self._cache.images.glob("*.tar"):
            if archive.name not in kept:
                older.setdefault(archive.name.rpartition("-")[0], []).append(archive)
        for archives in older.values():
            for archive in sorted(archives, key=lambda path: path.stat().st_mtime)[:-_ARCHIVES_BEFORE]:
                archive.unlink()
        planned = map(self._planned_if_possible, self._recipes.values())
        self._store.keep_only({key for one in planned if one for key in one.keys})

    def _planned(self, recipe: Recipe) -> Planned:
        keys = fingerprint.layer_keys(recipe, self._sources)
        return Planned(recipe, keys, fingerprint.tag(recipe, keys))

    def _planned_if_possible(self, recipe: Recipe) -> Planned | None:
        """None while an input is missing: then nothing can be said about what was built before."""
        try:
            return self._planned(recipe)
        except fingerprint.MissingInputError:
            return None

    def _build(self, planned: Planned, report: Report) -> BuiltImage:
        name = planned.recipe.name
        layers = [self._layer(planned, position, report) for position in range(len(planned.keys))]
        report(name, "archive")
        archive = self._cache.images / planned.archive
        digest = write_archive(planned.recipe, planned.tag, layers, self._store, archive)
        return BuiltImage(planned.ref, planned.archive, digest)

    def _layer(self, planned: Planned, position: int, report: Report) -> LayerBlob:
        key = planned.keys[position]
        found = self._store.find(key)
        if found is not None:
            return found
        name, layer = planned.recipe.name, planned.recipe.layers[position]
        report(name, f"layer {position + 1} of {len(planned.keys)} ({layer.kind})")
        with _scratch(self._cache.images) as scratch:
            stage = scratch / "stage"
            stage.mkdir(mode=0o755)
            self._fill(planned, position, stage, self._workshop(scratch, name))
            return self._store.pack(key, stage)

    def _fill(self, planned: Planned, position: int, stage: Path, workshop: Workshop) -> None:
        layer = planned.recipe.layers[position]
        below = partial(self._below, planned, position, workshop)
        match layer:
            case DebianLayer():
                debian_root(layer, stage, workshop.mirror, workshop.log)
            case FilesLayer():
                staging.stage_files(layer, stage, workshop)
            case PythonLayer():
                staging.stage_python(layer, stage, workshop)
                compile_python(layer.python, [layer.target], stage, below)
            case CopyLayer():
                staging.stage_copies(layer, stage, workshop)
                if layer.python is not None:
                    compile_python(layer.python, sorted(layer.folders.values()), stage, below)

    def _below(self, planned: Planned, position: int, workshop: Workshop) -> Path:
        """The image so far, laid out to run its own interpreter."""
        root = workshop.scratch / "below"
        for key in planned.keys[:position]:
            self._store.unpack(key, root)
        return root

    def _workshop(self, scratch: Path, name: str) -> Workshop:
        if self._mirror is None:
            self._mirror = ask_apt()
        log = self._cache.logs / f"image-{name}.log"
        return Workshop(self._sources, self._mirror, self._cache.boot / "bin", scratch, log)


def _require_programs() -> None:
    missing = sorted({package for program, package in _PROGRAMS.items() if shutil.which(program) is None})
    if missing:
        packages = " ".join(missing)
        raise LocalError("Programs that build images are missing.", hint=f"apt-get install {packages}")


@contextmanager
def _locked(path: Path, when_held: Callable[[], None] = lambda: None) -> Iterator[None]:
    """One builder at a time; a second one says so, waits, and then finds the work done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            when_held()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(folder: Path) -> None:
    """Remove what a killed build left; nobody else builds while we hold the lock."""
    for left in folder.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder beside the layers, so that the disk they need is the disk that was checked."""
    path = Path(tempfile.mkdtemp(dir=folder, prefix=_SCRATCH))
    try:
        yield path
    finally:
        shutil.rmtree(path)

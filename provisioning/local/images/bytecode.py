"""Compiles the Python of a layer, because a read-only root cannot cache byte code at run time."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from provisioning.local.commands import run
from provisioning.local.images.rootfs import run_inside

_TIMEOUT_S = 300.0

# Never compared with its source again: nothing in an image changes.
_COMPILE = ("-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash")


def compile_python(python: str, targets: Iterable[str], stage: Path, below: Callable[[], Path]) -> None:
    """Add byte code to folders of `stage`, given by their paths in the image.

    `below` lays out the layers underneath, which takes seconds to minutes; it is
    only called when the image's `python` is another series than ours. Within a
    series (3.11) the format of byte code is fixed.

    Raises:
        CommandError: a file does not compile, which would also fail in the image.
    """
    if python == own_series():
        for target in targets:
            # Tracebacks show the paths of the image.
            paths = ("-s", str(stage), "-p", "/", str(stage / target.lstrip("/")))
            run(sys.executable, *_COMPILE, *paths, timeout_s=_TIMEOUT_S)
        return
    root = below()
    for target in targets:
        staged, inside = stage / target.lstrip("/"), root / target.lstrip("/")
        shutil.copytree(staged, inside, symlinks=True, dirs_exist_ok=True)
        run_inside(root, python, *_COMPILE, target, timeout_s=_TIMEOUT_S)
        shutil.copytree(inside, staged, symlinks=True, dirs_exist_ok=True)


def own_series() -> str:
    """The running interpreter, named as images name theirs: `python3.11`."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"

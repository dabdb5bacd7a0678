"""The locked wheels of third-party addons as a folder, as the tree's lock says and not as some image has them."""

import fcntl
import os
import shutil
from functools import cache
from pathlib import Path

from provisioning.local.images.fingerprint import file_digest
from provisioning.local.images.staging import install_locked
from provisioning.local.paths import CachePaths
from release.addons.wanted import wanted


@cache
def third_party() -> Path:
    """Installed once for each lock; raises CommandError when a wheel cannot be had."""
    asked = wanted("14.0")
    cache_paths = CachePaths.from_environment(os.environ)
    folder = cache_paths.root / "third-party" / file_digest(asked.lock)[:16]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            partial = folder.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            install_locked(cache_paths.boot / "bin/uv", asked.lock, partial, asked.python)
            partial.rename(folder)
    return folder

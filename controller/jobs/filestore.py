"""Archives a tenant's attachments into the object store, and restores them from there.

Odoo names an attachment's file after the SHA-1 of its content and never changes it, so files can be read
while the shop is open, and each one proves itself.
"""

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import structlog

from controller.errors import RefusedError
from controller.jobs.place import GET_URL, PUT_URL, Place
from controller.jobs.result import Moved
from controller.jobs.transfer import CHUNK, download, upload

CHECKLIST = "checklist"
"""Odoo's notes for its own garbage collection; worthless elsewhere."""

UNFINISHED = ".shopfleet-unfinished"
"""Suffix of a file that is being written; renamed when it is whole, so that no half file has a real name."""

FILE_MODE = 0o640

_NAMED_BY_CONTENT = re.compile(r"[0-9a-f]{2,3}/[0-9a-f]{40}")

log = structlog.get_logger()


@dataclass
class Tally:
    """Files seen, those whose content does not match their name, and those that vanished meanwhile."""

    files: int = 0
    damaged: int = 0
    vanished: int = 0

    def of(self, moved: Moved) -> Moved:
        """The result with these counts."""
        return replace(moved, files=self.files, damaged=self.damaged, vanished=self.vanished)


def archive_files(place: Place) -> Moved:
    """One uncompressed tar of the attachments, as most are compressed already; sessions are left out."""
    url = place.url(PUT_URL)
    path = place.scratch / "files.tar"
    tally = Tally()
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for file in _attachments(place.filestore):
            _add(archive, file, file.relative_to(place.filestore).as_posix(), tally)
    log.info("archived", files=tally.files, damaged=tally.damaged, vanished=tally.vanished)
    return tally.of(upload(path, url, ca_file=place.ca_file))


def restore_files(place: Place) -> Moved:
    """Download, verify, and put each file in its place; files that are there already are written again."""
    url = place.url(GET_URL)
    path = place.scratch / "files.tar"
    moved = download(url, path, place.expected_sha256, ca_file=place.ca_file)
    tally = Tally()
    try:
        with tarfile.open(path, "r:") as archive:
            for member in archive:
                _extract(archive, member, place.filestore, tally)
    except tarfile.TarError as error:
        raise RefusedError(f"the archive cannot be read: {error}") from error
    log.info("restored", files=tally.files, damaged=tally.damaged)
    return tally.of(moved)


def _attachments(filestore: Path) -> Iterator[Path]:
    """Regular files only: a link that somebody planted would pull foreign files into the archive."""
    if not filestore.is_dir():
        return
    for folder in sorted(path for path in filestore.iterdir() if path.name != CHECKLIST):
        candidates = sorted(folder.rglob("*")) if folder.is_dir() and not folder.is_symlink() else [folder]
        for path in candidates:
            if path.is_file() and not path.is_symlink() and not path.name.endswith(UNFINISHED):
                yield path


def _add(archive: tarfile.TarFile, path: Path, name: str, tally: Tally) -> None:
    try:
        content = path.open("rb")
    except FileNotFoundError:
        # Odoo's garbage collection removed it after we listed it; the database does not name it any more.
        tally.vanished += 1
        return
    with content:
        status = path.stat()
        header = tarfile.TarInfo(name)
        header.size, header.mtime, header.mode = status.st_size, int(status.st_mtime), FILE_MODE
        archive.addfile(header, content)
        content.seek(0)
        tally.files += 1
        if _NAMED_BY_CONTENT.fullmatch(name) and hashlib.file_digest(content, _sha1).hexdigest() != path.name:
            tally.damaged += 1
            log.warning("attachment is damaged: its content does not match its name", file=name)


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, filestore: Path, tally: Tally) -> None:
    if member.isdir():
        return
    target = filestore / safe_name(member)
    content = archive.extractfile(member)
    if content is None:
        raise RefusedError(f"the archive's member {member.name!r} has no content")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + UNFINISHED)
    digest = _sha1()
    with content, draft.open("wb") as file:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
    draft.chmod(FILE_MODE)
    draft.replace(target)
    tally.files += 1
    if _NAMED_BY_CONTENT.fullmatch(member.name) and digest.hexdigest() != target.name:
        tally.damaged += 1
        log.warning("attachment is damaged: its content does not match its name", file=member.name)


def safe_name(member: tarfile.TarInfo) -> PurePosixPath:
    """The member's path inside the filestore.

    Raises RefusedError for anything but a regular file below it. Stricter than tarfile's own data filter,
    which not every Python 3.11 has, and which lets links inside the folder pass.
    """
    path = PurePosixPath(member.name)
    if not member.isreg():
        raise RefusedError(f"the archive's member {member.name!r} is no regular file")
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise RefusedError(f"the archive's member {member.name!r} lies outside of the archive's folder")
    return path


def _sha1() -> "hashlib._Hash":
    # Odoo's naming, not a protection.
    return hashlib.sha1(usedforsecurity=False)

"""Attachments into an archive and back."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from controller.errors import RefusedError
from controller.jobs.filestore import archive_files, restore_files, safe_name
from controller.jobs.place import Place
from tests.support.signedstore import SignedStore


def attach(filestore: Path, content: bytes) -> str:
    """Store content as Odoo does; returns its name."""
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    path = filestore / digest[:2] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return f"{digest[:2]}/{digest}"


def names(store: SignedStore) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(store.objects["object"])) as archive:
        return archive.getnames()


def put_archive(store: SignedStore, *members: tarfile.TarInfo, content: bytes = b"") -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for member in members:
            member.size = len(content) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(content))
    store.objects["object"] = target.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def test_round_trip_into_another_database(place: Place, store: SignedStore) -> None:
    logo, invoice = attach(place.filestore, b"logo"), attach(place.filestore, b"invoice" * 100_000)
    archived = archive_files(place)
    clone = place.model_copy(update={"database": "t_bbbbbbbbbb"})
    assert restore_files(clone) == archived
    assert sorted(
        p.relative_to(clone.filestore).as_posix() for p in clone.filestore.rglob("*") if p.is_file()
    ) == (sorted([logo, invoice]))
    assert (clone.filestore / logo).read_bytes() == b"logo"
    assert restore_files(clone) == archived, "doing it again is harmless"


def test_sessions_checklist_and_links_stay_outside(place: Place, store: SignedStore) -> None:
    kept = attach(place.filestore, b"kept")
    (place.files / "sessions").mkdir()
    (place.files / "sessions" / "werkzeug_1.sess").write_bytes(b"cookie")
    (place.filestore / "checklist").mkdir()
    (place.filestore / "checklist" / "x").touch()
    (place.filestore / kept[:2] / "planted").symlink_to("/etc/passwd")
    (place.filestore / "zz").symlink_to(place.files / "sessions")
    archive_files(place)
    assert names(store) == [kept]


def test_without_any_attachment_the_archive_is_empty(place: Place, store: SignedStore) -> None:
    assert archive_files(place).bytes > 0
    assert names(store) == []
    restore_files(place)


def test_damaged_attachment_is_kept_and_reported(
    place: Place, store: SignedStore, capsys: pytest.CaptureFixture[str]
) -> None:
    name = attach(place.filestore, b"whole")
    attach(place.filestore, b"another")
    (place.filestore / name).write_bytes(b"cut")
    archived = archive_files(place)
    assert (archived.files, archived.damaged, archived.vanished) == (2, 1, 0)
    assert name in names(store)
    assert restore_files(place.model_copy(update={"database": "t_bbbbbbbbbb"})).damaged == 1
    assert "content does not match its name" in capsys.readouterr().out


@pytest.mark.parametrize(
    "hostile",
    [
        member("/etc/cron.d/x"),
        member("../outside"),
        member("aa/../../outside"),
        member("aa/link", tarfile.SYMTYPE, "/etc/passwd"),
        member("aa/link", tarfile.SYMTYPE, "inside"),
        member("aa/hard", tarfile.LNKTYPE, "/etc/passwd"),
        member("aa/pipe", tarfile.FIFOTYPE),
        member("aa/null", tarfile.CHRTYPE),
        member(""),
    ],
    ids=lambda info: info.name or "empty",
)
def test_hostile_members_are_refused(place: Place, store: SignedStore, hostile: tarfile.TarInfo) -> None:
    put_archive(store, hostile, content=b"x")
    with pytest.raises(RefusedError, match=r"member|read"):
        restore_files(place)
    assert not (place.files / "outside").exists()
    assert not [path for path in place.files.rglob("*") if path.is_file()]


def test_member_through_a_planted_link_is_written_as_a_file_inside(place: Place, store: SignedStore) -> None:
    target = place.files / "target"
    target.mkdir()
    name = "ab/" + "0" * 40
    put_archive(store, member(name), content=b"x")
    restore_files(place)
    assert (place.filestore / name).read_bytes() == b"x"
    assert list(target.iterdir()) == []


def test_what_is_no_archive_is_refused(place: Place, store: SignedStore) -> None:
    store.objects["object"] = b"no tar at all" * 100
    with pytest.raises(RefusedError, match="cannot be read"):
        restore_files(place)


def test_safe_name_keeps_an_ordinary_path() -> None:
    assert safe_name(member("ab/cd")).as_posix() == "ab/cd"

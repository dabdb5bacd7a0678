from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.jobs.place import Place
from tests.support.restored import restored_logs
from tests.support.signedstore import SignedStore, signed_store

__all__ = ["restored_logs"]


@pytest.fixture
def store() -> Iterator[SignedStore]:
    with signed_store() as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, store: SignedStore) -> Place:
    """A job's place whose transfer Secret holds both signed URLs of one object."""
    for name in ("scratch", "transfer", "files"):
        (tmp_path / name).mkdir()
    for name in ("get-url", "put-url"):
        (tmp_path / "transfer" / name).write_text(store.url("object") + "\n")
    return Place(
        database="t_abcdefghij",
        scratch=tmp_path / "scratch",
        transfer=tmp_path / "transfer",
        files=tmp_path / "files",
        result=tmp_path / "result",
    )

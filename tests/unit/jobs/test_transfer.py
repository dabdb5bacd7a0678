"""Moving one file by a signed URL."""

import hashlib
from pathlib import Path

import pytest

from controller.errors import ExitCode, RefusedError, ShopfleetError, UnavailableError
from controller.jobs import transfer
from controller.jobs.transfer import download, upload
from tests.support.signedstore import SIGNATURE, SignedStore

CONTENT = b"till " * 700_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def no_pause(_: float) -> None:
    return None


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(CONTENT)
    return path


def test_upload_sends_a_known_length_and_hashes_on_the_way(source: Path, store: SignedStore) -> None:
    moved = upload(source, store.url("dump"))
    assert (moved.bytes, moved.sha256) == (len(CONTENT), DIGEST)
    assert store.objects["dump"] == CONTENT
    assert store.uploads[0]["Content-Length"] == str(len(CONTENT))
    assert "Transfer-Encoding" not in store.uploads[0]


def test_upload_is_repeated_whole_while_the_store_is_busy(source: Path, store: SignedStore) -> None:
    store.answers = [503, 500]
    assert upload(source, store.url("dump"), no_pause).sha256 == DIGEST
    assert store.objects["dump"] == CONTENT


def test_upload_gives_up_after_the_last_pause(source: Path, store: SignedStore) -> None:
    store.answers = [503] * 4
    pauses: list[float] = []
    with pytest.raises(UnavailableError, match="busy"):
        upload(source, store.url("dump"), pauses.append)
    assert pauses == list(transfer.PAUSES)


def test_expired_url_ends_this_attempt_but_another_url_may_do(source: Path, store: SignedStore) -> None:
    store.answers = [403]
    with pytest.raises(ShopfleetError, match="expired") as caught:
        upload(source, store.url("dump"), no_pause)
    assert caught.value.exit_code is ExitCode.FAILED
    assert len(store.uploads) == 1


def test_too_large_for_one_put(source: Path, store: SignedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "ONE_PUT_LIMIT", 10)
    with pytest.raises(RefusedError, match="more than the 10"):
        upload(source, store.url("dump"))
    assert store.uploads == []


def test_download_verifies_the_digest(tmp_path: Path, store: SignedStore) -> None:
    store.objects["dump"] = CONTENT
    target = tmp_path / "target"
    assert download(store.url("dump"), target, DIGEST).bytes == len(CONTENT)
    assert target.read_bytes() == CONTENT
    with pytest.raises(RefusedError, match="damaged"):
        download(store.url("dump"), target, "0" * 64)


def test_download_cut_short_is_begun_again(tmp_path: Path, store: SignedStore) -> None:
    store.objects["dump"] = CONTENT
    store.cut_short = True
    assert download(store.url("dump"), tmp_path / "target", DIGEST, no_pause).sha256 == DIGEST


def test_no_answer_at_all_names_no_url(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:1/dump?{SIGNATURE}"
    with pytest.raises(UnavailableError) as caught:
        download(url, tmp_path / "target", None, no_pause)
    assert SIGNATURE not in str(caught.value)
    assert caught.value.__cause__ is None


def test_missing_object_is_refused(tmp_path: Path, store: SignedStore) -> None:
    with pytest.raises(RefusedError, match="HTTP 404"):
        download(store.url("nothing"), tmp_path / "target", None, no_pause)


def test_what_is_no_url_is_refused(tmp_path: Path) -> None:
    with pytest.raises((RefusedError, UnavailableError)):
        download("not a url", tmp_path / "target", None, no_pause)

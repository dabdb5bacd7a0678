"""A real S3 server (versitygw) with TLS."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.support.certificates import DAY, Authority
from tests.support.servers.processes import cache, free_port, program, running

ACCESS_KEY = "shopfleet-tests"
SECRET_KEY = "only for tests"


@dataclass(frozen=True)
class ObjectStoreServer:
    endpoint: str
    access_key: str
    secret_key: str
    ca_file: Path


@pytest.fixture(scope="session")
def object_store_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStoreServer]:
    folder = tmp_path_factory.mktemp("objectstore")
    with serving(folder, Authority(folder / "pki")) as server:
        yield server


@contextmanager
def serving(folder: Path, authority: Authority, valid: timedelta = DAY) -> Iterator[ObjectStoreServer]:
    """With its data in the folder, and a certificate of this authority; a negative `valid` makes it expired."""
    gateway = program("versitygw", cache() / "bin")
    pair = authority.issue("server", "localhost", valid=valid)
    for name in ("data", "versions"):
        (folder / name).mkdir()
    port = free_port()
    server = ObjectStoreServer(f"https://localhost:{port}", ACCESS_KEY, SECRET_KEY, authority.ca_file)
    argv = [str(gateway), "--port", f"127.0.0.1:{port}", "--cert", str(pair.certificate), "--key", str(pair.key)]
    argv += ["posix", "--versioning-dir", str(folder / "versions"), str(folder / "data")]
    environment = {"ROOT_ACCESS_KEY": ACCESS_KEY, "ROOT_SECRET_KEY": SECRET_KEY}
    with running(argv, folder / "server.log", lambda: _answers(server), environment=environment):
        yield server


def _answers(server: ObjectStoreServer) -> bool:
    try:
        httpx.get(server.endpoint, verify=False, timeout=2)  # noqa: S501 only asks whether it is up
    except httpx.TransportError:
        return False
    return True

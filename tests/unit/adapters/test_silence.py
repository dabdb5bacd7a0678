"""A server that takes a connection and says nothing is left when the time is up, without being blamed for it."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from controller.adapters.clock import SystemClock
from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from controller.adapters.objectstore import S3Adapter
from controller.adapters.postgres import PostgresAdapter
from controller.adapters.postgres_session import Target
from controller.adapters.web import Address, GatewayWeb
from controller.core.deadline import Deadline
from controller.core.ports import Ref
from controller.errors import DeadlineError

SECONDS = 0.3
AT_MOST = 4.5
"""A request may be tried twice, and a connection to PostgreSQL is given two whole seconds at least. Less than any
usual limit."""

Ask = Callable[[Path, int, Deadline], object]


def kube(folder: Path, port: int, deadline: Deadline) -> object:
    path = folder / "kubeconfig"
    named = {"name": "x", "cluster": {"server": f"http://127.0.0.1:{port}"}}
    context = {"name": "x", "context": {"cluster": "x", "user": "x"}}
    user = {"name": "x", "user": {}}
    content = {"current-context": "x", "clusters": [named], "contexts": [context], "users": [user]}
    path.write_text(yaml.safe_dump(content))
    return connect(path, effects=Unfenced()).within(deadline).get(Ref("v1", "Namespace", "default"))


def postgres(folder: Path, port: int, deadline: Deadline) -> object:
    target = Target("127.0.0.1", port, "shopfleet_admin", "password", "disable")
    return PostgresAdapter(target, Unfenced()).within(deadline).version()


def store(folder: Path, port: int, deadline: Deadline) -> object:
    adapter = S3Adapter(f"http://127.0.0.1:{port}", "key", "secret", effects=Unfenced())
    return adapter.within(deadline).get("bucket", "key")


def web(folder: Path, port: int, deadline: Deadline) -> object:
    return GatewayWeb(None, Address("127.0.0.1", port)).within(deadline).status("rua.example", "/web/login")


@pytest.fixture
def silent() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("ask", [kube, postgres, store, web])
def test_a_silent_server_is_left_in_time(ask: Ask, silent: int, tmp_path: Path) -> None:
    clock = SystemClock()
    begun = clock.monotonic()
    with pytest.raises(DeadlineError, match="used up"):
        ask(tmp_path, silent, Deadline.after(clock, SECONDS))
    assert SECONDS <= clock.monotonic() - begun < AT_MOST

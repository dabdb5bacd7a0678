"""What the factory decides: which database servers are opened anew, and what a wrong file or Secret says."""

import base64
from pathlib import Path

import pytest

from controller.adapters.cancellation import ProcessCancellation
from controller.adapters.clock import UNLIMITED, SystemClock
from controller.adapters.effects import Unfenced
from controller.adapters.postgres import PostgresAdapter
from controller.adapters.postgres_session import Target
from controller.core.deadline import Deadline
from controller.core.ports import Ref
from controller.errors import CancelledError, UnavailableError, UserError
from controller.factory import Servers, _address, read_platform_settings
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import SYSTEM_NAMESPACE
from tests.support import samples
from tests.support.fakes import FakeKube

SECRET = Ref("v1", "Secret", "postgres-admin", SYSTEM_NAMESPACE)
AUTHORITY = Ref("v1", "ConfigMap", "platform-ca", SYSTEM_NAMESPACE)


class Counted(Servers):
    """Counts what it opens, and reaches no server."""

    opened = 0

    def _connect(
        self, server: DatabaseServer, user: str, password: str, authority: str, deadline: Deadline
    ) -> PostgresAdapter:
        self.opened += 1
        target = Target(server.spec.host, server.spec.port, user, password)
        return PostgresAdapter(target, effects=Unfenced())


@pytest.fixture
def kube() -> FakeKube:
    made = FakeKube()
    set_password(made, "one")
    place = {"name": AUTHORITY.name, "namespace": AUTHORITY.namespace}
    made.seed({"apiVersion": "v1", "kind": "ConfigMap", "metadata": place, "data": {"ca.crt": "PEM"}})
    return made


def set_password(kube: FakeKube, password: str, **other: str) -> None:
    content = {"username": "shopfleet_admin", "password": password, **other}
    data = {key: base64.b64encode(value.encode()).decode() for key, value in content.items() if value}
    place = {"name": SECRET.name, "namespace": SECRET.namespace}
    kube.seed({"apiVersion": "v1", "kind": "Secret", "metadata": place, "data": data})


def servers(kube: FakeKube, tmp_path: Path) -> Counted:
    return Counted(kube, Unfenced(), tmp_path)


def test_a_server_stays_open_until_its_password_or_address_changes(kube: FakeKube, tmp_path: Path) -> None:
    connect, server = servers(kube, tmp_path), samples.server()
    for _ in range(2):
        connect(server, UNLIMITED)
        assert connect.opened == 1
    set_password(kube, "two")
    connect(server, UNLIMITED)
    connect(samples.server(host="elsewhere.example.com"), UNLIMITED)
    assert connect.opened == 3


def test_a_server_that_is_open_already_obeys_whoever_asks_for_it(kube: FakeKube, tmp_path: Path) -> None:
    connect, cancellation = servers(kube, tmp_path), ProcessCancellation()
    connect(samples.server(), UNLIMITED)
    found = connect(samples.server(), Deadline(SystemClock(), cancellation))
    cancellation.cancel("the operator ends")
    with pytest.raises(CancelledError):
        found.version()


def test_another_authority_opens_it_anew(kube: FakeKube, tmp_path: Path) -> None:
    connect, server = servers(kube, tmp_path), samples.server()
    connect(server, UNLIMITED)
    kube.patch(AUTHORITY, {"data": {"ca.crt": "another"}})
    connect(server, UNLIMITED)
    assert connect.opened == 2


@pytest.mark.parametrize("gone", [SECRET, AUTHORITY])
def test_what_a_server_names_and_is_not_there_is_named(kube: FakeKube, tmp_path: Path, gone: Ref) -> None:
    kube.delete(gone)
    with pytest.raises(UnavailableError, match=f"{gone} does not exist"):
        servers(kube, tmp_path)(samples.server(), UNLIMITED)


def test_a_secret_without_a_password_says_so_and_shows_nothing(kube: FakeKube, tmp_path: Path) -> None:
    set_password(kube, "", username="canary")
    with pytest.raises(UnavailableError, match="no key 'password'") as caught:
        servers(kube, tmp_path)(samples.server(), UNLIMITED)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("content", [None, "- a list", "domain: [", "storageClass: 7"])
def test_settings_that_cannot_be_used_name_the_file_and_the_way_out(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "settings.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UserError, match=r"settings\.yaml cannot be used") as caught:
        read_platform_settings(path)
    assert caught.value.hint == "write it again: shopfleet install"


def test_an_address_is_a_host_and_a_port() -> None:
    assert _address(None) is None
    found = _address("10.213.2.2:443")
    assert found is not None
    assert (found.host, found.port) == ("10.213.2.2", 443)

"""One suite for the fake gateway and HTTPS requests to a server of ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from controller.adapters.web import Address, GatewayWeb
from controller.core.ports import Web
from controller.errors import UnavailableError
from tests.support.certificates import Authority
from tests.support.cutting import ample, refused
from tests.support.fakes.web import FakeWeb
from tests.support.servers.https import https_server

pytestmark = pytest.mark.contract

HOST = "northlight.shops.localhost"
ANSWERS = {"/web/login": 200, "/shop": 303, "/broken": 503}


@dataclass
class World:
    web: Web
    unreachable: Web


@pytest.fixture(params=["fake", "real"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "fake":
        fake = FakeWeb()
        for path, code in ANSWERS.items():
            fake.answer(HOST, path, code)
        yield World(fake, FakeWeb())
        return
    authority = Authority(tmp_path)
    pair = authority.issue("gateway", "*.shops.localhost")
    with https_server(pair, {(HOST, path): code for path, code in ANSWERS.items()}) as port:
        web = GatewayWeb(authority.ca_file, Address("127.0.0.1", port))
        # Port 1 of the loopback: nothing listens there.
        yield World(web, GatewayWeb(authority.ca_file, Address("127.0.0.1", 1)))


@pytest.mark.parametrize("path", sorted(ANSWERS))
def test_the_code_is_the_servers_and_redirects_are_not_followed(world: World, path: str) -> None:
    assert world.web.status(HOST, path) == ANSWERS[path]


def test_no_answer_is_an_error_that_names_the_address(world: World) -> None:
    with pytest.raises(UnavailableError, match=HOST):
        world.unreachable.status(HOST, "/web/login", timeout=1.0)


def test_nothing_is_asked_without_time_or_when_cancelled(world: World) -> None:
    refused(lambda deadline: world.web.within(deadline).status(HOST, "/web/login"))
    assert world.web.within(ample()).status(HOST, "/web/login") == 200


def test_the_systems_authorities_count_beside_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, public = Authority(tmp_path / "ours", "ours"), Authority(tmp_path / "public", "public")
    monkeypatch.setenv("SSL_CERT_FILE", str(public.ca_file))
    for authority in (ours, public):
        with https_server(authority.issue("gateway", "*.shops.localhost"), {(HOST, "/"): 200}) as port:
            assert GatewayWeb(ours.ca_file, Address("127.0.0.1", port)).status(HOST, "/") == 200

"""What the platform says about a gateway's bad certificates, slow answers and wrong hostnames."""

from datetime import timedelta
from pathlib import Path

import pytest

from controller.adapters.web import Address, GatewayWeb
from controller.errors import UnavailableError
from tests.support.certificates import Authority
from tests.support.servers.https import SLOW, https_server

pytestmark = pytest.mark.integration

HOST = "northlight.shops.localhost"


def test_an_expired_certificate_is_called_expired(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    expired = authority.issue("gateway", "*.shops.localhost", valid=timedelta(days=-1))
    with https_server(expired, {}) as port, pytest.raises(UnavailableError, match="expired") as caught:
        GatewayWeb(authority.ca_file, Address("127.0.0.1", port)).status(HOST, "/")
    assert "Renew" in (caught.value.hint or "")


def test_a_certificate_of_a_stranger_is_not_trusted(tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "stranger").issue("gateway", "*.shops.localhost")
    ours = Authority(tmp_path / "ours")
    with https_server(stranger, {}) as port, pytest.raises(UnavailableError, match="not trusted"):
        GatewayWeb(ours.ca_file, Address("127.0.0.1", port)).status(HOST, "/")


def test_a_certificate_for_other_names_is_not_enough(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    other = authority.issue("gateway", "*.example.test")
    with https_server(other, {}) as port, pytest.raises(UnavailableError, match="not for this hostname"):
        GatewayWeb(authority.ca_file, Address("127.0.0.1", port)).status(HOST, "/")


def test_a_slow_answer_is_given_up_in_time(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    pair = authority.issue("gateway", "*.shops.localhost")
    with https_server(pair, {}) as port, pytest.raises(UnavailableError, match="in time"):
        GatewayWeb(authority.ca_file, Address("127.0.0.1", port)).status(HOST, SLOW, timeout=0.3)

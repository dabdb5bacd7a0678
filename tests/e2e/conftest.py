"""One real cluster per run, and tenants made in it by the command line, as a person would."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from controller.adapters.web import Address, GatewayWeb
from controller.core.ports import Kube, Ref
from controller.errors import UnavailableError
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE
from tests.support.assortment import APPROVERS, record_id
from tests.support.eventually import eventually
from tests.support.odoo import Gateway, OdooSession

REPOSITORY = Path(__file__).resolve().parents[2]
NAMESPACE = "partner-default"
# The first tenant of a variant builds its golden template; later ones take seconds.
CREATE_TIMEOUT_SECONDS = 1800


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            # The first test also waits for both retailers.
            item.add_marker(pytest.mark.timeout(2 * CREATE_TIMEOUT_SECONDS))


@dataclass(frozen=True)
class Fleet:
    """The cluster under test, and the command line pointed at it."""

    kubeconfig: Path
    gateway: Gateway
    kube: Kube

    def run(self, *words: str, check: bool = True, timeout: int = 900) -> subprocess.CompletedProcess[str]:
        """`shopfleet WORDS`; shows what it printed when it fails."""
        command = [sys.executable, "-m", "controller.cli", "--kubeconfig", str(self.kubeconfig), *words]
        done = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, timeout=timeout, check=False
        )
        if check and done.returncode != 0:
            pytest.fail(f"shopfleet {' '.join(words)} exited {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    def json(self, *words: str, timeout: int = 900) -> Any:
        return json.loads(self.run("--output", "json", *words, timeout=timeout).stdout)

    def page(self, hostname: str, path: str = "/web/login", timeout: float = 10.0) -> int:
        """Status of a page as a first visitor sees it, language redirects followed; 0 without any answer."""
        web = GatewayWeb(self.gateway.ca_file, Address(self.gateway.address, self.gateway.port))
        try:
            return web.status(hostname, path, timeout)
        except UnavailableError:
            return 0

    def tenant(self, name: str) -> dict[str, Any]:
        found = self.kube.get(Ref(API_VERSION, "Tenant", name, NAMESPACE))
        assert found is not None, f"there is no tenant {name}"
        return found


@dataclass
class Shop:
    """A tenant that is up, and its administrator's password."""

    name: str
    id: str
    hostname: str
    password: str
    fleet: Fleet

    @property
    def namespace(self) -> str:
        return f"sf-{self.id}"

    @property
    def database(self) -> str:
        return f"t_{self.id}"

    def session(self) -> OdooSession:
        """A browser session that is logged in as the administrator."""
        session = OdooSession(self.hostname, self.fleet.gateway)
        session.login(self.database, "admin", self.password)
        return session

    def approver(self) -> OdooSession:
        """Somebody else, who approves products."""
        return self.member_of(record_id(self.session(), *APPROVERS.split(".")))

    def member_of(self, group: int) -> OdooSession:
        """Somebody who is in this group (res.groups) and no other; made when first asked for."""
        admin, login, password = self.session(), f"member-of-{group}", secrets.token_urlsafe()
        found = admin.call("res.users", "search", [("login", "=", login)])
        if found:
            admin.call("res.users", "write", found, {"password": password})
        else:
            values = {"name": "Approver", "login": login, "password": password, "groups_id": [(4, group)]}
            admin.call("res.users", "create", values, context={"no_reset_password": True})
        session = OdooSession(self.hostname, self.fleet.gateway)
        session.login(self.database, login, password)
        return session


@pytest.fixture(scope="session")
def fleet() -> Fleet:
    kubeconfig = os.environ.get("SHOPFLEET_E2E_KUBECONFIG")
    if not kubeconfig:
        pytest.skip("no node: start the suite by `make test` where containers can run")
    gateway = Gateway(
        os.environ["SHOPFLEET_E2E_GATEWAY"], int(os.environ.get("SHOPFLEET_E2E_PORT", "443")),
        Path(os.environ["SHOPFLEET_E2E_CA"]),
    )  # fmt: skip
    return Fleet(Path(kubeconfig), gateway, connect(Path(kubeconfig), effects=Unfenced()))


def exists(fleet: Fleet, name: str) -> bool:
    return fleet.kube.get(Ref(API_VERSION, "Tenant", name, NAMESPACE)) is not None


def is_ready(fleet: Fleet, name: str) -> bool:
    return bool(fleet.tenant(name).get("status", {}).get("phase") == "Ready")


@pytest.fixture(scope="session")
def retailers(fleet: Fleet) -> dict[str, Shop]:
    """Both reference retailers, asked for at once so that their golden templates are built side by side.

    In a cluster that was kept from an earlier run they are taken over.
    """
    if not exists(fleet, "northlight"):
        fleet.run("tenant", "create", "-f", "examples/northlight.yaml", "--no-wait")
    if exists(fleet, "atelier-rua"):
        made = fleet.json("tenant", "password", "atelier-rua", "--yes")
    else:
        made = fleet.json("tenant", "create", "-f", "examples/atelier-rua.yaml", timeout=CREATE_TIMEOUT_SECONDS)
    eventually(lambda: is_ready(fleet, "northlight"), timeout=CREATE_TIMEOUT_SECONDS)
    other = fleet.json("tenant", "password", "northlight", "--yes")
    passwords = {"atelier-rua": made["password"], "northlight": other["password"]}
    return {name: shop(fleet, name, password) for name, password in passwords.items()}


def shop(fleet: Fleet, example: str, password: str) -> Shop:
    tenant = fleet.tenant(example)
    return Shop(example, tenant["spec"]["id"], tenant["spec"]["hostnames"][0], password, fleet)


@pytest.fixture(scope="session")
def northlight(retailers: dict[str, Shop]) -> Shop:
    return retailers["northlight"]


@pytest.fixture(scope="session")
def atelier_rua(retailers: dict[str, Shop]) -> Shop:
    return retailers["atelier-rua"]


def same_template(shop: Shop) -> list[str]:
    """Options of `tenant create` with which another tenant comes from this one's golden template, in seconds."""
    spec = shop.fleet.tenant(shop.name)["spec"]
    words = ["--release", spec["release"], "--country", spec["country"], "--currency", spec["currency"]]
    for option, values in (("--language", spec["languages"]), ("--bundle", spec["bundles"])):
        words += [word for value in values for word in (option, value)]
    return words


def database_password(shop: Shop) -> str:
    """Of the tenant's role."""
    secret = shop.fleet.kube.get(Ref("v1", "Secret", "database", shop.namespace))
    assert secret is not None
    return base64.b64decode(secret["data"]["password"]).decode()


class DatabaseLogin:
    """Tries to log in; None when it worked, else why not."""

    def __init__(self, address: str, ca_file: Path) -> None:
        self.address, self.ca_file = address, ca_file

    def __call__(self, role: str, password: str, database: str) -> str | None:
        try:
            self.connection(role, password, database).close()
        except psycopg.OperationalError as error:
            return str(error)
        return None

    def query(self, shop: Shop, sql: str) -> set[Any]:
        """The only column of what a tenant's own role reads in its database."""
        with self.connection(shop.database, database_password(shop), shop.database) as connection:
            return {row[0] for row in connection.execute(sql.encode())}

    def connection(self, role: str, password: str, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Raises psycopg.OperationalError when refused."""
        return psycopg.connect(
            host="postgres.shopfleet-system.svc.cluster.local", hostaddr=self.address, user=role,
            password=password, dbname=database, sslmode="verify-full", sslrootcert=str(self.ca_file),
            connect_timeout=60,
        )  # fmt: skip


@pytest.fixture(scope="session")
def database_login(fleet: Fleet) -> DatabaseLogin:
    service = fleet.kube.get(Ref("v1", "Service", "postgres", SYSTEM_NAMESPACE))
    assert service is not None
    return DatabaseLogin(service["spec"]["clusterIP"], fleet.gateway.ca_file)

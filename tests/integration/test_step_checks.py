"""What the steps ask a tenant's database afterwards, asked of a real server."""

from collections.abc import Iterator

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.postgres import PostgresAdapter
from controller.services.steps.database import LIMIT_QUERY
from provisioning.names import new_tenant_id
from provisioning.personalise import ADDRESS_QUERY, PASSWORD_QUERY
from tests.support.servers.postgres import PostgresServer

pytestmark = pytest.mark.integration

ODOO = [
    ("CREATE TABLE ir_config_parameter (key text, value text)", ()),
    ("INSERT INTO ir_config_parameter VALUES ('web.base.url', 'https://rua.example')", ()),
    ("CREATE TABLE res_users (login text, password text, active boolean)", ()),
    ("INSERT INTO res_users VALUES ('admin', 'a hash', true), ('admin', 'an old one', false)", ()),
]


@pytest.fixture
def tenant(any_postgres_server: PostgresServer) -> Iterator[tuple[PostgresAdapter, str]]:
    postgres, name = PostgresAdapter(any_postgres_server.target(), Unfenced()), f"t_{new_tenant_id()}"
    postgres.ensure_role(name, "password", 17)
    postgres.create_database(name)
    postgres.give_database(name, name)
    postgres.execute(name, ODOO, role=name)
    yield postgres, name
    postgres.drop_database(name)
    postgres.drop_role(name)


def test_the_answers_are_those_that_the_checks_expect(tenant: tuple[PostgresAdapter, str]) -> None:
    postgres, name = tenant
    assert postgres.query(name, LIMIT_QUERY, (name,)) == [{"connections": 17}]
    assert postgres.query(name, ADDRESS_QUERY) == [{"value": "https://rua.example"}]
    assert postgres.query(name, PASSWORD_QUERY, ("admin",)) == [{"password": "a hash"}]

"""A tenant's names in a server, with a template, for tests of what goes wrong there."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.postgres import PostgresAdapter
from provisioning.names import new_tenant_id
from tests.support.servers.postgres import PostgresServer

PASSWORD = "tenant password"

DATABASES = """
    SELECT datname, datdba::regrole::text, datistemplate, datallowconn, datacl::text
    FROM pg_database WHERE starts_with(datname, %s)
"""


@dataclass
class Names:
    tenant: str
    template: str
    owner: str


@pytest.fixture
def postgres(any_postgres_server: PostgresServer) -> PostgresAdapter:
    return PostgresAdapter(any_postgres_server.target(), Unfenced())


@pytest.fixture
def names(postgres: PostgresAdapter) -> Iterator[Names]:
    key = secrets.token_hex(4)
    made = Names(f"t_{new_tenant_id()}", f"tpl_{key}_{key}", f"tplo_{key}_{key}")
    postgres.ensure_role(made.owner, PASSWORD)
    postgres.create_database(made.owner)
    postgres.admit(made.owner, made.owner)
    postgres.execute(made.owner, [("CREATE TABLE orders (id serial PRIMARY KEY)", ())], made.owner)
    postgres.set_template(made.owner, template=True)
    postgres.rename_database(made.owner, made.template)
    yield made
    for database in (made.tenant, made.template, f"{made.tenant}_new"):
        postgres.drop_database(database)
    for role in (made.tenant, made.owner):
        postgres.drop_role(role)


def given_tenant(postgres: PostgresAdapter, names: Names) -> None:
    postgres.ensure_role(names.tenant, PASSWORD)
    postgres.create_database(names.tenant, names.template)
    postgres.give_database(names.tenant, names.tenant, names.owner)

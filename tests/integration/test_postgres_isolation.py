"""A tenant's role on a real server: what it owns, what it cannot reach, and what it cannot become."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.postgres import PostgresAdapter
from controller.errors import RefusedError, ShopfleetError, UnavailableError
from provisioning.names import new_tenant_id
from tests.support.eventually import eventually
from tests.support.servers.postgres import ADMIN, PostgresServer

pytestmark = pytest.mark.integration

PASSWORD = "the tenant's canary-5f0c password"
EVERYTHING = [
    "CREATE TABLE orders (id serial PRIMARY KEY, total numeric, name text)",
    "CREATE INDEX ON orders (total)",
    "CREATE VIEW big_orders AS SELECT * FROM orders WHERE total > 100",
    "CREATE TYPE state AS ENUM ('draft', 'done')",
    "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'",
    "CREATE SCHEMA archive",
    "CREATE TABLE archive.orders (id int)",
    "CREATE FUNCTION archive.one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION pg_trgm",
    "SELECT lo_create(4711)",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "INSERT INTO orders (total, name) VALUES (5, 'till')",
]
OWNED_BY = """
    SELECT pg_describe_object(classid, objid, objsubid) FROM pg_shdepend
    WHERE refobjid = %s::regrole AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass
class Shop:
    server: PostgresServer
    postgres: PostgresAdapter
    tenant: str
    neighbour: str
    template: str
    template_owner: str

    def clone(self, tenant: str) -> None:
        self.postgres.ensure_role(tenant, PASSWORD, 10)
        self.postgres.create_database(tenant, self.template)
        self.postgres.give_database(tenant, tenant, self.template_owner)

    def login(self, role: str, database: str | None = None) -> psycopg.Connection[tuple[object, ...]]:
        return self.server.connect_as(role, PASSWORD, database or role)


@dataclass(frozen=True)
class Template:
    name: str
    owner: str


@pytest.fixture(scope="module")
def template(any_postgres_server: PostgresServer) -> Iterator[Template]:
    """Built as the platform does: a role fills a database of its own name, which stays the admin's."""
    postgres = PostgresAdapter(any_postgres_server.target(), Unfenced())
    key = secrets.token_hex(4)
    building = f"tplo_{key}_{key}"
    made = Template(f"tpl_{key}_{key}", building)
    postgres.ensure_role(building, PASSWORD)
    postgres.create_database(building)
    postgres.admit(building, building)
    with any_postgres_server.connect_as(building, PASSWORD, building) as connection:
        for statement in EVERYTHING:
            connection.execute(statement)
    postgres.set_template(building, template=True)
    postgres.rename_database(building, made.name)
    yield made
    postgres.drop_database(made.name)
    postgres.drop_role(made.owner)


@pytest.fixture
def shop(any_postgres_server: PostgresServer, template: Template) -> Iterator[Shop]:
    postgres = PostgresAdapter(any_postgres_server.target(), Unfenced())
    tenant, neighbour = f"t_{new_tenant_id()}", f"t_{new_tenant_id()}"
    shop = Shop(any_postgres_server, postgres, tenant, neighbour, template.name, template.owner)
    shop.clone(tenant)
    shop.clone(neighbour)
    yield shop
    for name in (tenant, neighbour):
        postgres.drop_database(name)
        postgres.drop_role(name)


def test_everything_in_the_database_is_the_tenants(shop: Shop) -> None:
    assert shop.server.as_superuser(OWNED_BY, (shop.template_owner,), shop.tenant) == []
    assert shop.server.as_superuser("SELECT 1 FROM pg_default_acl", database=shop.tenant) == []
    schemas = "SELECT nspname, nspowner::regrole::text FROM pg_namespace WHERE nspname IN ('public', 'archive')"
    assert sorted(shop.server.as_superuser(schemas, database=shop.tenant)) == [
        ("archive", shop.tenant),
        ("public", shop.tenant),
    ]
    with shop.login(shop.tenant) as connection:
        connection.execute("ALTER TABLE orders ADD COLUMN note text")
        connection.execute("DROP FUNCTION archive.one()")
        connection.execute("SELECT lo_unlink(4711)")
        connection.execute("DROP EXTENSION pg_trgm")
        assert connection.execute("SELECT name FROM orders").fetchone() == ("till",)


def test_the_template_stays_whole_and_its_owners(shop: Shop) -> None:
    found = shop.server.as_superuser(
        "SELECT datdba::regrole::text, datistemplate, datallowconn FROM pg_database WHERE datname = %s",
        (shop.template,),
    )
    assert found == [(ADMIN, True, False)]
    shop.clone(shop.tenant + "x")
    assert shop.postgres.owned_elsewhere(shop.tenant + "x", shop.tenant + "x") == []
    shop.postgres.drop_database(shop.tenant + "x")
    shop.postgres.drop_role(shop.tenant + "x")


def test_a_large_template_is_copied_as_files(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.adapters.postgres.FILE_COPY_FROM", 1)
    shop.postgres.drop_database(shop.tenant)
    shop.clone(shop.tenant)
    assert shop.postgres.query(shop.tenant, "SELECT name FROM orders") == [{"name": "till"}]
    assert f'CREATE DATABASE "{shop.tenant}" TEMPLATE "{shop.template}" STRATEGY FILE_COPY' in shop.server.log


def test_no_tenant_owns_or_belongs_to_anything_outside(shop: Shop) -> None:
    assert shop.postgres.owned_elsewhere(shop.tenant, shop.tenant) == []
    shop.server.as_superuser(f"GRANT {shop.neighbour} TO {shop.tenant}")
    shop.server.as_superuser(f"CREATE TABLE stray_{shop.tenant} (id int)")
    shop.server.as_superuser(f"ALTER TABLE stray_{shop.tenant} OWNER TO {shop.tenant}")
    assert shop.postgres.owned_elsewhere(shop.tenant, shop.tenant) == [
        f"member of role {shop.neighbour}",
        "objects in database postgres",
    ]
    shop.server.as_superuser(f"DROP TABLE stray_{shop.tenant}")


def test_a_tenant_gets_into_no_other_database(shop: Shop) -> None:
    for database in (shop.neighbour, shop.template, "postgres", "template1", "shopfleet"):
        with pytest.raises(psycopg.OperationalError):
            shop.login(shop.tenant, database)
        # Not even where pg_hba lets everybody in everywhere, as on managed servers.
        query = "SELECT has_database_privilege(%s, %s, 'CONNECT')"
        assert shop.server.as_superuser(query, (shop.tenant, database)) == [(False,)]


def test_the_admin_keeps_no_membership(shop: Shop) -> None:
    shop.postgres.execute(shop.tenant, [("UPDATE orders SET total = 6", ())])
    shop.postgres.query(shop.tenant, "SELECT * FROM orders")
    able = "SELECT pg_has_role(%s, %s, 'USAGE') OR pg_has_role(%s, %s, 'SET')"
    if int(shop.postgres.version().split(".")[0]) < 16:
        able = "SELECT pg_has_role(%s, %s, 'MEMBER') OR pg_has_role(%s, %s, 'USAGE')"
    for role in (shop.tenant, shop.template_owner):
        assert shop.server.as_superuser(able, (ADMIN, role) * 2) == [(False,)]


def test_guests_are_gone_after_their_visit(shop: Shop) -> None:
    guests = "SELECT rolname FROM pg_roles WHERE rolname ~ '^sfs_'"
    # The server is shared with tests in which the operator dies during a visit; those guests go when they expire.
    before = set(shop.server.as_superuser(guests))
    shop.postgres.query(shop.tenant, "SELECT 1 AS one")
    with pytest.raises(ShopfleetError):
        shop.postgres.query(shop.tenant, "SELECT nonsense")
    assert set(shop.server.as_superuser(guests)) <= before


def test_a_forgotten_guest_is_swept_away_by_the_next(shop: Shop) -> None:
    shop.server.as_superuser("CREATE ROLE sfs_forgotten LOGIN VALID UNTIL '2020-01-01'")
    shop.server.as_superuser(f"GRANT sfs_forgotten TO {ADMIN} WITH ADMIN OPTION")
    shop.postgres.query(shop.tenant, "SELECT 1 AS one")
    assert not shop.postgres.role_exists("sfs_forgotten")


@pytest.mark.parametrize("statement", ["RESET ROLE", f"SET ROLE {ADMIN}", "SET ROLE postgres"])
def test_code_planted_by_a_tenant_never_runs_as_the_admin(shop: Shop, statement: str) -> None:
    """A trigger that takes off the tenant's role and then makes the tenant a creator of roles."""
    with shop.login(shop.tenant) as connection:
        connection.execute("CREATE TABLE caught (who text, session text)")
        connection.execute("ALTER TABLE caught ENABLE ROW LEVEL SECURITY")
        connection.execute("GRANT INSERT ON caught TO PUBLIC")
        connection.execute("CREATE POLICY anyone ON caught USING (true)")
        connection.execute(
            f"""CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  BEGIN EXECUTE '{statement}'; EXCEPTION WHEN OTHERS THEN NULL; END;
                  BEGIN EXECUTE 'ALTER ROLE {shop.tenant} CREATEROLE CREATEDB';
                  EXCEPTION WHEN OTHERS THEN NULL; END;
                  BEGIN EXECUTE 'GRANT {shop.neighbour} TO {shop.tenant}'; EXCEPTION WHEN OTHERS THEN NULL; END;
                  INSERT INTO caught VALUES (current_user, session_user);
                  RETURN NEW; END $$"""  # noqa: S608 names made by this test
        )
        connection.execute("CREATE TRIGGER evil BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION evil()")
    shop.postgres.execute(shop.tenant, [("UPDATE orders SET total = 6", ())])
    seen = shop.server.as_superuser("SELECT who, session FROM caught", database=shop.tenant)
    assert seen
    assert ADMIN not in {name for row in seen for name in row}
    rights = "SELECT rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s"
    assert shop.server.as_superuser(rights, (shop.tenant,)) == [(False, False)]
    assert shop.postgres.owned_elsewhere(shop.tenant, shop.tenant) == []


def test_statements_all_happen_or_none(shop: Shop) -> None:
    statements = [("UPDATE orders SET total = %s", (77,)), ("UPDATE orders SET nonsense = 1", ())]
    with pytest.raises(RefusedError, match="nonsense"):
        shop.postgres.execute(shop.tenant, statements)
    assert shop.postgres.query(shop.tenant, "SELECT total FROM orders") == [{"total": 5}]


def test_what_statements_create_is_the_tenants(shop: Shop) -> None:
    shop.postgres.execute(shop.tenant, [("CREATE TABLE extra (id int DEFAULT %s)", (3,))])
    with shop.login(shop.tenant) as connection:
        connection.execute("DROP TABLE extra")


def test_a_query_changes_nothing_and_ends_in_time(shop: Shop) -> None:
    with pytest.raises(UnavailableError, match="changes"):
        shop.postgres.query(shop.tenant, "UPDATE orders SET total = 1 RETURNING id")
    with pytest.raises(UnavailableError, match="longer than allowed"):
        shop.postgres.query(shop.tenant, "SELECT pg_sleep(5)", timeout=0.2)
    found = shop.postgres.query(shop.tenant, "SELECT name FROM orders WHERE name LIKE %s", ("ti%",))
    assert found == [{"name": "till"}]


def test_ending_sessions_and_dropping_work_under_load(shop: Shop) -> None:
    inside = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
    # Those who made it may still be leaving.
    eventually(lambda: shop.server.as_superuser(inside, (shop.tenant,)) == [(0,)])
    sessions = [shop.login(shop.tenant) for _ in range(3)]
    assert shop.postgres.end_sessions(shop.tenant) == 3
    with pytest.raises(psycopg.OperationalError):
        sessions[0].execute("SELECT 1")
    busy = shop.login(shop.tenant)
    shop.postgres.drop_database(shop.tenant)
    assert not shop.postgres.database_exists(shop.tenant)
    busy.close()


def test_renaming_a_database_in_use_says_so(shop: Shop) -> None:
    with shop.login(shop.tenant), pytest.raises(UnavailableError, match=f"{shop.tenant}.*in use"):
        shop.postgres.rename_database(shop.tenant, f"{shop.tenant}_new")


def test_databases_of_the_server_itself_are_left_alone(shop: Shop) -> None:
    for name in ("postgres", "template1", "shopfleet"):
        with pytest.raises(RefusedError, match="belongs to the server"):
            shop.postgres.drop_database(name)
    with pytest.raises(RefusedError, match="admin"):
        shop.postgres.drop_role(ADMIN)


def test_passwords_reach_the_server_only_as_verifiers(shop: Shop) -> None:
    eventually(lambda: shop.tenant in shop.server.log)
    assert "canary-5f0c" not in shop.server.log
    with shop.login(shop.tenant) as connection:
        assert connection.info.user == shop.tenant
    shop.postgres.ensure_role(shop.tenant, None)
    with pytest.raises(psycopg.OperationalError):
        shop.login(shop.tenant)

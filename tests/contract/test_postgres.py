"""One suite for the fake PostgreSQL and the real one."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.postgres import IDLE_IN_TRANSACTION, PostgresAdapter
from controller.core.ports import Postgres
from controller.errors import ConflictError, LostLeadershipError, RefusedError
from provisioning.names import new_tenant_id
from provisioning.odoo_conf import Limits
from tests.support.cutting import ample, refused
from tests.support.fakes.postgres import FakePostgres
from tests.support.leading import Deposed
from tests.support.servers.postgres import PostgresServer

pytestmark = pytest.mark.contract


@dataclass
class World:
    """The server under test and names that no other test uses."""

    postgres: Postgres
    effects: Unfenced
    deposed: Postgres
    tenant: str
    template: str
    template_owner: str
    neighbour: str
    idle_seconds: Callable[[str, str], int | None]
    """How long a session of this role with this password may leave a transaction idle."""

    def build_template(self) -> None:
        """As the platform does: a role fills a database of its own name, which stays the admin's."""
        building = self.template_owner
        self.postgres.ensure_role(self.template_owner, "build password")
        self.postgres.create_database(building)
        self.postgres.admit(building, self.template_owner)
        statements = [("CREATE TABLE orders (id serial PRIMARY KEY, total numeric)", ())]
        self.postgres.execute(building, statements, role=self.template_owner)
        self.postgres.set_template(building, template=True)
        self.postgres.rename_database(building, self.template)

    def provision(self, tenant: str) -> None:
        self.postgres.ensure_role(tenant, "tenant password", 10)
        self.postgres.create_database(tenant, self.template)
        self.postgres.give_database(tenant, tenant, self.template_owner)


@pytest.fixture(params=["fake", "postgres_server", "current_postgres_server"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    effects = Unfenced()
    postgres: Postgres
    deposed: Postgres
    if request.param == "fake":
        fake, shadow = FakePostgres(effects), FakePostgres(Deposed())
        shadow.roles, shadow.databases = fake.roles, fake.databases
        postgres, deposed = fake, shadow

        def idle_seconds(role: str, password: str) -> int | None:
            assert fake.roles[role].password == password
            return fake.roles[role].idle_in_transaction

    else:
        server: PostgresServer = request.getfixturevalue(request.param)
        target = server.target()

        def idle_seconds(role: str, password: str) -> int | None:
            shown = (
                "SELECT setting::int / 1000 FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'"
            )
            with server.connect_as(role, password, role) as connection:
                row = connection.execute(shown).fetchone()
            return row[0] if row else None

        postgres, deposed = PostgresAdapter(target, effects), PostgresAdapter(target, Deposed())
    key = secrets.token_hex(4)
    names = [f"t_{new_tenant_id()}", f"tpl_{key}_{key}", f"tplo_{key}_{key}", f"t_{new_tenant_id()}"]
    tenant, template, template_owner, neighbour = names
    world = World(postgres, effects, deposed, tenant, template, template_owner, neighbour, idle_seconds)
    yield world
    for name in (tenant, neighbour, template, template_owner, f"{tenant}_new"):
        postgres.drop_database(name)
    for name in (tenant, neighbour, template_owner):
        postgres.drop_role(name)


def test_says_its_version(world: World) -> None:
    assert int(world.postgres.version().split(".")[0]) >= 15


def test_a_role_is_created_once_and_then_updated(world: World) -> None:
    assert not world.postgres.role_exists(world.tenant)
    world.postgres.ensure_role(world.tenant, "one", 5)
    world.postgres.ensure_role(world.tenant, None)
    assert world.postgres.role_exists(world.tenant)


def test_a_tenants_session_that_hangs_in_a_transaction_ends_but_no_job_of_odoo_does(world: World) -> None:
    world.build_template()
    world.provision(world.tenant)
    assert world.idle_seconds(world.tenant, "tenant password") == IDLE_IN_TRANSACTION
    assert Limits().job_seconds < IDLE_IN_TRANSACTION


def test_dropping_an_absent_role_does_nothing(world: World) -> None:
    world.postgres.drop_role(world.tenant)
    assert not world.postgres.role_exists(world.tenant)


def test_a_role_that_owns_something_is_not_dropped(world: World) -> None:
    world.build_template()
    with pytest.raises(RefusedError, match=world.template_owner):
        world.postgres.drop_role(world.template_owner)


def test_a_new_database_exists_has_a_size_and_is_not_created_twice(world: World) -> None:
    assert not world.postgres.database_exists(world.tenant)
    assert world.postgres.database_size(world.tenant) is None
    world.postgres.create_database(world.tenant)
    assert world.postgres.database_exists(world.tenant)
    assert (world.postgres.database_size(world.tenant) or 0) > 5_000_000
    with pytest.raises(ConflictError, match=world.tenant):
        world.postgres.create_database(world.tenant)


def test_an_absent_template_is_refused_by_name(world: World) -> None:
    with pytest.raises(RefusedError, match=world.template):
        world.postgres.create_database(world.tenant, world.template)
    assert not world.postgres.database_exists(world.tenant)


def test_a_tenant_comes_from_a_template_and_owns_nothing_else(world: World) -> None:
    world.build_template()
    world.provision(world.tenant)
    assert world.postgres.owned_elsewhere(world.tenant, world.tenant) == []
    world.postgres.execute(world.tenant, [("INSERT INTO orders (total) VALUES (%s)", (12,))], world.tenant)


def test_giving_a_database_again_changes_nothing(world: World) -> None:
    world.build_template()
    world.provision(world.tenant)
    world.postgres.give_database(world.tenant, world.tenant, world.template_owner)
    assert world.postgres.owned_elsewhere(world.tenant, world.tenant) == []


def test_giving_survives_that_the_templates_owner_is_gone(world: World) -> None:
    world.build_template()
    world.provision(world.tenant)
    world.postgres.drop_database(world.template)
    world.postgres.drop_role(world.template_owner)
    world.postgres.give_database(world.tenant, world.tenant, world.template_owner)
    assert world.postgres.owned_elsewhere(world.tenant, world.tenant) == []
    world.postgres.execute(world.tenant, [("INSERT INTO orders (total) VALUES (%s)", (12,))], world.tenant)


def test_objects_of_a_role_with_a_database_are_never_given_away(world: World) -> None:
    world.build_template()
    world.provision(world.neighbour)
    world.postgres.ensure_role(world.tenant, "password")
    world.postgres.create_database(world.tenant)
    with pytest.raises(RefusedError, match=world.neighbour):
        world.postgres.give_database(world.tenant, world.tenant, object_owner=world.neighbour)
    assert world.postgres.owned_elsewhere(world.neighbour, world.neighbour) == []


def test_giving_needs_an_existing_database_and_an_existing_role(world: World) -> None:
    with pytest.raises(RefusedError):
        world.postgres.give_database(world.tenant, world.tenant)
    world.postgres.create_database(world.tenant)
    with pytest.raises(RefusedError, match=world.neighbour):
        world.postgres.give_database(world.tenant, world.neighbour)


def test_what_a_role_owns_elsewhere_is_named(world: World) -> None:
    world.postgres.ensure_role(world.tenant, "password")
    world.postgres.create_database(world.neighbour)
    world.postgres.give_database(world.neighbour, world.tenant)
    found = world.postgres.owned_elsewhere(world.tenant, world.tenant)
    assert f"database {world.neighbour}" in found


def test_a_template_accepts_no_statements(world: World) -> None:
    world.build_template()
    with pytest.raises(RefusedError, match=world.template):
        world.postgres.query(world.template, "SELECT 1 AS one")
    world.postgres.set_template(world.template, template=False)
    assert world.postgres.query(world.template, "SELECT 1 AS one WHERE false") == []


def test_renaming_moves_a_database_and_can_be_repeated(world: World) -> None:
    world.postgres.create_database(world.tenant)
    for _ in range(2):
        world.postgres.rename_database(world.tenant, f"{world.tenant}_new")
        assert not world.postgres.database_exists(world.tenant)
        assert world.postgres.database_exists(f"{world.tenant}_new")


def test_renaming_onto_an_existing_database_is_a_conflict(world: World) -> None:
    world.postgres.create_database(world.tenant)
    world.postgres.create_database(world.neighbour)
    with pytest.raises(ConflictError, match=world.neighbour):
        world.postgres.rename_database(world.tenant, world.neighbour)


def test_renaming_what_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(RefusedError, match=world.tenant):
        world.postgres.rename_database(world.tenant, f"{world.tenant}_new")


def test_dropping_works_for_the_admins_a_tenants_and_an_absent_database(world: World) -> None:
    world.build_template()
    world.provision(world.tenant)
    for name in (world.template, world.tenant):
        world.postgres.drop_database(name)
        world.postgres.drop_database(name)
        assert not world.postgres.database_exists(name)
    world.postgres.drop_role(world.template_owner)


def test_statements_in_an_absent_database_are_refused(world: World) -> None:
    with pytest.raises(RefusedError, match=world.tenant):
        world.postgres.execute(world.tenant, [("SELECT 1", ())])
    with pytest.raises(RefusedError, match=world.tenant):
        world.postgres.query(world.tenant, "SELECT 1 AS one")


def test_statements_as_an_absent_role_are_refused(world: World) -> None:
    world.postgres.create_database(world.tenant)
    with pytest.raises(RefusedError, match=world.neighbour):
        world.postgres.execute(world.tenant, [("SELECT 1", ())], role=world.neighbour)


def test_ending_the_sessions_of_an_idle_or_absent_database_ends_none(world: World) -> None:
    assert world.postgres.end_sessions(world.tenant) == 0
    world.postgres.create_database(world.tenant)
    assert world.postgres.end_sessions(world.tenant) == 0


def test_usage_counts_databases_named_like_tenants(world: World) -> None:
    before = world.postgres.usage()
    world.postgres.create_database(world.tenant)
    world.postgres.create_database(world.template)
    after = world.postgres.usage()
    assert after.tenant_databases == before.tenant_databases + 1
    assert 0 < after.connections_used <= after.connections_limit


def test_every_change_is_one_effect_and_reading_is_none(world: World) -> None:
    before = world.effects.count
    world.postgres.ensure_role(world.tenant, "password")
    world.postgres.create_database(world.tenant)
    world.postgres.admit(world.tenant, world.tenant)
    world.postgres.give_database(world.tenant, world.tenant)
    world.postgres.execute(world.tenant, [("SELECT 1", ())])
    world.postgres.end_sessions(world.tenant)
    world.postgres.rename_database(world.tenant, f"{world.tenant}_new")
    world.postgres.set_template(f"{world.tenant}_new", template=True)
    world.postgres.drop_database(f"{world.tenant}_new")
    world.postgres.drop_role(world.tenant)
    assert world.effects.count == before + 10
    world.postgres.usage()
    world.postgres.role_exists(world.tenant)
    world.postgres.database_size(world.tenant)
    assert world.effects.count == before + 10


def test_who_no_longer_leads_changes_nothing(world: World) -> None:
    with pytest.raises(LostLeadershipError):
        world.deposed.create_database(world.tenant)
    with pytest.raises(LostLeadershipError):
        world.deposed.ensure_role(world.tenant, "password")
    assert not world.postgres.database_exists(world.tenant)
    assert not world.postgres.role_exists(world.tenant)


def test_nothing_is_asked_and_nothing_changed_without_time_or_when_cancelled(world: World) -> None:
    world.postgres.create_database(world.neighbour)
    refused(lambda deadline: world.postgres.within(deadline).version())
    refused(lambda deadline: world.postgres.within(deadline).query(world.neighbour, "SELECT 1 AS one"))
    refused(lambda deadline: world.postgres.within(deadline).execute(world.neighbour, [("SELECT 1", ())]))
    refused(lambda deadline: world.postgres.within(deadline).create_database(world.tenant))
    refused(lambda deadline: world.postgres.within(deadline).drop_database(world.neighbour))
    assert not world.postgres.database_exists(world.tenant)
    assert world.postgres.database_exists(world.neighbour)


def test_a_deadline_holds_for_whom_it_was_handed_to_and_nobody_else(world: World) -> None:
    refused(lambda deadline: world.postgres.within(ample()).within(deadline).version())
    world.postgres.within(ample()).create_database(world.tenant)
    assert world.postgres.database_exists(world.tenant)

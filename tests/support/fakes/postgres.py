"""A PostgreSQL server in memory: roles, databases, who owns what. It does not understand SQL."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from controller.adapters.effects import Unfenced
from controller.adapters.postgres import IDLE_IN_TRANSACTION
from controller.core.deadline import Deadline
from controller.core.ports import Effects, Postgres, Row, ServerUsage, Statement
from controller.errors import ConflictError, RefusedError, UnavailableError
from provisioning.names import ID_PATTERN
from tests.support.fakes.faults import Faults
from tests.support.fakes.within import Within

ADMIN = "shopfleet_admin"
EMPTY_SIZE = 7_500_000
"""Bytes of a database with nothing in it."""


@dataclass
class Role:
    password: str | None
    connection_limit: int
    idle_in_transaction: int | None = None
    """Seconds, as the role's sessions have it when they begin."""
    member_of: set[str] = field(default_factory=set)


@dataclass
class Database:
    owner: str
    # Owners of the objects inside.
    objects: set[str] = field(default_factory=set)
    template: bool = False
    size: int = EMPTY_SIZE
    sessions: int = 0
    executed: list[tuple[str | None, Statement]] = field(default_factory=list)
    origin: str | None = None
    """The template that it is a copy of."""


Answer = list[Row] | Callable[["FakePostgres", Database, Sequence[Any]], list[Row]]


class FakePostgres:
    """Implements controller.core.ports.Postgres."""

    def __init__(self, effects: Effects | None = None, connections_limit: int = 97) -> None:
        self.faults = Faults()
        self.roles: dict[str, Role] = {ADMIN: Role("secret", -1)}
        self.databases: dict[str, Database] = {}
        self.connections_limit = connections_limit
        self.server_version = "15.0"
        self._effects = effects or Unfenced()
        self._answers: list[tuple[str | None, str, Answer]] = []

    def within(self, deadline: Deadline) -> Postgres:
        return cast("Postgres", Within(self, deadline))

    # For tests

    def answer(self, fragment: str, rows: Answer, database: str | None = None) -> None:
        """Rows of every query whose text contains the fragment; the newest answer wins.

        A function gets the server, the database and the query's parameters.
        """
        self._answers.insert(0, (database, fragment, rows))

    def seed_template(self, name: str, object_owner: str, size: int = 58_000_000) -> None:
        """A finished template as the platform's jobs leave it."""
        self.roles.setdefault(object_owner, Role("secret", -1))
        self.databases[name] = Database(ADMIN, {object_owner}, template=True, size=size)

    # Postgres

    def version(self) -> str:
        with self.faults.around("version", ""):
            return self.server_version

    def usage(self) -> ServerUsage:
        with self.faults.around("usage", ""):
            tenants = [name for name in self.databases if re.fullmatch(f"t_{ID_PATTERN.strip('^$')}", name)]
            used = 1 + sum(each.sessions for each in self.databases.values())
            return ServerUsage(used, self.connections_limit, len(tenants))

    def role_exists(self, role: str) -> bool:
        with self.faults.around("role_exists", role):
            return role in self.roles

    def ensure_role(self, role: str, password: str | None, connection_limit: int = -1) -> None:
        with self._effects("postgres.ensure_role", role), self.faults.around("ensure_role", role):
            found = self.roles.setdefault(role, Role(password, connection_limit))
            found.password, found.connection_limit = password, connection_limit
            found.idle_in_transaction = IDLE_IN_TRANSACTION

    def drop_role(self, role: str) -> None:
        with self._effects("postgres.drop_role", role), self.faults.around("drop_role", role):
            for name, database in self.databases.items():
                if role == database.owner or role in database.objects:
                    raise RefusedError(f"Role {role} cannot be dropped: it owns something in database {name}.")
            self.roles.pop(role, None)

    def database_exists(self, name: str) -> bool:
        with self.faults.around("database_exists", name):
            return name in self.databases

    def database_size(self, name: str) -> int | None:
        with self.faults.around("database_size", name):
            return self.databases[name].size if name in self.databases else None

    def create_database(self, name: str, template: str | None = None) -> None:
        with self._effects("postgres.create_database", name), self.faults.around("create_database", name):
            if name in self.databases:
                raise ConflictError(f"Database {name} exists already.")
            source = Database(ADMIN) if template is None else self._database(template)
            if source.sessions:
                raise UnavailableError(f"Template {template} is in use by {source.sessions} sessions.")
            self.databases[name] = Database(ADMIN, set(source.objects), size=source.size, origin=template)

    def give_database(self, name: str, new_owner: str, object_owner: str | None = None) -> None:
        with self._effects("postgres.give_database", name), self.faults.around("give_database", name):
            database = self._database(name)
            self._role(new_owner)
            if object_owner is not None and object_owner in self.roles:
                self._check_owns_no_database(object_owner)
                if object_owner in database.objects:
                    database.objects = (database.objects - {object_owner}) | {new_owner}
            database.owner = new_owner

    def admit(self, name: str, role: str) -> None:
        with self._effects("postgres.admit", name), self.faults.around("admit", name):
            self._role(role)
            self._database(name).objects.add(role)

    def rename_database(self, name: str, new_name: str) -> None:
        with self._effects("postgres.rename_database", name), self.faults.around("rename_database", name):
            if name not in self.databases and new_name in self.databases:
                return
            database = self._database(name)
            if new_name in self.databases:
                raise ConflictError(f"Database {new_name} exists already.")
            if database.sessions:
                raise UnavailableError(f"Database {name} is in use by {database.sessions} sessions.")
            self.databases[new_name] = self.databases.pop(name)

    def drop_database(self, name: str) -> None:
        with self._effects("postgres.drop_database", name), self.faults.around("drop_database", name):
            self.databases.pop(name, None)

    def set_template(self, name: str, *, template: bool) -> None:
        with self._effects("postgres.set_template", name), self.faults.around("set_template", name):
            self._database(name).template = template

    def end_sessions(self, database: str) -> int:
        with self._effects("postgres.end_sessions", database), self.faults.around("end_sessions", database):
            if database not in self.databases:
                return 0
            ended, self.databases[database].sessions = self.databases[database].sessions, 0
            return ended

    def execute(self, database: str, statements: Sequence[Statement], role: str | None = None) -> None:
        with self._effects("postgres.execute", database), self.faults.around("execute", database):
            found = self._open(database)
            if role is not None:
                self._role(role)
            found.executed += [(role, each) for each in statements]

    def query(self, database: str, sql: str, parameters: Sequence[Any] = (), timeout: float = 10.0) -> list[Row]:
        with self.faults.around("query", database):
            self._open(database)
            for place, fragment, rows in self._answers:
                if place in {None, database} and fragment in sql:
                    found = rows(self, self.databases[database], parameters) if callable(rows) else rows
                    return [dict(row) for row in found]
            return []

    def owned_elsewhere(self, role: str, database: str) -> list[str]:
        with self.faults.around("owned_elsewhere", role):
            found = [f"member of role {each}" for each in sorted(self.roles[role].member_of)]
            for name, each in sorted(self.databases.items()):
                if name != database and each.owner == role:
                    found.append(f"database {name}")
                if name != database and role in each.objects:
                    found.append(f"objects in database {name}")
            return found

    # Inside

    def _database(self, name: str) -> Database:
        try:
            return self.databases[name]
        except KeyError:
            raise RefusedError(f"Database {name} does not exist.") from None

    def _open(self, name: str) -> Database:
        database = self._database(name)
        if database.template:
            raise RefusedError(f"Database {name} is a template and accepts no connections.")
        return database

    def _role(self, name: str) -> Role:
        try:
            return self.roles[name]
        except KeyError:
            raise RefusedError(f"Role {name} does not exist.") from None

    def _check_owns_no_database(self, role: str) -> None:
        owned = [name for name, each in self.databases.items() if each.owner == role]
        if owned:
            raise RefusedError(f"Role {role} owns databases ({', '.join(owned)}), which would change hands.")

"""Dump and restore with PostgreSQL's own programs against real servers, as two tenants' roles.

Each server with the client programs of its own version, as an image for it has them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.core.room import client_problems
from controller.errors import RefusedError, UnavailableError
from controller.jobs.database import MARKER, dump, restore
from controller.jobs.place import Place
from provisioning.databaseserver import CLIENT_MAJOR
from tests.support import samples
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.processes import left_out
from tests.support.signedstore import SignedStore, signed_store

pytestmark = pytest.mark.integration

SOURCE, CLONE = "t_source0001", "t_clone00001"
PASSWORD = "p:a'ss word"
TABLES = 40


@pytest.fixture
def store() -> Iterator[SignedStore]:
    with signed_store() as running:
        yield running


@pytest.fixture
def server(any_postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresServer]:
    """Two databases of two roles; the first has content, one extension is the superuser's."""
    postgres_server = any_postgres_server
    monkeypatch.setenv("PATH", os.pathsep.join([str(postgres_server.binaries), os.environ["PATH"]]))
    for role in (SOURCE, CLONE):
        postgres_server.as_superuser(f"""CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD.replace("'", "''")}'""")
        postgres_server.as_superuser(f"CREATE DATABASE {role} OWNER {role}")
        postgres_server.as_superuser(f"ALTER SCHEMA public OWNER TO {role}", database=role)
    postgres_server.as_superuser("CREATE EXTENSION pg_trgm", database=SOURCE)
    with postgres_server.connect_as(SOURCE, PASSWORD, SOURCE) as connection:
        for number in range(TABLES):
            connection.execute(f"CREATE TABLE shop_{number} (id serial PRIMARY KEY, name text)")
            connection.execute(
                f"INSERT INTO shop_{number} (name) SELECT md5(g::text) FROM generate_series(1, 50) g"  # noqa: S608 a number
            )
        connection.execute("CREATE INDEX by_name ON shop_0 USING gin (name gin_trgm_ops)")
        connection.execute("COMMENT ON TABLE shop_0 IS 'kept'")
    yield postgres_server
    for role in (SOURCE, CLONE):
        postgres_server.as_superuser(f"DROP DATABASE {role} WITH (FORCE)")
        postgres_server.as_superuser(f"DROP ROLE {role}")


@pytest.fixture
def place(server: PostgresServer, store: SignedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The source's place; its libpq service file names host, role and password, as in a pod."""
    for name in ("scratch", "transfer"):
        (tmp_path / name).mkdir()
    for name in ("get-url", "put-url"):
        (tmp_path / "transfer" / name).write_text(store.url("dump"))
    as_role(SOURCE, server, tmp_path, monkeypatch)
    return Place(
        database=SOURCE, scratch=tmp_path / "scratch", transfer=tmp_path / "transfer", result=tmp_path / "result"
    )


def as_role(role: str, server: PostgresServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = folder / f"{role}.conf"
    tls = f"sslmode=verify-full\nsslrootcert={server.ca_file}\n" if server.tls else ""
    service.write_text(
        f"[odoo]\nhost=localhost\nport={server.port}\nuser={role}\npassword={PASSWORD}\ndbname={role}\n"
        f"{tls}connect_timeout=60\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(service))
    monkeypatch.setenv("PGSERVICE", "odoo")


def test_clone_owns_everything_and_has_the_same_rows(
    place: Place, server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dumped = dump(place)
    as_role(CLONE, server, tmp_path, monkeypatch)
    clone = place.model_copy(update={"database": CLONE, "expected_sha256": dumped.sha256})
    assert restore(clone) == dumped
    owners = server.as_superuser(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE nspname = 'public' AND relkind IN ('r', 'S')",
        database=CLONE,
    )
    assert owners == [(CLONE,)]
    rows = "SELECT md5(string_agg(id || name, ',' ORDER BY id)) FROM shop_7"
    assert server.as_superuser(rows, database=CLONE) == server.as_superuser(rows, database=SOURCE)
    assert server.as_superuser("SELECT obj_description('shop_0'::regclass)", database=CLONE) == [("kept",)]
    assert server.as_superuser(f"SELECT to_regclass('{MARKER}')", database=CLONE) == [(None,)]


def test_restore_refuses_a_database_with_content(
    place: Place, server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump(place)
    with pytest.raises(RefusedError, match="not empty"):
        restore(place)
    assert server.as_superuser("SELECT count(*) FROM shop_0", database=SOURCE) == [(50,)]


def test_restore_begins_anew_after_an_interruption(
    place: Place, server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump(place)
    as_role(CLONE, server, tmp_path, monkeypatch)
    with server.connect_as(CLONE, PASSWORD, CLONE) as connection:
        connection.execute(f"CREATE TABLE {MARKER} ()")
        connection.execute("CREATE TABLE shop_0 (id int)")
    restore(place.model_copy(update={"database": CLONE}))
    assert server.as_superuser("SELECT count(*) FROM shop_0", database=CLONE) == [(50,)]


def test_damaged_dump_leaves_the_database_as_it_was(
    place: Place, store: SignedStore, server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dumped = dump(place)
    store.objects["dump"] = store.objects["dump"][:-1] + b"\0\0"
    as_role(CLONE, server, tmp_path, monkeypatch)
    with pytest.raises(RefusedError, match="damaged"):
        restore(place.model_copy(update={"database": CLONE, "expected_sha256": dumped.sha256}))
    tables = server.as_superuser("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database=CLONE)
    assert tables == [(0,)]


def test_what_is_no_dump_is_refused_with_the_programs_words(place: Place, store: SignedStore) -> None:
    store.objects["dump"] = b"not a dump"
    with pytest.raises(RefusedError, match="pg_restore ended with"):
        restore(place)


def test_wrong_password_is_refused_without_repeating_it(
    place: Place, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.as_superuser(f"ALTER ROLE {SOURCE} PASSWORD 'another'")
    with pytest.raises((RefusedError, UnavailableError), match="password authentication failed") as caught:
        dump(place)
    assert PASSWORD not in str(caught.value)


def test_the_clients_of_our_image_cannot_dump_a_newer_server_and_it_is_refused_before(
    place: Place, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What PostgreSQL says, and that the platform's own check expects the same."""
    ours = Path(f"/usr/lib/postgresql/{CLIENT_MAJOR}/bin")
    if not ours.is_dir():
        left_out(f"there are no client programs of PostgreSQL {CLIENT_MAJOR}")
    monkeypatch.setenv("PATH", os.pathsep.join([str(ours), os.environ["PATH"]]))
    ((version,),) = server.as_superuser("SHOW server_version")
    if not client_problems(samples.server(), version):
        assert dump(place).bytes
        return
    with pytest.raises(RefusedError, match="server version mismatch"):
        dump(place)


def test_absent_server_is_unavailable(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = tmp_path / "away.conf"
    service.write_text(f"[odoo]\nhost=127.0.0.1\nport=1\nuser={SOURCE}\ndbname={SOURCE}\n")
    monkeypatch.setenv("PGSERVICEFILE", str(service))
    with pytest.raises(UnavailableError, match="Connection refused"):
        dump(place)

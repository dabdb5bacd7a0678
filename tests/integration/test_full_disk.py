"""A database server without room: what is said of it, what stays, and that it goes on as soon as there is room."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.adapters.postgres import FILE_COPY_FROM
from controller.core import catalogue as step
from controller.services.steps.database import LIMIT_QUERY, SHUT
from controller.services.steps.step import Action, Done, Nothing
from controller.services.steps.template import names_for
from provisioning.local.controlplane import ControlPlane
from provisioning.procedure import ProcedurePhase, StepPhase
from provisioning.release import Release
from provisioning.tenant import Tenant
from tests.support.parts import Parts, parts, phase_of
from tests.support.restored import restored_logs
from tests.support.servers.postgres import BINARIES, PostgresServer, serving
from tests.support.servers.processes import left_out, program

__all__ = ["restored_logs"]

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("restored_logs")]

DISK = 96 * 2**20
"""Bytes. Three times what a server takes with its own databases."""

LEFT = 2**20
"""Bytes: enough for a statement or two, and too little for the smallest database, which takes seven million."""

# There is no gateway and no node, and the step before the copy only needs those.
NO_NODE = {step.WORKLOADS.name: Action(lambda _: Done("left out"), Nothing("left out"))}


@pytest.fixture
def disk() -> Iterator[Path]:
    """A file system of its own, where the server's user can reach it."""
    place = Path(tempfile.mkdtemp(prefix="shopfleet-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    try:
        if os.getuid() != 0 or subprocess.run(mount, check=False).returncode != 0:
            left_out("a small file system takes the right to mount one")
        yield place
        subprocess.run(["umount", str(place)], check=True)
    finally:
        place.rmdir()


@pytest.fixture
def server(disk: Path) -> Iterator[PostgresServer]:
    with serving(program("postgres", *BINARIES).resolve().parent, tls=True, disk=disk) as found:
        yield found


# What there is of modules, which is asked of every copy: table → columns.
MODULES = {
    "ir_module_module": "id integer PRIMARY KEY, name text, state text, auto_install boolean",
    "ir_module_module_dependency": "module_id integer, name text, auto_install_required boolean",
}


def with_template(cluster: Parts, tenant: Tenant, server: PostgresServer) -> None:
    """A golden template for this tenant, with nothing but what says which modules it has."""
    release = cluster.resources.need(Release, tenant.spec.release)
    names = names_for(release, tenant.spec.variant)
    postgres = cluster.server()
    postgres.ensure_role(names.owner, None)
    postgres.create_database(names.database)
    for table, columns in MODULES.items():
        server.as_superuser(f"CREATE TABLE {table} ({columns})", database=names.database)
        server.as_superuser(f"ALTER TABLE {table} OWNER TO {names.owner}", database=names.database)
    for number, module in enumerate(sorted({name for bundle in release.spec.bundles.values() for name in bundle})):
        row = "INSERT INTO ir_module_module VALUES (%s, %s, 'installed', false)"
        server.as_superuser(row, (number, module), database=names.database)
    postgres.set_template(names.database, template=True)


def folders(disk: Path) -> set[str]:
    """One of each database, by its number."""
    return {each.name for each in (disk / "data" / "base").iterdir() if each.name.isdecimal()}


class Filler:
    """Leaves hardly any room on the disk, as a neighbour's import would: when told to, or after some effect."""

    def __init__(self, disk: Path) -> None:
        self._disk, self._ballast = disk, disk / "ballast"
        self.after_action: str | None = None
        self.left = LEFT

    def fill(self) -> None:
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(self._disk).free - self.left)

    def clear(self) -> None:
        self._ballast.unlink()

    def before(self, number: int, action: str, target: str) -> None:
        """Nothing is due before anything."""

    def after(self, number: int, action: str, target: str) -> None:
        if action == self.after_action and not self._ballast.exists():
            self.fill()


def refused(cluster: Parts, tenant: Tenant, said: str) -> None:
    """The creation fails for that reason, and says so wherever people look."""
    procedure = cluster.work("rua")
    assert procedure.status.phase is ProcedurePhase.FAILED
    for text in (procedure.status.message, cluster.shown("rua")["message"]):
        assert tenant.names.database in text
        assert "the disk is full" in text
        assert said in text
        assert "add space on the server's data volume" in text


def done_with_room(cluster: Parts, tenant: Tenant, filler: Filler) -> None:
    """The same procedure goes on, and the tenant has its database."""
    (procedure,) = cluster.resources.procedures_of(tenant)
    filler.after_action = None
    filler.clear()
    cluster.ok("procedure", "retry", procedure.metadata.name, "--no-wait")
    cluster.work("rua", lambda each: phase_of(each, "database") is StepPhase.DONE)
    assert cluster.server().database_exists(tenant.names.database)
    assert cluster.server().owned_elsewhere(tenant.names.role, tenant.names.database) == []


@pytest.fixture
def filler(disk: Path) -> Filler:
    return Filler(disk)


@pytest.fixture
def cluster(api_server: ControlPlane, server: PostgresServer, filler: Filler, tmp_path: Path) -> Iterator[Parts]:
    with parts(api_server, "crowded", tmp_path, server.target(), actions=NO_NODE, observers=[filler]) as found:
        yield found


@pytest.mark.parametrize(
    ("file_copy_from", "said"),
    [(FILE_COPY_FROM, "No space left on device"), (0, "checkpoint request failed")],
    ids=["small", "large"],
)
def test_a_copy_that_finds_no_room_leaves_nothing(  # noqa: PLR0917
    cluster: Parts,
    disk: Path,
    server: PostgresServer,
    filler: Filler,
    monkeypatch: pytest.MonkeyPatch,
    file_copy_from: int,
    said: str,
) -> None:
    """A large template is copied in another way than a small one."""
    monkeypatch.setattr("controller.adapters.postgres.FILE_COPY_FROM", file_copy_from)
    tenant = cluster.create("rua")
    with_template(cluster, tenant, server)
    before = folders(disk)
    filler.fill()
    refused(cluster, tenant, said)
    assert not cluster.server().database_exists(tenant.names.database)
    assert folders(disk) == before
    done_with_room(cluster, tenant, filler)
    assert len(folders(disk) - before) == 1


def test_a_copy_that_finds_no_room_to_be_handed_over_stays_shut_until_it_is(
    cluster: Parts, disk: Path, server: PostgresServer, filler: Filler
) -> None:
    """It is not removed: that takes a checkpoint, and one that fails would end the server for everybody on it."""
    tenant = cluster.create("rua")
    with_template(cluster, tenant, server)
    before = folders(disk)
    filler.left, filler.after_action = 0, "postgres.create_database"
    refused(cluster, tenant, "could not write init file")
    limit = cluster.server().query("shopfleet", LIMIT_QUERY, (tenant.names.role,))
    assert limit == [{"connections": SHUT}]
    done_with_room(cluster, tenant, filler)
    assert len(folders(disk) - before) == 1

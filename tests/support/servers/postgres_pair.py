"""A leader with a streaming standby behind one address, and what can happen to them."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tests.support.eventually import eventually
from tests.support.servers.postgres import (
    BINARIES,
    PostgresServer,
    is_up,
    server_command,
    server_user,
    serving,
)
from tests.support.servers.processes import free_port, program, running
from tests.support.servers.tcp_switch import TcpSwitch, leading_to

# Seconds. Only what hangs takes so long.
PATIENCE = 300


@dataclass
class Node:
    """One server with its data; `server.folder` is shared, so that both show the same certificate."""

    server: PostgresServer
    data: Path
    processes: ExitStack
    _still: tuple[int, ...] = ()

    def start(self) -> None:
        log = self.server.folder / f"{self.server.port}.log"
        argv = server_command(self.server, self.data)
        self.processes.enter_context(running(argv, log, lambda: is_up(self.server), user=server_user()))

    def stop(self, mode: str) -> None:
        """`fast` ends connections and closes in order, `immediate` is a crash."""
        self._control("stop", "-m", mode)

    def promote(self) -> None:
        self._control("promote", "-w")

    def freeze(self) -> None:
        """All its processes stand still; the kernel goes on to acknowledge what they are sent."""
        pids = (self._main, *self._backends())
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        self._still = pids
        # Who stands still does not end when it is told to.
        self.processes.callback(self.thaw)

    def thaw(self) -> None:
        """They go on as if nothing had been."""
        for pid in self._still:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self._still = ()

    def come_back_reading(self) -> None:
        """Start as a standby, of nobody in particular."""
        (self.data / "standby.signal").touch()
        self.start()

    @property
    def _main(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def _backends(self) -> list[int]:
        return [int(word) for word in Path(f"/proc/{self._main}/task/{self._main}/children").read_text().split()]

    def _control(self, *arguments: str) -> None:
        patience = ["-t", str(PATIENCE)]
        command = [str(self.server.binaries / "pg_ctl"), "-D", str(self.data), *arguments, *patience]
        as_server(command, timeout=2 * PATIENCE)


@dataclass
class PostgresPair:
    """`server` is what clients know: the address that leads to the leader."""

    leader: Node
    switch: TcpSwitch
    processes: ExitStack
    standby: Node | None = None

    @property
    def server(self) -> PostgresServer:
        return replace(self.leader.server, port=self.switch.port)

    def add_standby(self) -> Node:
        """A new one that has everything the leader has."""
        port = free_port()
        data = self.leader.server.folder / f"standby-{port}"
        source = f"host={self.leader.server.folder} port={self.leader.server.port} user=postgres"
        backup = [str(self.leader.server.binaries / "pg_basebackup"), "-D", str(data), "-d", source, "-R"]
        as_server([*backup, "--checkpoint=fast", "--no-sync"], timeout=PATIENCE)
        self.standby = Node(replace(self.leader.server, port=port), data, self.processes)
        self.standby.start()
        eventually(self.is_level, timeout=PATIENCE)
        return self.standby

    def is_level(self) -> bool:
        """Whether the standby has replayed all that the leader has written."""
        assert self.standby is not None
        [(written,)] = self.leader.server.as_superuser("SELECT pg_current_wal_lsn()")
        (row,) = self.standby.server.as_superuser("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [written])
        return bool(row[0])

    def promote(self) -> Node:
        """Make the standby the leader; the leader of before, to whom the address still leads."""
        assert self.standby is not None
        before, self.leader, self.standby = self.leader, self.standby, None
        self.leader.promote()
        eventually(lambda: self.leader.server.as_superuser("SELECT NOT pg_is_in_recovery()") == [(True,)])
        return before

    def lead(self) -> None:
        """Let the address lead to the leader."""
        self.switch.lead_to(self.leader.server.port)

    def switch_over(self) -> Node:
        """Both; the leader of before."""
        before = self.promote()
        self.lead()
        return before


def as_server(command: list[str], timeout: float) -> None:
    """Run one of PostgreSQL's programs as the servers' user."""
    user = server_user()
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
    # What it starts would keep a pipe open.
    subprocess.run([*as_user, *command], check=True, stdout=subprocess.DEVNULL, timeout=timeout, cwd="/")


@contextmanager
def postgres_pair() -> Iterator[PostgresPair]:
    """Debian's, prepared as the platform's own; the standby is added when a test wants one."""
    with ExitStack() as stack:
        first = stack.enter_context(serving(program("postgres", *BINARIES).resolve().parent, tls=True))
        data = first.folder / "data"
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("local replication postgres trust\n")
        first.as_superuser("SELECT pg_reload_conf()")
        switch = stack.enter_context(leading_to(first.port))
        processes = stack.enter_context(ExitStack())
        yield PostgresPair(Node(first, data, processes), switch, processes)

"""The parts of platform_runtime that need no Odoo: verdicts, responses, redirection, settings."""

import itertools
import os
import time
from types import SimpleNamespace

import httpx
import pytest

from tests.unit.release.images.loading import program, runtime

liveness = runtime("liveness")
health_server = runtime("health_server")
evented = runtime("evented")
prefork = runtime("prefork")
pool = runtime("pool")
caches = runtime("caches")
maintenance = runtime("maintenance_database")
preimport = runtime("preimport")
Settings = runtime("settings").Settings


class Master:
    """What a board sees of a master."""

    def __init__(self) -> None:
        self.now = 100.0
        self.workers = 2
        self.board = liveness.MasterBoard(lambda: self.now, 16.0, lambda: self.workers)


def test_a_loading_master_is_alive_but_not_ready() -> None:
    master = Master()
    assert master.board.live() == (True, "loading")
    assert master.board.ready() == (False, "loading")


def test_a_turning_master_with_workers_is_ready() -> None:
    master = Master()
    master.board.turned()
    assert master.board.live().ok
    assert master.board.ready() == (True, "2 workers")
    master.workers = 0
    assert master.board.live().ok
    assert master.board.ready() == (False, "no worker process")


def test_a_silent_master_is_neither() -> None:
    master = Master()
    master.board.turned()
    master.now += 16.0
    assert master.board.live().ok
    master.now += 1.0
    assert master.board.live() == (False, "main loop silent for 17 s")
    assert not master.board.ready().ok


def test_a_stopping_master_is_alive_however_long_its_workers_take_but_not_ready() -> None:
    master = Master()
    master.board.turned()
    master.board.stopping()
    master.now += 1000.0
    assert master.board.live() == (True, "stopping")
    assert master.board.ready() == (False, "stopping")


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET /ok HTTP/1.1", b"200"),
        (b"GET /ok?x=1 HTTP/1.1", b"200"),
        (b"GET /bad HTTP/1.1", b"503"),
        (b"GET /else HTTP/1.1", b"404"),
        (b"POST /ok HTTP/1.1", b"404"),
        (b"", b"404"),
        (b"\xff\xfe", b"404"),
    ],
)
def test_responses(line: bytes, status: bytes) -> None:
    checks = {
        b"/ok": lambda: liveness.Verdict(True, "fine"),
        b"/bad": lambda: liveness.Verdict(False, "stuck"),
    }
    assert health_server.response(checks, line).split(b" ")[1] == status


def test_the_server_answers_and_a_forked_child_gives_the_port_up() -> None:
    server = health_server.HealthServer(0, {"/ok": lambda: liveness.Verdict(True, "fine")})
    server.start()
    url = f"http://127.0.0.1:{server.port}/ok"
    assert httpx.get(url, timeout=2).text == "fine\n"
    child = os.fork()
    if child == 0:
        os._exit(0 if server._socket.fileno() == -1 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert httpx.get(url, timeout=2).status_code == 200


@pytest.mark.parametrize("db_name", ["t_a", " t_a ", ["t_a"]])
def test_one_database_is_the_tenants(db_name: object) -> None:
    assert maintenance.tenant_database({"db_name": db_name}) == "t_a"


@pytest.mark.parametrize("db_name", [None, False, "", "a,b", "postgres", []])
def test_anything_else_is_refused(db_name: object) -> None:
    with pytest.raises(maintenance.TenantDatabaseError, match="exactly"):
        maintenance.tenant_database({"db_name": db_name})


def test_only_the_maintenance_database_is_redirected() -> None:
    connect = maintenance.redirected(lambda to, *args, **kwargs: (to, args, kwargs), {"db_name": "t_a"})
    assert connect("postgres") == ("t_a", (), {})
    assert connect("t_a", allow_uri=True) == ("t_a", (), {"allow_uri": True})
    assert connect("other", True) == ("other", (True,), {})


def test_the_database_list_is_one_name_and_only_on_demand() -> None:
    config = {"db_name": "t_a", "list_db": False}
    list_dbs = maintenance.only_database(config, PermissionError)
    assert list_dbs(True) == ["t_a"]
    with pytest.raises(PermissionError):
        list_dbs()


class FakeConnection:
    closed = False


class FakePool:
    """As much of Odoo's ConnectionPool as the patch touches."""

    def __init__(self, size: int) -> None:
        self._maxconn = size
        self.used: list[FakeConnection] = []

    def borrow(self) -> FakeConnection:
        if len(self.used) >= self._maxconn:
            raise LookupError("full")
        self.used.append(FakeConnection())
        return self.used[-1]

    def give_back(self, connection: FakeConnection) -> None:
        self.used.remove(connection)


class Crowd:
    """A pool shared by people; each gives up at the fifth look at the clock."""

    def __init__(self, size: int) -> None:
        self.who = ""
        ticks = itertools.count()
        pool_class = type("Patient", (FakePool,), {})
        pool.make_patient(
            pool_class, LookupError, 5, clock=lambda: next(ticks), sleep=lambda _s: None, whoami=lambda: self.who
        )
        self.pool = pool_class(size)

    def borrows(self, who: str) -> FakeConnection | None:
        self.who = who
        try:
            return self.pool.borrow()
        except LookupError:
            return None


def test_the_last_connection_is_for_those_who_hold_one() -> None:
    crowd = Crowd(3)
    assert crowd.borrows("listener")
    assert crowd.borrows("ann")
    assert crowd.borrows("ben") is None
    # Without it, Ann would wait for a second connection while everybody waits for Ann.
    second = crowd.borrows("ann")
    assert second
    assert crowd.borrows("ann") is None
    crowd.pool.give_back(second)
    assert crowd.borrows("ben") is None


def test_who_waits_gets_what_is_given_back() -> None:
    crowd = Crowd(3)
    held = crowd.borrows("ann")
    assert crowd.borrows("ben")
    assert crowd.borrows("cleo") is None
    crowd.pool.give_back(held)
    assert crowd.borrows("cleo")


def test_a_connection_that_was_lost_counts_no_longer() -> None:
    crowd = Crowd(3)
    for who in ("ann", "ben"):
        connection = crowd.borrows(who)
        assert connection
        connection.closed = True
    crowd.pool.used.clear()
    assert crowd.borrows("cleo")


def test_a_loaded_registry_is_no_news_unless_modules_were_updated() -> None:
    class Registry(SimpleNamespace):
        @classmethod
        def new(cls, db_name, force_demo=False, status=None, update_module=False):  # noqa: ARG003
            return cls(name=db_name, cache_invalidated=True)

    caches.keep_others_caches(Registry)
    assert Registry.new("t_a").cache_invalidated is False
    assert Registry.new("t_a", update_module=True).cache_invalidated is True


def test_the_push_process_answers_its_probe_itself() -> None:
    seen: list[str] = []
    application = evented.answering_probes(lambda environ, _start: seen.append(environ["PATH_INFO"]) or [])
    assert application({"PATH_INFO": "/platform/health"}, lambda *_a: None) == [b"turning\n"]
    application({"PATH_INFO": "/longpolling/poll"}, lambda *_a: None)
    assert seen == ["/longpolling/poll"]


class FakePrefork:
    """As much of Odoo's PreforkServer as the patches touch."""

    def __init__(self) -> None:
        self.workers_http = {1: object()}
        self.workers_cron: dict[int, object] = {}
        self.calls: list[str] = []

    def run(self, preload: object, stop: bool) -> int:
        self.sleep()
        return 0

    def sleep(self) -> None:
        self.calls.append("sleep")

    def stop(self, graceful: bool = True) -> None:
        self.calls.append("stop")

    def process_spawn(self) -> None:
        self.calls.append("spawn")

    def long_polling_spawn(self) -> None:
        self.calls.append("push child")


def patched(**settings: object) -> FakePrefork:
    server_class = type("Patched", (FakePrefork,), {})
    prefork.patch(server_class, Settings(**{"role": "web", "health_port": 0, **settings}))
    return server_class()


def test_the_master_starts_no_push_child_unless_told_so() -> None:
    server = patched()
    server.long_polling_spawn()
    assert server.calls == []
    server = patched(own_gevent=True)
    server.long_polling_spawn()
    assert server.calls == ["push child"]


def test_every_turn_reaches_the_board_and_a_stop_unreadies() -> None:
    server = patched()
    server.platform_board = liveness.MasterBoard(time.monotonic, 16, lambda: 1)
    server.sleep()
    server.process_spawn()
    assert server.platform_board.ready().ok
    server.stop()
    assert server.platform_board.ready() == (False, "stopping")
    assert server.calls == ["sleep", "spawn", "stop"]


def test_a_run_that_stops_after_its_work_opens_no_port() -> None:
    server = patched(health_port=1)
    assert server.run(None, stop=True) == 0
    assert not hasattr(server, "platform_board")


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment("web", {"PLATFORM_HEALTH_PORT": "9", "PLATFORM_OWN_GEVENT": "1"})
    assert settings.health_port == 9
    assert settings.own_gevent
    assert Settings.from_environment("gevent", {}).health_port == 0
    jobs = {"PLATFORM_JOB_DB_MAXCONN": "3"}
    assert [Settings.from_environment(role, jobs).job_connections for role in ("web", "cron")] == [0, 3]
    with pytest.raises(ValueError, match="PLATFORM_STALL_SECONDS must be a number"):
        Settings.from_environment("web", {"PLATFORM_STALL_SECONDS": "soon"})


launcher = program("odoo-tenant")


@pytest.mark.parametrize(
    ("argv", "environ", "expected"),
    [
        (["web"], {}, ("web", [])),
        (["gevent", "--log-level=debug"], {}, ("gevent", ["--log-level=debug"])),
        (["shell"], {"PLATFORM_ROLE": "web"}, ("command", ["shell"])),
        (["--workers=2"], {"PLATFORM_ROLE": "cron"}, ("cron", ["--workers=2"])),
        (["--version"], {}, ("command", ["--version"])),
        ([], {}, ("command", [])),
    ],
)
def test_roles(argv: list[str], environ: dict[str, str], expected: tuple[str, list[str]]) -> None:
    assert launcher.role_and_arguments(argv, environ) == expected


def test_options_of_each_role() -> None:
    environ = {"PLATFORM_WORKERS": "3", "PLATFORM_DB_MAXCONN": "8"}
    assert launcher.role_options("web", environ) == ["--max-cron-threads=0", "--workers=3", "--db_maxconn=8"]
    assert launcher.role_options("cron", environ) == [
        "--http-interface=127.0.0.1", "--workers=1", "--max-cron-threads=1", "--db_maxconn=8",
    ]  # fmt: skip
    assert launcher.role_options("gevent", {}) == []
    assert launcher.role_options("command", environ) == []


@pytest.mark.parametrize("role", ["web", "gevent", "command"])
def test_nobody_but_cron_runs_queued_jobs_whatever_the_environment_says(role: str) -> None:
    environ = {"PLATFORM_JOB_WORKERS": "2", "ODOO_QUEUE_JOB_CHANNELS": "root:4"}
    assert launcher.job_settings(role, environ) == {"ODOO_QUEUE_JOB_CHANNELS": "root:0"}


def test_cron_runs_as_many_queued_jobs_as_it_has_processes_for_them() -> None:
    environ = {"PLATFORM_JOB_WORKERS": "2", "ODOO_QUEUE_JOB_CHANNELS": "root:4"}
    assert launcher.job_settings("cron", environ) == {
        "ODOO_QUEUE_JOB_CHANNELS": "root:2",
        "ODOO_QUEUE_JOB_HOST": "127.0.0.1",
    }
    assert "--workers=2" in launcher.role_options("cron", environ)


def test_cron_is_ready_when_it_has_scheduled_actions_jobs_and_their_runner() -> None:
    server = SimpleNamespace(workers_cron={1: 0}, workers_http={2: 0, 3: 0}, jobrunner={4: 0})
    assert (prefork._workers(server, "cron"), prefork._workers(server, "web")) == (1, 2)
    server.jobrunner.clear()
    assert (prefork._workers(server, "cron"), prefork._workers(server, "web")) == (0, 2)


def test_a_process_for_queued_jobs_has_a_pool_of_its_own_size() -> None:
    class WorkerHTTP:
        started = False

        def start(self) -> None:
            self.started = True

    odoo = SimpleNamespace(
        service=SimpleNamespace(server=SimpleNamespace(WorkerHTTP=WorkerHTTP)),
        tools=SimpleNamespace(config={"db_maxconn": 4}),
        sql_db=SimpleNamespace(_Pool="the master's"),
    )
    prefork.limit_connections(odoo, 3)
    worker = WorkerHTTP()
    worker.start()
    assert worker.started
    # The next cursor makes a new pool, of this size.
    assert (odoo.tools.config["db_maxconn"], odoo.sql_db._Pool) == (3, None)


def test_addons_come_after_what_they_depend_on_and_once() -> None:
    needs = {"sale": ["account", "mail"], "account": ["base"], "mail": ["base"], "base": []}
    assert preimport.with_dependencies(["sale", "mail"], needs.__getitem__) == ["base", "account", "mail", "sale"]


def test_a_circle_of_addons_ends() -> None:
    needs = {"a": ["b"], "b": ["a"]}
    assert preimport.with_dependencies(["a"], needs.__getitem__) == ["b", "a"]

"""What a deployment may change, read from the environment once per process."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Durations in seconds, ports as TCP port numbers."""

    role: str
    # 0 turns the health server off (builds, one-off commands).
    health_port: int = 8071
    # The master's loop turns at least every 4 s (Odoo's `beat`); four missed turns are no accident,
    # and with three probes 8 s apart a wedged master is still replaced within 60 s.
    stall_seconds: float = 16.0
    # Rendered in the master before the first fork; empty for none.
    warm_page: str = ""
    # The push server runs in a container of its own with its own connection budget.
    own_gevent: bool = False
    # A burst of polls wants a connection each at once; each is held for milliseconds, but the first one loads
    # the registry, which takes seconds. A poll itself lasts up to 50 s, so a wait of 30 s goes unnoticed.
    pool_wait_seconds: float = 30.0
    # A leader is switched in seconds. Who waits holds a worker, of which a small shop has two.
    db_patience_seconds: float = 5.0
    # Silence after which it is asked whether the database server is still ours; longer than nearly all statements.
    db_silence_seconds: float = 10.0
    # Connections of a process that runs queued jobs; 0: as many as the scheduled actions beside it.
    job_connections: int = 0
    # Pollers reconnect by themselves, so there is nothing to wait for but replies being written.
    gevent_stop_seconds: float = 3.0

    @classmethod
    def from_environment(cls, role, environ=None):
        """Settings of this process; raises ValueError with the variable's name on a malformed number."""
        environ = os.environ if environ is None else environ
        serves = role in ("web", "cron")
        return cls(
            role=role,
            health_port=_number(environ, "PLATFORM_HEALTH_PORT", 8071, int) if serves else 0,
            stall_seconds=_number(environ, "PLATFORM_STALL_SECONDS", 16.0, float),
            warm_page=environ.get("PLATFORM_WARM_PAGE", "/web/login") if role == "web" else "",
            own_gevent=environ.get("PLATFORM_OWN_GEVENT", "") == "1",
            pool_wait_seconds=_number(environ, "PLATFORM_POOL_WAIT_SECONDS", 30.0, float),
            db_patience_seconds=_number(environ, "PLATFORM_DB_PATIENCE_SECONDS", 5.0, float),
            db_silence_seconds=_number(environ, "PLATFORM_DB_SILENCE_SECONDS", 10.0, float),
            job_connections=_number(environ, "PLATFORM_JOB_DB_MAXCONN", 0, int) if role == "cron" else 0,
            gevent_stop_seconds=_number(environ, "PLATFORM_GEVENT_STOP_SECONDS", 3.0, float),
        )


def _number(environ, name, default, kind):
    raw = environ.get(name, "")
    if not raw:
        return default
    try:
        return kind(raw)
    except ValueError:
        raise ValueError(f"{name} must be a number, not {raw!r}") from None

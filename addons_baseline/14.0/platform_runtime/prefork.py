"""What changes in Odoo's prefork master: a health port, no child for the push server, less copying."""

import functools
import gc
import time

from .health_server import HealthServer
from .liveness import MasterBoard


def patch(server_class, settings, away=None):
    """Patch ``PreforkServer`` of the running series; in ``away`` its workers say that the database is away."""
    _report_turns(server_class)
    _freeze_before_first_fork(server_class)
    if not settings.own_gevent:
        # Called on every turn while no child is known, hence a function and not a flag.
        server_class.long_polling_spawn = lambda _self: None
    if settings.health_port:
        _serve_health(server_class, settings, away)


def _report_turns(server_class):
    """Tell the board about each turn of the main loop and about the stop."""
    original_sleep, original_stop = server_class.sleep, server_class.stop

    @functools.wraps(original_sleep)
    def sleep(self):
        board = getattr(self, "platform_board", None)
        if board:
            board.turned()
        return original_sleep(self)

    @functools.wraps(original_stop)
    def stop(self, *args, **kwargs):
        board = getattr(self, "platform_board", None)
        if board:
            board.stopping()
        return original_stop(self, *args, **kwargs)

    server_class.sleep, server_class.stop = sleep, stop


def _serve_health(server_class, settings, away):
    """Open the health port before the registry loads, so that a start-up probe sees a loading master."""
    original_run = server_class.run

    @functools.wraps(original_run)
    def run(self, preload, stop):
        if not stop:
            count = functools.partial(_workers, self, settings.role)
            self.platform_board = MasterBoard(time.monotonic, settings.stall_seconds, count)
            checks = {
                "/health/live": self.platform_board.live,
                "/health/ready": self.platform_board.ready,
                "/health/database": away.verdict,
            }
            HealthServer(settings.health_port, checks).start()
        return original_run(self, preload, stop)

    server_class.run = run


def _workers(server, role):
    """How many of what the role needs are there: of scheduled actions, jobs and their runner the fewest."""
    if role == "cron":
        return min(len(server.workers_cron), len(server.workers_http), len(server.jobrunner))
    return len(server.workers_http)


def limit_connections(odoo, connections):
    """Give the HTTP workers a pool of this size, where the process beside them has another."""
    worker_class = odoo.service.server.WorkerHTTP
    original_start = worker_class.start

    @functools.wraps(original_start)
    def start(self):
        odoo.tools.config["db_maxconn"] = connections
        # The master's, which it emptied before the first fork; the next cursor makes a new one.
        odoo.sql_db._Pool = None
        return original_start(self)

    worker_class.start = start


def _freeze_before_first_fork(server_class):
    """Keep the loaded registry out of the collector's reach: a collection in a worker would touch, and so
    copy, every page the workers share with the master."""
    original_spawn = server_class.process_spawn

    @functools.wraps(original_spawn)
    def process_spawn(self):
        if not getattr(self, "platform_frozen", False):
            gc.collect()
            gc.freeze()
            self.platform_frozen = True
        return original_spawn(self)

    server_class.process_spawn = process_spawn

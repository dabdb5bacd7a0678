"""One job runner for a database, whatever else has been started: of two, each would hand out the other's jobs.

``queue_job`` marks a job as handed out without looking whether another runner has done so meanwhile, and then it
runs twice. And two may be there: Kubernetes starts a pod's successor while the pod still ends, and cannot end
one on a machine that it lost. So a runner holds a lock of the database while its connection lives, and others
wait.
"""

import functools
import logging
import select
from contextlib import closing

_logger = logging.getLogger(__name__)

# Key of the lock in the tenant's database ("SFJR"); advisory locks are each database's own.
LOCK = 0x5346_4A52
# Seconds between two looks whether the other runner has ended. A look costs a connection that is closed again.
RETRY_SECONDS = 2.0


class AnotherRunnerError(Exception):
    """Some other process runs this database's jobs."""


def keep_to_one(runner):
    """Patch ``queue_job.jobrunner.runner``."""
    _lock_before_listening(runner.Database)
    _wait_for_the_lock(runner.QueueJobRunner)


def _lock_before_listening(database_class):
    listen = database_class._initialize

    @functools.wraps(listen)
    def _initialize(self):
        with closing(self.conn.cursor()) as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))
            (free,) = cursor.fetchone()
        if not free:
            self.close()
            raise AnotherRunnerError
        listen(self)

    database_class._initialize = _initialize


def _wait_for_the_lock(runner_class):
    begin = runner_class.initialize_databases

    @functools.wraps(begin)
    def initialize_databases(self):
        told = False
        # Not left to the runner's own recovery from errors, which writes a traceback for each try.
        while not self._stop:
            try:
                return begin(self)
            except AnotherRunnerError:
                if not told:
                    _logger.info("another process runs the jobs of this database; waiting for its end")
                    told = True
                # A stop is heard at once.
                select.select([self._stop_pipe[0]], [], [], RETRY_SECONDS)
        return None

    runner_class.initialize_databases = initialize_databases

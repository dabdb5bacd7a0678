"""`python3 -m controller.jobs dump|restore|archive-files|restore-files`."""

import argparse
import logging
import signal
import sys
import time
from collections.abc import Callable, Sequence

import structlog

from controller.errors import CancelledError, ExitCode, ShopfleetError
from controller.jobs.database import dump, restore
from controller.jobs.filestore import archive_files, restore_files
from controller.jobs.place import Place, read_place
from controller.jobs.result import Moved, write_failure, write_result
from controller.jobs.secrecy import Secrecy, secrets_of

JOBS: dict[str, Callable[[Place], Moved]] = {
    "dump": dump,
    "restore": restore,
    "archive-files": archive_files,
    "restore-files": restore_files,
}

log = structlog.get_logger()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one job; returns the exit code of controller.errors that says how it went.

    The operator reads it: what was refused, or asked wrongly, is not tried again (controller/services/jobs.py).
    """
    parser = argparse.ArgumentParser(prog="controller.jobs", description="One job inside a tenant's namespace.")
    parser.add_argument("job", choices=sorted(JOBS))
    job = parser.parse_args(arguments).job
    _log_json(Secrecy(()))
    try:
        place = read_place()
    except ShopfleetError as error:
        log.error("job failed", job=job, error=error.message)  # noqa: TRY400 the message says it all
        return error.exit_code
    secrecy = Secrecy(secrets_of(place))
    _log_json(secrecy)
    structlog.contextvars.bind_contextvars(**place.context)
    return _run(job, place, secrecy)


def _run(job: str, place: Place, secrecy: Secrecy) -> int:
    began = time.monotonic()
    log.info("job begins", job=job, database=place.database)
    try:
        moved = JOBS[job](place)
    except (ShopfleetError, OSError) as error:
        # A full or read-only volume is the usual OSError; its text names the file.
        message = secrecy.hide(str(error))
        log.error("job failed", job=job, error=message)  # noqa: TRY400 a traceback could not hide URLs
        write_failure(place.result, message)
        return error.exit_code if isinstance(error, ShopfleetError) else ExitCode.FAILED
    write_result(place.result, moved)
    seconds = round(time.monotonic() - began, 1)
    log.info("job ends", job=job, bytes=moved.bytes, sha256=moved.sha256, seconds=seconds)
    return ExitCode.OK


def _log_json(secrecy: Secrecy) -> None:
    # httpx writes whole URLs at INFO, signatures included.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            secrecy,
            structlog.processors.JSONRenderer(),
        ],
        # The whole configuration, as an earlier one in this process would otherwise be kept in parts.
        wrapper_class=structlog.BoundLogger,
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _end(*_: object) -> None:
    """Ends the wait that is under way, and the program that is waited for with it."""
    raise CancelledError("the Job was ended from outside, by its deadline or with its pod")


if __name__ == "__main__":
    # As the first process of its container it would not hear this signal otherwise, and the pod would stay on for
    # its whole grace period.
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main())

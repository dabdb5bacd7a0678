"""What PostgreSQL's programs complain of: what may pass is told from what would be refused again."""

import sys

import pytest

from controller.errors import RefusedError, UnavailableError
from controller.jobs.programs import run

PASSING = [
    'psql: error: connection to server at "db" failed: Connection refused',
    "pg_dump: error: could not write to output file: No space left on device",
    "pg_restore: error: could not execute query: ERROR:  canceling statement due to lock timeout",
    'FATAL:  too many connections for role "t_a"',
    "ERROR:  deadlock detected",
]
REFUSED = [
    "pg_dump: error: query failed: ERROR:  permission denied for table res_users",
    "pg_restore: error: input file does not appear to be a valid archive",
    "pg_restore: error: unsupported version (1.16) in file header",
]


def failing(said: str) -> list[str]:
    return [sys.executable, "-c", "import sys; sys.exit(sys.argv[1])", said]


@pytest.mark.parametrize("said", PASSING)
def test_what_may_pass_is_no_refusal(said: str) -> None:
    with pytest.raises(UnavailableError) as caught:
        run(failing(said), what="dump of t_a")
    assert said in caught.value.message


@pytest.mark.parametrize("said", REFUSED)
def test_what_would_be_said_again_is_a_refusal(said: str) -> None:
    with pytest.raises(RefusedError) as caught:
        run(failing(said), what="dump of t_a")
    assert said in caught.value.message


def test_a_program_that_the_kernel_ended_may_be_started_again() -> None:
    ending = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    with pytest.raises(UnavailableError, match="ended with -9"):
        run(ending, what="restore of t_a")


def test_a_program_that_the_image_lacks_is_named() -> None:
    with pytest.raises(RefusedError, match="no-such-program"):
        run(["no-such-program"], what="dump of t_a")

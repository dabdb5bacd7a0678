"""The server's own memory of who leads, so that a leader who lost the lease unnoticed changes nothing more.

A table of one row in the maintenance database holds the highest generation that ever acted. Every change
raises it to its own generation first, and is refused when it is higher already.
"""

from controller.adapters.effects import UNFENCED_GENERATION
from controller.adapters.postgres_session import Connection, fetch, run
from controller.errors import LostLeadershipError

APPLICATION = "shopfleet"

_CREATE = (
    "CREATE TABLE IF NOT EXISTS shopfleet_fence ("
    " single boolean PRIMARY KEY DEFAULT true CHECK (single), generation bigint NOT NULL)"
)
_FIRST_ROW = "INSERT INTO shopfleet_fence (generation) VALUES (0) ON CONFLICT DO NOTHING"
_RAISE = """
    WITH before AS (SELECT generation FROM shopfleet_fence FOR UPDATE)
    UPDATE shopfleet_fence AS fence SET generation = %s FROM before
    WHERE before.generation <= %s RETURNING before.generation AS earlier
"""
# A leader stopped in the middle of a change still has its session open. Ending it makes sure that its next
# statement fails, however late it wakes up.
_END_OLDER = r"""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND (usename = current_user OR usename ~ '^sfs_')
      AND application_name ~ '^shopfleet/[0-9]+$'
      AND substring(application_name FROM '[0-9]+$')::bigint BETWEEN 1 AND %s
"""


def application_name(generation: int) -> str:
    """How sessions of this generation are called in pg_stat_activity."""
    return f"{APPLICATION}/{generation}"


def create_fence(connection: Connection) -> None:
    """In the maintenance database; does nothing when it is there."""
    run(connection, _CREATE)
    run(connection, _FIRST_ROW)


def pass_fence(connection: Connection, generation: int) -> None:
    """Raise the fence to our generation; generation 0 acts without a lease and passes.

    Raises LostLeadershipError when a later leader has changed something on this server.
    """
    if generation == UNFENCED_GENERATION:
        return
    found = fetch(connection, _RAISE, generation, generation)
    if not found:
        raise LostLeadershipError(
            f"A later leader than number {generation} has acted on the database server already."
        )
    if found[0]["earlier"] < generation:
        fetch(connection, _END_OLDER, generation - 1)

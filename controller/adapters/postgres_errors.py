"""What PostgreSQL's and libpq's failures mean, as errors of ours. Pure."""

import psycopg

from controller.errors import ConflictError, RefusedError, ShopfleetError, UnavailableError

# SQLSTATEs after which the same call may succeed later, with what a person can do about it.
_LATER = {
    "53100": ("the disk is full", "Free or add space on the server's data volume."),
    "53200": (
        "shared memory is exhausted",
        "If the log names the lock table, raise max_locks_per_transaction, to 256 for instance.",
    ),
    "53300": (
        "all connections are in use",
        "Raise max_connections, or move tenants to another server; `shopfleet doctor` shows the numbers.",
    ),
    "55006": ("it is in use by other sessions", "End those sessions, or wait for them."),
    "55P03": ("somebody else keeps it locked", "Look for long transactions in pg_stat_activity."),
    "57014": ("it took longer than allowed", "The server is slow or blocked; look into pg_stat_activity."),
    "57P01": ("the server ended the session", "It restarts or fails over; try again in a moment."),
    "57P02": ("the server crashed", "It recovers by itself; try again in a moment."),
    "57P03": ("the server is starting or stopping", "Try again in a moment."),
    "25006": ("the server takes no changes now", "It may be a standby after a failover; try again in a moment."),
}

_CONFLICTS = frozenset(
    {
        "23505",  # two inserted the same row
        "40001",  # serialization failure
        "40P01",  # deadlock
        "42P04",  # the database exists
        "42710",  # the object exists
    }
)

# Everything that PostgreSQL has no code of its own for.
_INTERNAL = "XX000"
_CHECKPOINT = (
    "a checkpoint failed, most likely because the disk is full",
    "Free or add space on the server's data volume; the server's log says what it could not write.",
)

# libpq gives no SQLSTATE when the connection itself fails, only its text.
_CONNECTING = (
    # What the first session in a new database says, and keeps back why.
    ("could not write init file", "53100"),
    ("too many clients", "53300"),
    ("too many connections", "53300"),
    ("remaining connection slots", "53300"),
    ("starting up", "57P03"),
    ("shutting down", "57P03"),
    ("not yet accepting", "57P03"),
    ("terminating connection", "57P01"),
)


def is_disbelief(error: psycopg.Error) -> bool:
    """Whether libpq does not believe the server's certificate; it does not say why."""
    return error.sqlstate is None and "certificate verify failed" in str(error).lower()


def translated(
    error: psycopg.Error, server: str, database: str, doing: str, objection: str | None = None
) -> ShopfleetError:
    """The error of ours, naming server and database, and what was being done.

    `objection` is what is known to be wrong with the server's certificate (controller.adapters.postgres_tls).
    """
    if objection is not None:
        return UnavailableError(
            f"PostgreSQL {server}, database {database}: cannot {doing}, TLS failed: {objection}",
            hint=_RENEW if "expired" in objection else _CERTIFICATE,
        )
    if error.sqlstate is None:
        return _connection_failed(str(error), server, database, doing)
    said = (error.diag.message_primary or str(error)).strip()
    detail = (error.diag.message_detail or "").replace("\n", "; ")
    where = f"PostgreSQL {server}, database {database}"
    return _by_state(error.sqlstate, f"{said} ({detail})" if detail else said, where, doing)


def _by_state(state: str, said: str, where: str, doing: str) -> ShopfleetError:
    if state in _LATER:
        what, hint = _LATER[state]
        return UnavailableError(f"{where}: cannot {doing}, {what}: {said}", hint=hint)
    if state == _INTERNAL:
        return _internal(said, where, doing)
    if state.startswith("08"):
        return UnavailableError(f"{where}: cannot {doing}, the connection broke: {said}")
    if state in _CONFLICTS:
        return ConflictError(f"{where}: cannot {doing}: {said}")
    return RefusedError(f"{where}: cannot {doing}: {said}", hint=_hint(state))


def _internal(said: str, where: str, doing: str) -> ShopfleetError:
    if "concurrently" in said:
        return ConflictError(f"{where}: cannot {doing}: {said}")  # "tuple concurrently updated" in a catalogue
    if "checkpoint request failed" in said:
        # Not to be tried again by itself: each attempt asks for another checkpoint, and the one that finds no room
        # for its own notes ends the server, for everybody on it.
        what, hint = _CHECKPOINT
        return RefusedError(f"{where}: cannot {doing}, {what}: {said}", hint=hint)
    return UnavailableError(f"{where}: cannot {doing}: {said}", hint="The server's log says more.")


def _hint(state: str) -> str | None:
    if state == "42501":
        return (
            "The admin role needs CREATEDB, CREATEROLE and pg_signal_backend, and on PostgreSQL 16 and later "
            "ADMIN OPTION on the roles that it did not create itself."
        )
    if state in {"28000", "28P01"}:
        return _CREDENTIALS
    return None


_CREDENTIALS = "Check the server's admin secret, and that its pg_hba.conf admits this role from here."

_CERTIFICATE = (
    "The server's certificate has to name the DatabaseServer's host, and be of the authority in its caConfigMap, "
    "or of one that everybody trusts when that is null."
)
_RENEW = "Renew the server's certificate; the platform's own is renewed by: shopfleet install"


def _connection_failed(text: str, server: str, database: str, doing: str) -> ShopfleetError:
    said = " ".join(text.split())[:400]
    lowered = said.lower()
    where = f"PostgreSQL {server}, database {database}"
    for fragment, state in _CONNECTING:
        if fragment in lowered:
            return _by_state(state, said, where, doing)
    if "authentication failed" in lowered or "no pg_hba.conf entry" in lowered or "permission denied" in lowered:
        return RefusedError(f"{where}: cannot {doing}, it does not let us in: {said}", hint=_CREDENTIALS)
    if "does not exist" in lowered:
        return RefusedError(f"{where}: cannot {doing}: {said}")
    if "not currently accepting connections" in lowered:
        return RefusedError(f"{where}: cannot {doing}, it is a template or closed: {said}")
    if "certificate" in lowered or "ssl" in lowered:
        return UnavailableError(
            f"{where}: cannot {doing}, TLS failed: {said}",
            hint=_CERTIFICATE,
        )
    return UnavailableError(
        f"{where}: cannot {doing}, the server cannot be reached: {said}",
        hint="Is the server running, and its address in the DatabaseServer right?",
    )

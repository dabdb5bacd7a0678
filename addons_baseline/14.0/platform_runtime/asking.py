"""Asks the server that the database's address leads to whether it is the one that a connection waits for."""

import select
import time

import psycopg2
import psycopg2.extensions

from .hung import GONE, OURS, SILENT

# Seconds for the question; more than a busy server needs, less than a till waits.
ANSWER_WITHIN = 5.0

_QUESTION = """
SELECT NOT pg_is_in_recovery()
   AND EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s AND usename = current_user)
"""


def ask_server(connection):
    """Whether the server at the address still works for this connection: OURS, GONE or SILENT."""
    deadline = time.monotonic() + ANSWER_WITHIN
    try:
        # Asynchronous, because a stopped server takes the question and is silent.
        other = psycopg2.connect(async_=True, **connection._original_dsn)
        try:
            _answered(other, deadline)
            with other.cursor() as cursor:
                cursor.execute(_QUESTION, (connection.info.backend_pid,))
                _answered(other, deadline)
                (ours,) = cursor.fetchone()
        finally:
            other.close()
    except psycopg2.Error as error:
        # What refuses us is a server: too many connections, or it starts. One that only reads is no leader.
        said = str(error)
        return OURS if "FATAL" in said else GONE if "writable" in said or "read-only" in said else SILENT
    return OURS if ours else GONE


def _answered(connection, deadline):
    while True:
        state = connection.poll()
        if state == psycopg2.extensions.POLL_OK:
            return
        descriptor = [connection.fileno()]
        reading = state == psycopg2.extensions.POLL_READ
        left = max(0.0, deadline - time.monotonic())
        if not any(select.select(descriptor if reading else [], [] if reading else descriptor, [], left)):
            raise psycopg2.OperationalError("no answer")

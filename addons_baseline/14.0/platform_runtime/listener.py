"""The push process goes on listening after its database was away.

Odoo's own sleeps for 50 s when its connection breaks, and does not notice one that nobody will ever answer on.
"""

import json
import logging
import select
import time

_logger = logging.getLogger(__name__)

# Seconds of silence after which the server is asked whether it is there; who asks is watched like all others.
QUIET = 10
# Seconds until the next try to listen.
PAUSE = 1


def patch(dispatcher_class, sql_db, hashable):
    """Patch ``ImDispatch`` of the running series; ``hashable`` makes a channel the key of its pollers."""

    def loop(self):
        with sql_db.db_connect("postgres").cursor() as cursor:
            cursor.execute("LISTEN imbus")
            cursor.commit()
            # What was sent while nobody listened is in the table: everybody looks again.
            _wake(self, list(self.channels))
            while True:
                _hear(cursor)
                _wake(self, [hashable(channel) for channel in _told(cursor.connection)])

    def run(self):
        while True:
            try:
                loop(self)
            except Exception as error:  # noqa: BLE001 nobody but this loop can go on
                _logger.warning("the bus does not listen for the moment: %s", str(error).strip())
                time.sleep(PAUSE)

    dispatcher_class.loop, dispatcher_class.run = loop, run


def _hear(cursor):
    """Return when there may be news; raises when the connection is lost."""
    if any(select.select([cursor.connection], [], [], QUIET)):
        cursor.connection.poll()
    else:
        cursor.execute("SELECT 1")
        cursor.commit()


def _told(connection):
    """Channels of the notifications that have come."""
    channels = []
    while connection.notifies:
        channels.extend(json.loads(connection.notifies.pop(0).payload))
    return channels


def _wake(dispatcher, channels):
    for channel in channels:
        for event in dispatcher.channels.pop(channel, ()):
            event.set()

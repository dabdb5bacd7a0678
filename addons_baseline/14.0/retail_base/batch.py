"""Work on everything, cut into pieces that each have a transaction of their own.

A job of a night must not keep what it has done, nor lock what it has touched, until it ends.
"""

import logging

import psycopg2

_logger = logging.getLogger(__name__)

# Of two who write the same row the later fails, and sees the other's writing only in a new transaction.
ATTEMPTS = 3


def apart(records, method, *arguments):
    """Call the method of these records in a transaction of its own, which is committed; anew when it was too late.

    Answers whether it succeeded. What is wrong is logged, so that the other pieces go on.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with records.env.registry.cursor() as cr:
                getattr(records.with_env(records.env(cr=cr)), method)(*arguments)
        except psycopg2.OperationalError as conflict:
            _logger.info("%s.%s of %s, attempt %s: %s", records._name, method, records.ids, attempt, conflict)
        except Exception:
            # Whatever one piece meets, a mistake in its data for instance, is no reason to leave out all others.
            _logger.exception("%s.%s of %s failed", records._name, method, records.ids)
            return False
        else:
            return True
    _logger.warning("%s.%s of %s: always too late; left for the next run", records._name, method, records.ids)
    return False

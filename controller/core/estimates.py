"""How long copying a database takes, roughly: told beforehand, and never decided by."""

from datetime import timedelta

MEBIBYTE = 2**20

# Two pods that start one after the other, on two cores.
JOB_STARTS = timedelta(seconds=25)
# Dump, compress, upload, download and restore together, for Odoo's many small tables on two cores.
BYTES_PER_SECOND = 5 * MEBIBYTE


def copy_time(size: int) -> timedelta:
    """Dumping a database of so many bytes and restoring it elsewhere."""
    return JOB_STARTS + timedelta(seconds=size / BYTES_PER_SECOND)


def in_words(size: int, duration: timedelta) -> str:
    """Such as `58 MiB, about 1 min`."""
    minutes = max(1, round(duration.total_seconds() / 60))
    return f"{max(1, size // MEBIBYTE)} MiB, about {minutes} min"

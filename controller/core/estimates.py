"""How long copying a database or making a template takes, roughly: told beforehand, and never decided by."""

from datetime import timedelta

MEBIBYTE = 2**20

# Two pods that start one after the other, on two cores.
JOB_STARTS = timedelta(seconds=25)
# Dump, compress, upload, download and restore together, for Odoo's many small tables on two cores.
BYTES_PER_SECOND = 5 * MEBIBYTE

# Installing the baseline with its chart and languages on two idle cores, and restoring what came of it: about a
# minute and a half, and half a minute; twice that where others are at work.
TEMPLATE_BUILD = timedelta(minutes=3)
TEMPLATE_RESTORE = timedelta(minutes=1)


def template_times() -> str:
    """Both ways to a template; only the operator sees whether its dump is kept."""
    return f"{_about(TEMPLATE_BUILD)}, or {_about(TEMPLATE_RESTORE)} when its dump is kept"


def template_time(*, dump_kept: bool) -> str:
    return _about(TEMPLATE_RESTORE if dump_kept else TEMPLATE_BUILD)


def copy_time(size: int) -> timedelta:
    """Dumping a database of so many bytes and restoring it elsewhere."""
    return JOB_STARTS + timedelta(seconds=size / BYTES_PER_SECOND)


def in_words(size: int, duration: timedelta) -> str:
    """Such as `58 MiB, about 1 min`."""
    return f"{max(1, size // MEBIBYTE)} MiB, {_about(duration)}"


def _about(duration: timedelta) -> str:
    return f"about {max(1, round(duration.total_seconds() / 60))} min"

"""JSON log lines with tenant, procedure and request id; secrets are blanked wherever they turn up."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Keys whose values are secrets whatever they hold. Values in free text cannot be told apart, so code never logs
# objects that carry secrets; this is the second line of defence.
SECRET_KEYS = frozenset(
    {"password", "admin_passwd", "secret", "token", "authorization", "access_key", "secret_key", "data"}
)
BLANK = "[secret]"

# A line for every event and every probe; they say nothing that our own lines do not.
CHATTY = ("kopf", "aiohttp.access", "httpx", "httpcore")


def configure(level: str = "INFO") -> None:
    """Log JSON lines to standard output, the standard library's loggers included."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        blank_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        # A cached logger would keep the stream of whoever configured first.
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def blank_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the values of keys that name secrets."""
    for key in event:
        if key.lower() in SECRET_KEYS:
            event[key] = BLANK
    return event

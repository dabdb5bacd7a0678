"""Whatever a command or a job does to logging ends with its test."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def restored_logs() -> Iterator[None]:
    """They send logs to the streams that they find, which are closed when the test has ended."""
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()

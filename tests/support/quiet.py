"""Logs that nobody reads: rendering a traceback takes longer than most tests."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[list[structlog.typing.EventDict]]:
    """Captures what is logged, so that a test may look at it."""
    with structlog.testing.capture_logs() as captured:
        yield captured

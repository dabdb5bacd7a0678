"""Log lines are JSON, say what they are about, and hold no secret."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from controller.logs import BLANK, SECRET_KEYS, blank_secrets, configure


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The test's own logging, whatever the configuration did to it."""
    structlog.contextvars.clear_contextvars()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_says_tenant_procedure_and_request(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    with structlog.contextvars.bound_contextvars(tenant="rua", procedure="rua-create", request_id="r1"):
        structlog.get_logger().info("step begins", step="validate")
    (line,) = lines(capsys)
    assert line.pop("timestamp")
    assert line == {
        "event": "step begins",
        "level": "info",
        "step": "validate",
        "tenant": "rua",
        "procedure": "rua-create",
        "request_id": "r1",
    }


def test_what_libraries_say_is_json_with_the_same_context(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    with structlog.contextvars.bound_contextvars(tenant="rua"):
        logging.getLogger("urllib3").warning("retrying %s", "GET")
    (line,) = lines(capsys)
    assert (line["event"], line["tenant"], line["level"]) == ("retrying GET", "rua", "warning")


def test_a_traceback_is_in_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    try:
        {}["missing"]
    except KeyError:
        structlog.get_logger().exception("pass failed unexpectedly")
    (line,) = lines(capsys)
    assert "KeyError: 'missing'" in str(line["exception"])


def test_chatter_and_what_is_below_the_level_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure("WARNING")
    structlog.get_logger().info("too low")
    configure("INFO")
    logging.getLogger("httpx").info("every request")
    logging.getLogger("kopf").info("every event")
    assert lines(capsys) == []


@pytest.mark.parametrize("key", sorted(SECRET_KEYS))
def test_values_of_secret_keys_are_blanked(key: str) -> None:
    assert blank_secrets(None, "info", {key.upper(): "canary", "tenant": "rua"}) == {
        key.upper(): BLANK,
        "tenant": "rua",
    }

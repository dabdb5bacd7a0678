"""docs/cli.md says what the commands say, and every command is explained with an example."""

from typing import Any

import pytest
from typer.main import get_command

from controller.cli import reference
from controller.cli.app import app
from controller.cli.failures import GLOBAL_OPTIONS
from controller.errors import ExitCode

COMMANDS = {
    "local up", "local status", "local down", "install", "tenant create", "tenant list", "tenant show",
    "tenant open", "tenant suspend", "tenant resume", "tenant set-plan", "tenant rename", "tenant clone",
    "tenant delete", "tenant logs", "tenant shell", "tenant password", "procedure list", "procedure show",
    "procedure cancel", "procedure retry", "audit", "fleet status", "doctor",
}  # fmt: skip


def command(path: str) -> Any:
    found: Any = get_command(app)
    for word in path.split():
        found = found.commands[word]
    return found


def test_the_reference_is_current() -> None:
    assert reference.FILE.read_text() == reference.render(), "run: make generate"


def test_every_command_that_was_promised_is_there() -> None:
    assert set(reference.command_names()) >= COMMANDS


@pytest.mark.parametrize("path", reference.command_names())
def test_every_command_has_an_example_that_begins_with_itself(path: str) -> None:
    text = command(path).help
    assert f"shopfleet {path}" in text


@pytest.mark.parametrize("path", reference.command_names())
def test_every_argument_and_option_is_explained(path: str) -> None:
    for parameter in command(path).params:
        assert parameter.help, f"{path}: {parameter.name}"


def test_every_exit_code_is_explained() -> None:
    assert set(reference.EXIT_CODES) == set(ExitCode)


def test_global_options_that_may_stand_anywhere_are_the_root_command_s() -> None:
    root: Any = get_command(app)
    own = {name for each in root.params for name in each.opts if each.name not in ("help",)}
    assert set(GLOBAL_OPTIONS) == own - {"--install-completion", "--show-completion"}


def test_no_command_has_an_option_of_the_root_s_name() -> None:
    for path in reference.command_names():
        for parameter in command(path).params:
            assert not set(getattr(parameter, "opts", ())) & set(GLOBAL_OPTIONS), path

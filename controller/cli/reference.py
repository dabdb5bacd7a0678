"""Writes docs/cli.md from the commands themselves: `python3 -m controller.cli.reference --write|--check`."""

import re
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from typer.main import get_command

from controller.cli.app import app
from controller.errors import ExitCode

FILE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"

EXIT_CODES = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "it was tried and failed, or `doctor` found an error",
    ExitCode.USAGE: "wrong use or input: a field is named, with the fix; nothing was changed",
    ExitCode.NOT_FOUND: "the named tenant, procedure or partner does not exist",
    ExitCode.REFUSED: "the cluster understood and said no, for example a missing right or definition",
    ExitCode.CONFLICT: "somebody else was first: look again, then decide again",
    ExitCode.UNREACHABLE: "no answer from the cluster, so its state is not known",
    ExitCode.TIMED_OUT: "the time given by --timeout is up; the work goes on",
    ExitCode.INTERRUPTED: "stopped by Ctrl-C; the work goes on",
}

HEAD = """# The command line

Generated from the commands by `make generate`; a test compares it.

Global options may stand anywhere in a command line. Results go to standard output, everything else
(progress, questions, warnings, errors) to standard error, so that a program can read the results.
"""


def render() -> str:
    """The whole document."""
    root: Any = get_command(app)
    parts = [HEAD, _exit_codes(), "## Global options\n", _options(root)]
    parts += list(_commands(root, "shopfleet"))
    return "\n".join(parts).rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """`--write` writes the file, `--check` compares; 1 when they differ."""
    text = render()
    if arguments == ["--write"]:
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(text)
        return 0
    if arguments == ["--check"]:
        return 0 if FILE.is_file() and FILE.read_text() == text else 1
    print(__doc__)
    return ExitCode.USAGE


def command_names() -> list[str]:
    """Every command, such as `tenant create`."""
    root: Any = get_command(app)
    return [
        path.removeprefix("shopfleet ") for path, command in _walk(root, "shopfleet") if not _is_group(command)
    ]


def _exit_codes() -> str:
    rows = "\n".join(f"| {code.value} | {meaning} |" for code, meaning in EXIT_CODES.items())
    return f"## Exit codes\n\n| Code | Meaning |\n|---|---|\n{rows}\n"


def _walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, command
    if _is_group(command):
        for name, each in command.commands.items():
            yield from _walk(each, f"{path} {name}")


def _is_group(command: Any) -> bool:
    return hasattr(command, "commands")


def _commands(root: Any, name: str) -> Iterator[str]:
    for path, command in _walk(root, name):
        if command is root:
            continue
        if _is_group(command):
            yield f"## {path}\n\n{_text(command.help)}\n"
            continue
        level = "###" if path.count(" ") > 1 else "##"
        arguments = [each for each in command.params if each.param_type_name == "argument"]
        usage = " ".join([path, *(_usage(each) for each in arguments), "[OPTIONS]"])
        yield f"{level} {path}\n\n```\n{usage}\n```\n\n{_text(command.help)}\n"
        yield _arguments(arguments) + _options(command)


def _usage(argument: Any) -> str:
    name = str(argument.name).upper().replace("_", "-")
    return name if argument.required else f"[{name}]"


def _arguments(arguments: list[Any]) -> str:
    rows = [f"| `{_usage(each)}` | {_help(each)} |\n" for each in arguments]
    return "| Argument | |\n|---|---|\n" + "".join(rows) + "\n" if rows else ""


def _options(command: Any) -> str:
    rows = [
        f"| {_names(each)} | {_help(each)} |\n"
        for each in command.params
        if each.param_type_name == "option" and each.name not in ("help", "install_completion", "show_completion")
    ]
    return "| Option | |\n|---|---|\n" + "".join(rows) if rows else ""


def _names(option: Any) -> str:
    value = "" if option.is_flag else f" {option.metavar or _kind(option)}"
    names = [*option.opts, *option.secondary_opts]
    return ", ".join(f"`{name}{value}`" for name in names)


def _kind(option: Any) -> str:
    annotation = option.type_descriptor.annotation
    choices = [annotation, *get_args(annotation)]
    found = next((each for each in choices if isinstance(each, type) and issubclass(each, Enum)), None)
    if found is not None:
        return "\\|".join(str(each.value) for each in found)
    return str(option.opts[0]).lstrip("-").upper()


def _help(parameter: Any) -> str:
    said = str(parameter.help or "").replace("|", "\\|")
    default = parameter.default
    shown = getattr(default, "value", default)
    if shown not in (None, "", False, True) and not callable(shown) and parameter.show_default is not False:
        said += f" Default: `{shown}`."
    variable = parameter.envvar
    return f"{said} Environment: `{variable}`." if variable else said


def _text(text: str | None) -> str:
    """Help in rich's markup as Markdown: headings of examples, and each example as code."""
    cleaned = re.sub(r"\[bold\](.*?)\[/bold\]", r"**\1**", (text or "").strip())
    return re.sub(r"^ +(shopfleet .*|curl .*)$", r"    \1", cleaned, flags=re.MULTILINE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

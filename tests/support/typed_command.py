"""Whether a `shopfleet` command could be typed as it stands in a document, or as the program suggests it."""

from typing import Any

from typer.main import get_command

from controller.cli.app import app
from controller.cli.failures import hoist

SHOPFLEET: Any = get_command(app)


def complaint(words: tuple[str, ...], *, whole: bool) -> str | None:
    """What is wrong with `shopfleet WORDS`; None when it could be typed so."""
    node = SHOPFLEET
    rest = hoist(list(words))
    given, rest = split(node, rest)
    while hasattr(node, "commands"):
        if not rest:
            return "names no command" if whole and not given else None
        if rest[0] not in node.commands:
            return f"there is no command {rest[0]!r}"
        node = node.commands[rest[0]]
        options, rest = split(node, rest[1:])
        given |= options
        if hasattr(node, "commands"):
            continue
    known = {name for each in node.params for name in (*each.opts, *each.secondary_opts)}
    known |= {name for each in SHOPFLEET.params for name in each.opts} | {"--help", "-h"}
    if unknown := given - known:
        return f"there is no option {', '.join(sorted(unknown))}"
    arguments = [each for each in node.params if each.param_type_name == "argument"]
    if len(rest) > len(arguments):
        return f"takes {len(arguments)} arguments, not {len(rest)}"
    needed = sum(each.required for each in arguments)
    if whole and len(rest) < needed and not given & {"--help", "-h"}:
        return f"needs {needed} arguments"
    return None


def split(node: Any, words: list[str]) -> tuple[set[str], list[str]]:
    """Options in front of and between the words, and the words that are left; a group stops at its command."""
    takes_value = {
        name: not (each.is_flag or getattr(each, "count", False))
        for each in node.params
        if each.param_type_name == "option"
        for name in (*each.opts, *each.secondary_opts)
    }
    options, left = set(), []
    rest = iter(words)
    for word in rest:
        if word.startswith("-") and word != "-":
            name, equals, _ = word.partition("=")
            options.add(name)
            if takes_value.get(name) and not equals:
                next(rest, None)
        elif hasattr(node, "commands"):
            return options, [word, *rest]
        else:
            left.append(word)
    return options, left

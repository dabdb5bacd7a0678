"""Turns errors into one sentence, the next command and a documented exit code."""

from itertools import islice
from typing import Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from controller.cli.state import State
from controller.errors import ExitCode, ShopfleetError
from provisioning.installer.errors import DeniedError, InstallError, KubeconfigError, UnreachableError
from provisioning.local.errors import LocalError

GLOBAL_OPTIONS = {"--kubeconfig": 1, "--context": 1, "--partner": 1, "--output": 1, "-o": 1, "--verbose": 0}
"""Options of the root command and how many words follow; accepted anywhere in a command line."""


class RootGroup(TyperGroup):
    """The root command: takes its options at any place, and shows our errors without a traceback."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        rest: list[str] = super().parse_args(ctx, hoist(args))
        return rest

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (ShopfleetError, LocalError, InstallError) as error:
            state = ctx.obj if isinstance(ctx.obj, State) else None
            show(error, state.err if state else Console(stderr=True), verbose=bool(state and state.verbose))
            raise typer.Exit(exit_code_of(error)) from error
        except KeyboardInterrupt:
            Console(stderr=True).print("\nStopped. What was done stays; repeating the command goes on from there.")
            raise typer.Exit(ExitCode.INTERRUPTED) from None


def hoist(arguments: list[str]) -> list[str]:
    """The same command line with global options first: `tenant list -o json` means `-o json tenant list`."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in GLOBAL_OPTIONS:
            front += [word, *islice(words, GLOBAL_OPTIONS[word])]
        elif word.partition("=")[0] in GLOBAL_OPTIONS and word.startswith("--"):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def exit_code_of(error: ShopfleetError | LocalError | InstallError) -> ExitCode:
    """The installers know nothing of exit codes, but the same failure ends every command the same."""
    match error:
        case ShopfleetError():
            return error.exit_code
        case KubeconfigError():
            return ExitCode.USAGE
        case UnreachableError():
            return ExitCode.UNREACHABLE
        case DeniedError():
            return ExitCode.REFUSED
        case _:
            return ExitCode.FAILED


def show(error: ShopfleetError | LocalError | InstallError, console: Console, *, verbose: bool) -> None:
    """One sentence and the next step; the whole traceback only when asked for."""
    if verbose:
        # Without local variables: they hold passwords.
        console.print_exception(show_locals=False)
    console.print(Text.assemble(("Error: ", "bold red"), error.message), soft_wrap=True)
    if error.hint:
        console.print(Text.assemble(("  → ", "bold"), error.hint), soft_wrap=True)

"""The way of every change: show the plan, ask, submit, watch."""

import typer
from rich.console import Console
from rich.text import Text

from controller.cli.options import How
from controller.cli.output import print_data
from controller.cli.state import Output, State
from controller.cli.watching import watch
from controller.core.proposals import Proposal
from controller.errors import ExitCode, ShopfleetError, UserError
from controller.services.changes import Submitted
from controller.services.drafts import problems_error
from controller.services.following import of_change, until_gone, until_settled
from controller.services.plans import object_names
from controller.services.tenant_queries import Row
from provisioning.procedure import Procedure, ProcedureKind

RESULT_FIELDS = {"name", "changed", "kind", "requestId", "procedure", "seconds"}
"""What every change tells; a procedure's outputs come on top."""


def perform(
    state: State, proposal: Proposal, how: How, *, ask: str | None = None, confirm: str | None = None
) -> Row:
    """Make the change and return what to print of it.

    `ask` is the question to be answered with yes before; None asks nothing. `confirm` is the name that the
    person gave to confirm a deletion. A dry run ends here with its exit code.
    """
    if how.dry_run:
        _dry_run(state, proposal)
    if proposal.problems:
        raise problems_error(proposal.problems)
    if proposal.nothing_to_do:
        held = state.changes.held(proposal.after)
        if held is not None:
            raise ShopfleetError(f"It is asked for already. {held.reason}")
        state.err.print(f"Nothing to do: tenant {proposal.after.metadata.name} is like that already.")
        return {"name": proposal.after.metadata.name, "changed": False}
    if ask is not None and not how.yes:
        show_plan(state.err, proposal)
        confirm_yes(state, ask)
    if proposal.kind is ProcedureKind.DELETE:
        _confirm_name(state, proposal, confirm)
    for warning in proposal.warnings:
        state.err.print(Text.assemble(("Warning: ", "yellow"), warning), soft_wrap=True)
    for remark in proposal.remarks.values():
        state.err.print(Text(remark), soft_wrap=True)
    changes = state.changes
    request = changes.request(how.reason, how.on_behalf_of, how.force, purge=how.purge)
    submitted = changes.submit(proposal, request)
    if proposal.deferred:
        name = proposal.after.metadata.name
        state.err.print(f"Written down. {name} is suspended; it takes effect with: shopfleet tenant resume {name}")
        return {"name": name, "changed": True, "kind": proposal.kind.value, "requestId": request.request_id}
    return carry_out(state, submitted, how)


def carry_out(state: State, submitted: Submitted, how: How) -> Row:
    """Watch what was submitted, unless that is not wanted; what there is to say about it."""
    row: Row = {
        "name": submitted.tenant.metadata.name,
        "changed": True,
        "kind": submitted.kind.value,
        "requestId": submitted.request_id,
    }
    pursuit = of_change(state.runtime.kube, submitted, state.deadline(how.timeout))
    if not how.wait:
        state.err.print(f"{submitted.kind.value} is asked for; {pursuit.how_to_watch}", soft_wrap=True)
        return row
    procedure = watch(state, pursuit)
    if procedure is None:
        gone = submitted.kind is ProcedureKind.DELETE
        said = "is gone; nothing had been made for it" if gone else "is like that already; nothing had to be done"
        state.err.print(f"{submitted.tenant.metadata.name} {said}", soft_wrap=True)
        return row
    _settle(state, submitted)
    return row | _result(procedure)


def print_change(state: State, row: Row) -> None:
    """What came of a change: a sentence for people, everything for programs."""
    if state.output is not Output.TABLE:
        print_data(state, row)
    elif "procedure" in row:
        took = f" in {row['seconds']} s" if row.get("seconds") is not None else ""
        state.out.print(Text(f"{row['name']}: {row['kind']} is done{took}"), soft_wrap=True)
        for name in sorted(set(row) - RESULT_FIELDS):
            state.out.print(Text(f"{name}: {row[name]}"), soft_wrap=True)


def _settle(state: State, submitted: Submitted) -> None:
    """Let the Tenant object catch up with its procedure, so that the next command finds what was promised."""
    kube, clock, tenant = state.runtime.kube, state.runtime.clock, submitted.tenant
    if submitted.kind is not ProcedureKind.DELETE:
        until_settled(kube, clock, tenant, suspended=tenant.spec.suspended)
    elif not until_gone(kube, clock, tenant):
        state.err.print("Everything is removed, but the Tenant object is still there; see: shopfleet doctor")


def _result(procedure: Procedure) -> Row:
    started, finished = procedure.status.started_at, procedure.status.finished_at
    took = round((finished - started).total_seconds(), 1) if started and finished else None
    return {"procedure": procedure.metadata.name, "seconds": took, **procedure.status.outputs}


def show_plan(say: Console, proposal: Proposal) -> None:
    """What would be different, and the steps to it."""
    for change in proposal.changes:
        say.print(Text(f"  {change}"), soft_wrap=True)
    for number, step in enumerate(proposal.steps, 1):
        remarks = [
            *(["cannot be undone"] if step.point_of_no_return else []),
            *(["asks first whether tills are open"] if step.disruptive else []),
            *([proposal.remarks[step.name]] if step.name in proposal.remarks else []),
        ]
        note = f" ({'; '.join(remarks)})" if remarks else ""
        say.print(Text(f"  {number}. {step.title}{note}", style="dim"), soft_wrap=True)


def confirm_yes(state: State, question: str) -> None:
    """Raises UserError unless the answer is yes."""
    answer = _answer(state, f"{question} [y/N] ", "--yes")
    if answer.strip().lower() not in ("y", "yes"):
        raise UserError("not confirmed; nothing was changed")


def _confirm_name(state: State, proposal: Proposal, given: str | None) -> None:
    name = proposal.after.metadata.name
    if given is None:
        show_plan(state.err, proposal)
        given = _answer(state, f"Type the tenant's name to delete it: ({name}) ", f"--confirm {name}").strip()
    if given != name:
        raise UserError(
            f"the confirmation {given!r} is not the tenant's name; nothing was changed",
            hint=f"repeat with --confirm {name}",
        )


def _answer(state: State, question: str, option: str) -> str:
    try:
        return state.err.input(Text(question))
    except EOFError:
        state.err.print()
        raise UserError("this needs an answer, and nobody is there to give it", hint=f"add {option}") from None


def _dry_run(state: State, proposal: Proposal) -> None:
    objects = object_names(state.runtime.kube, proposal.after)
    if state.output is not Output.TABLE:
        print_data(state, _plan_data(proposal, objects))
    else:
        state.out.print(f"Would run {proposal.kind.value} (nothing is changed now):")
        show_plan(state.out, proposal)
        for name in objects:
            state.out.print(Text(f"     {name}", style="dim"), soft_wrap=True)
        for problem in proposal.problems:
            state.out.print(Text.assemble(("Problem: ", "red"), str(problem)), soft_wrap=True)
        for warning in proposal.warnings:
            state.out.print(Text.assemble(("Warning: ", "yellow"), warning), soft_wrap=True)
    raise typer.Exit(ExitCode.USAGE if proposal.problems else ExitCode.OK)


def _plan_data(proposal: Proposal, objects: list[str]) -> Row:
    return {
        "action": proposal.action,
        "procedure": proposal.kind.value,
        "tenant": proposal.after.metadata.name,
        "changes": list(proposal.changes),
        "steps": [
            {"name": step.name, "title": step.title, "remark": proposal.remarks.get(step.name)}
            for step in proposal.steps
        ],
        "objects": objects,
        "problems": [str(problem) for problem in proposal.problems],
        "warnings": list(proposal.warnings),
    }

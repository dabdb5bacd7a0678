"""`shopfleet doctor`."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from controller.cli.output import print_data
from controller.cli.state import Output, State, state_of
from controller.core import parts
from controller.core.findings import Finding, Level
from controller.errors import ExitCode, ShopfleetError
from controller.services.doctor import Doctor
from provisioning.local.findings import Level as HostLevel

if TYPE_CHECKING:
    from provisioning.local.cluster import LocalCluster

WHY = "the node and its shops live on this machine"
MARKS = {Level.OK: ("✓", "green"), Level.WARNING: ("!", "yellow"), Level.ERROR: ("✗", "red")}


def doctor(context: typer.Context) -> None:
    """Say what is wrong with this machine and this cluster, why that matters, and what to do.

    Changes nothing. Exits with 1 when something is in error.

    [bold]Example[/bold]

      shopfleet doctor --output json
    """
    state = state_of(context)
    runtime = state.runtime
    local = runtime.local_of_kubeconfig()
    found = _machine(state, local) if local else []
    found += _cluster(state)
    if state.output is Output.TABLE:
        _print(state, found)
    else:
        print_data(state, [asdict(each) for each in found])
    if any(each.level is Level.ERROR for each in found):
        raise typer.Exit(ExitCode.FAILED)


def _cluster(state: State) -> list[Finding]:
    """What the cluster has to say; that nothing leads to one is a finding like others."""
    runtime = state.runtime
    try:
        examination = Doctor(runtime.kube, runtime.review, runtime.clock, state.changes.namespace)
    except ShopfleetError as error:
        why = "nothing in the cluster can be checked"
        return [Finding("cluster", Level.ERROR, error.message, why, error.hint or "check the kubeconfig")]
    return examination.examine()


def _machine(state: State, cluster: "LocalCluster") -> list[Finding]:
    """The machine that carries the cluster, or could. What a running node has taken of it is not missing."""
    status = cluster.status()
    command = f"shopfleet local up --cluster {cluster.spec.name}"
    worst = Level.WARNING if status.node.running else Level.ERROR
    levels = {HostLevel.OK: Level.OK, HostLevel.WARNING: Level.WARNING, HostLevel.FAILED: worst}
    found = [
        Finding(f"machine: {each.check}", levels[each.level], each.message, WHY if each.hint else "", each.hint)
        for each in cluster.check()
    ]
    for program in status.node.programs:
        if not program.is_running:
            log = cluster.paths.logs / f"{program.name}.log"
            found.append(
                Finding(
                    "node", Level.ERROR, f"{program.name} is {program.state}", "the node is ill", f"read {log}"
                )
            )
    if not status.exists:
        what = f"there is no local cluster {cluster.spec.name} yet, and nothing names another one"
        found.append(Finding("node", Level.WARNING, what, "there is no shop to look at", command))
    elif not status.node.running:
        found.append(Finding("node", Level.ERROR, "the local node does not run", "no shop does either", command))
    now = state.runtime.clock.now()
    ends = {f"the node's {name}": now + max(left, timedelta(0)) for name, left in status.certificates.items()}
    return found + parts.certificates(ends, now)


def _print(state: State, found: Sequence[Finding]) -> None:
    for each in found:
        mark, style = MARKS[each.level]
        state.out.print(Text.assemble((f"{mark} ", style), (f"{each.check}: ", "bold"), each.what), soft_wrap=True)
        if each.level is not Level.OK:
            state.out.print(Text(f"    why:  {each.why}", style="dim"), soft_wrap=True)
            state.out.print(Text(f"    next: {each.next}"), soft_wrap=True)
    counts = {level: sum(each.level is level for each in found) for level in Level}
    state.out.print(
        f"\n{counts[Level.OK]} in order, {counts[Level.WARNING]} warnings, {counts[Level.ERROR]} errors",
        soft_wrap=True,
    )

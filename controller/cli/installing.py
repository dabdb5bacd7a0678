"""Runs an installation and shows each stage; shared by `install` and `local up`."""

from contextlib import suppress
from pathlib import Path

from rich.live import Live
from rich.table import Table
from rich.text import Text

from controller.cli.output import print_data
from controller.cli.state import Output, State
from controller.errors import ShopfleetError
from controller.services.audit import Audit
from controller.services.installing import plan_installation
from provisioning.installer.cluster import connect
from provisioning.installer.errors import InstallError
from provisioning.installer.platform import Plan, install
from provisioning.installer.progress import Progress
from provisioning.installer.progress import State as Stage
from provisioning.local.paths import CachePaths
from provisioning.meta import SYSTEM_NAMESPACE
from provisioning.platform.settings import InstallSettings

MARKS = {
    Stage.APPLYING: ("…", "yellow"),
    Stage.WAITING: ("…", "yellow"),
    Stage.READY: ("✓", "green"),
    Stage.FAILED: ("✗", "red"),
}


def plan_for(kubeconfig: Path | None, context: str | None, settings: InstallSettings, cache: CachePaths) -> Plan:
    """What would be applied to the cluster."""
    return plan_installation(connect(kubeconfig, context), settings, cache.image_index, cache.assets)


def run(state: State, kubeconfig: Path | None, context: str | None, planned: Plan) -> None:
    """Apply the plan and wait until everything is ready. Raises InstallError naming what is not."""
    view = StageView(state)
    try:
        with view:
            install(connect(kubeconfig, context), planned, view)
    except InstallError as error:
        # A first installation may have failed before there was an audit log to write to.
        with suppress(ShopfleetError):
            _audit(state, kubeconfig, f"failed: {error.message}")
        raise
    removed = ", ".join(map(str, planned.removals))
    if removed:
        state.err.print(Text(f"Removed, as this version does not have it: {removed}"), soft_wrap=True)
    _audit(state, kubeconfig, f"done; removed {removed}" if removed else "done")


def _audit(state: State, kubeconfig: Path | None, result: str) -> None:
    """In the platform's own namespace: an installation belongs to no partner."""
    runtime = state.runtime.at(kubeconfig) if kubeconfig else state.runtime
    audit = Audit(runtime.kube, runtime.clock, component="cli")
    audit.write(SYSTEM_NAMESPACE, action="platform.install", result=result)


def print_plan(state: State, planned: Plan) -> None:
    """Stages with the objects that each applies, and removes."""
    stages = [
        {
            "stage": stage.name,
            "after": sorted(stage.needs),
            "objects": [f"{each['kind']} {each['metadata']['name']}" for each in stage.manifests],
            "removes": [str(each) for each in stage.removals],
        }
        for stage in planned.stages
    ]
    if state.output is not Output.TABLE:
        print_data(state, stages)
        return
    state.out.print("Would apply (nothing is changed now):")
    for stage in stages:
        state.out.print(Text(f"  {stage['stage']}: {len(stage['objects'])} objects", style="bold"))
        state.out.print(Text(f"    {', '.join(stage['objects'])}", style="dim"), soft_wrap=True)
        if stage["removes"]:
            state.out.print(Text(f"    removes {', '.join(stage['removes'])}", style="yellow"), soft_wrap=True)


def print_notes(state: State, planned: Plan) -> None:
    """What was decided for the person, or may not be what they want."""
    for note in planned.notes:
        state.err.print(Text(note, style="yellow"), soft_wrap=True)


class StageView:
    """Live on a terminal, else a line when a stage begins and ends."""

    def __init__(self, state: State) -> None:
        self._console = state.err
        self._latest: dict[str, Progress] = {}
        self._live: Live | None = None

    def __enter__(self) -> "StageView":
        if self._console.is_terminal:
            self._live = Live(console=self._console, refresh_per_second=4)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, progress: Progress) -> None:
        self._latest[progress.stage] = progress
        if self._live is not None:
            self._live.update(self._table())
        elif progress.state in (Stage.READY, Stage.FAILED):
            mark, _ = MARKS[progress.state]
            self._console.print(Text(f"{mark} {progress.stage} ({progress.seconds:.1f} s)"), soft_wrap=True)

    def _table(self) -> Table:
        view = Table.grid(padding=(0, 1))
        for each in self._latest.values():
            mark, style = MARKS[each.state]
            passed = Text(f"{each.seconds:6.1f} s", style="dim")
            view.add_row(Text(mark, style=style), Text(each.stage), passed, Text(each.detail, style="dim"))
        return view

"""`shopfleet local …`: the platform on this machine, a real Kubernetes included."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from controller.cli.options import Yes
from controller.cli.output import print_data, print_details
from controller.cli.performing import confirm_yes
from controller.cli.state import Output, State, state_of
from provisioning.local import golden
from provisioning.local.progress import Progress

if TYPE_CHECKING:
    from provisioning.local.cluster import ClusterStatus, LocalCluster

app = typer.Typer(
    help="The platform on this machine: a real one-node Kubernetes with every part.", no_args_is_help=True
)

Cluster = Annotated[
    str, typer.Option("--cluster", help="Name of the cluster; each has its own data and addresses.")
]


@app.command("prepare")
def prepare(context: typer.Context, cluster: Cluster = "demo") -> None:
    """Install packages, compile programs and build images; everything short of a cluster.

    The results are kept and shared by all clusters of this machine. Cold, it takes up to half an hour.

    [bold]Example[/bold]

      shopfleet local prepare
    """
    state = state_of(context)
    with Progress(state.err) as progress:
        state.runtime.local(cluster).prepare(progress)


@app.command("up")
def up(context: typer.Context, cluster: Cluster = "demo") -> None:
    """Bring the cluster up with the platform installed; safe to repeat.

    Stops early, with numbers, on a machine with too little disk or memory.

    [bold]Example[/bold]

      shopfleet local up
    """
    state = state_of(context)
    chosen = state.runtime.local(cluster)
    bring_up(state, chosen)
    if state.output is Output.TABLE:
        state.err.print(f"Up. For kubectl: export KUBECONFIG={chosen.kubeconfig}", soft_wrap=True)
    else:
        print_data(state, _facts(chosen, chosen.status()))


@app.command("status")
def status(context: typer.Context, cluster: Cluster = "demo") -> None:
    """Show what runs of the cluster, and where its files are.

    [bold]Example[/bold]

      shopfleet local status --output json
    """
    state = state_of(context)
    chosen = state.runtime.local(cluster)
    print_details(state, _facts(chosen, chosen.status()))


@app.command("down")
def down(context: typer.Context, cluster: Cluster = "demo") -> None:
    """Stop the cluster; its data and all caches stay.

    [bold]Example[/bold]

      shopfleet local down
    """
    state = state_of(context)
    stopped = state.runtime.local(cluster).down()
    said = "Stopped" if stopped.was_running else "It was not running"
    cut = f" {stopped.cut_off} containers did not end in time." if stopped.cut_off else ""
    state.err.print(f"{said}.{cut} Kept: {stopped.kept}", soft_wrap=True)
    if stopped.templates.new:
        cache = state.runtime.local(cluster).cache.templates
        state.err.print(f"New in the cache: {stopped.templates.new} golden templates in {cache}", soft_wrap=True)
    _warn(state, stopped.templates)


@app.command("clean")
def clean(
    context: typer.Context,
    cluster: Cluster = "demo",
    keep_images: Annotated[
        bool, typer.Option("--keep-images", help="Keep the node's image store, which takes a minute to fill.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Stop the cluster and delete its data. Caches of programs and images stay.

    [bold]Example[/bold]

      shopfleet local clean --yes
    """
    state = state_of(context)
    chosen = state.runtime.local(cluster)
    if not yes:
        confirm_yes(state, f"Delete cluster {cluster} with all its tenants in {chosen.paths.root}?")
    chosen.wipe(keep_images=keep_images)
    state.err.print(f"Removed {chosen.paths.root}. Kept: {chosen.cache.root}", soft_wrap=True)


@app.command("demo")
def run_demo(
    context: typer.Context,
    cluster: Cluster = "demo",
    settings: Annotated[
        Path | None,
        typer.Option("--settings", metavar="FILE", help="As of `install`; only with --cluster current."),
    ] = None,
) -> None:
    """Bring everything up, with the two reference retailers of examples/, and say how to log in.

    With --cluster current it installs into the kubeconfig's cluster instead of starting one.

    [bold]Examples[/bold]

      shopfleet local demo

      shopfleet local demo --cluster current --settings settings.yaml
    """
    from controller.cli import demo  # noqa: PLC0415 see bring_up

    demo.run(state_of(context), cluster, settings, bring_up)


def bring_up(state: State, cluster: "LocalCluster") -> None:
    """Node and platform; says before how long the machine will be busy with compiling."""
    # Only here: the installer brings a client and certificates that other commands need not wait for.
    from controller.cli import installing  # noqa: PLC0415
    from controller.services.installing import local_settings  # noqa: PLC0415

    outlook = cluster.outlook()
    if outlook.is_cold:
        state.err.print(outlook.sentence(state.cores), soft_wrap=True)
    with Progress(state.err) as progress:
        cluster.up(progress)
    settings = local_settings(cluster.paths.volumes, throwaway=cluster.spec.throwaway)
    planned = installing.plan_for(cluster.kubeconfig, None, settings, cluster.cache)
    installing.run(state, cluster.kubeconfig, None, planned)
    cluster.paths.authority.write_text(planned.authority)
    _warn(state, golden.seed(cluster.paths, cluster.cache))


def _warn(state: State, copied: golden.Copied) -> None:
    """Of templates that will have to be built anew."""
    for reason in copied.missed:
        state.err.print(Text.assemble(("Warning: ", "yellow"), reason), soft_wrap=True)


def _facts(cluster: "LocalCluster", found: "ClusterStatus") -> dict[str, object]:
    memory = found.node.memory_bytes
    return {
        "cluster": cluster.spec.name,
        "running": found.node.running,
        "api": "answers" if found.node.api.ready else found.node.api.reason,
        "nodeAddress": cluster.spec.node_address,
        "kubeconfig": str(cluster.kubeconfig),
        "caFile": str(cluster.paths.authority),
        "data": str(cluster.paths.root) if found.exists else None,
        "memory": f"{memory // 2**20} MiB" if memory else None,
        "certificates": {name: f"{left.days} days" for name, left in found.certificates.items()},
        "programs": [
            {"name": each.name, "state": each.state, "ok": "ok" if each.is_running else "failed"}
            for each in found.node.programs
        ],
    }

"""`python -m provisioning.local up|down|status|wipe|prepare|servers|check [cluster]`.

For work on the installer itself; people use `shopfleet local`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import Console

from provisioning.local.cluster import LocalCluster
from provisioning.local.errors import LocalError
from provisioning.local.progress import Progress

USAGE_EXIT_CODE = 2


def main(arguments: list[str]) -> int:
    console = Console()
    verb, name, *_ = [*arguments, "", "test"] if not arguments else [*arguments, "test"]
    cluster = LocalCluster(name)

    def prepare() -> object:
        with Progress() as progress:
            return cluster.prepare(progress)

    def servers() -> object:
        with Progress() as progress:
            cluster.prepare_servers(progress)
        return "The servers are there."

    def up() -> object:
        with Progress() as progress:
            return cluster.up(progress)

    verbs: dict[str, Callable[[], object]] = {
        "prepare": prepare,
        "servers": servers,
        "up": up,
        "down": cluster.down,
        "status": cluster.status,
        "check": cluster.check,
        "wipe": lambda: cluster.wipe(keep_images=True),
    }
    if verb not in verbs:
        console.print(__doc__)
        return USAGE_EXIT_CODE
    try:
        console.print(verbs[verb]())
    except LocalError as error:
        console.print(f"[red]{error}[/red]")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

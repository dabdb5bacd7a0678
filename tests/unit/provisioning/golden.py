"""Compares objects with a checked-in YAML file, or writes it anew under `--update-golden`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from provisioning.meta import Manifest
from tests.unit.provisioning.samples import readable

FOLDER = Path(__file__).parent / "golden"


class _Dumper(yaml.SafeDumper):
    """Multi-line texts as blocks, and no anchors: every object stands for itself."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def compare(name: str, objects: Iterable[Manifest], *, update: bool) -> None:
    """Fails, naming the option, when the file says something else."""
    path = FOLDER / f"{name}.yaml"
    rendered = yaml.dump_all(
        [readable(manifest) for manifest in objects],
        Dumper=_Dumper,
        sort_keys=False,
        width=110,
        allow_unicode=True,
    )
    if update:
        FOLDER.mkdir(exist_ok=True)
        path.write_text(rendered)
    assert path.read_text() == rendered, f"{path.name} differs; see what changed by running with --update-golden"

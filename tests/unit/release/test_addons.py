"""The audit of third-party addons, on addons made up for it, and reading them from a folder."""

import dataclasses
from pathlib import Path

import pytest

from release.addons.audit import audit
from release.addons.tree import Addon, ManifestError, read_addon, read_tree
from release.addons.wanted import Wanted, wanted

WANTED = Wanted(series="14.0", python="3.9", provided=("odoo", "Python_Dateutil"), addons={"jobs": "P12"})
JOBS = Addon("jobs", "14.0.1.0.0", "LGPL-3", ("mail",), True, python=("odoo", "python-dateutil"))
PAGES = Addon("pages", "14.0.1.0.0", "AGPL-3", ("mail", "jobs"), True)
OURS = Addon("retail_base", "14.0.1.0.0", "LGPL-3", ("jobs",), True)
CORE = {"base", "mail"}


def problems(*third_party: Addon, own: Addon = OURS, judged: frozenset[str] = frozenset({"jobs", "pages"})) -> str:
    return "\n".join(audit(WANTED, third_party, [own], CORE, judged))


def test_what_fits_has_no_problem() -> None:
    assert problems(JOBS, PAGES) == ""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"licence": "OPL-1"}, "jobs has the licence OPL-1, which is not a free one"),
        ({"licence": ""}, "jobs has the licence none, which is not a free one"),
        ({"version": "15.0.1.0.0"}, "jobs is of version 15.0.1.0.0, not of series 14.0"),
        ({"installable": False}, "jobs says that it cannot be installed"),
        ({"depends": ("documents",)}, "jobs depends on documents, which neither Odoo nor the lock has"),
        ({"python": ("boto3",)}, "jobs needs the Python package boto3, which the image does not have"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, object], sentence: str) -> None:
    assert problems(dataclasses.replace(JOBS, **change)) == sentence  # type: ignore[arg-type]


def test_what_is_asked_for_is_there() -> None:
    lonely = dataclasses.replace(OURS, depends=("base",))
    assert problems(own=lonely) == "jobs is asked for, and is not in the lock"


def test_no_wheel_takes_the_place_of_a_module_of_odoo() -> None:
    assert "mail would take the place of Odoo's own module" in problems(
        JOBS, dataclasses.replace(JOBS, name="mail")
    )


def test_somebody_has_read_what_it_does_outside() -> None:
    sentence = problems(dataclasses.replace(JOBS, outside=("requests",)), judged=frozenset())
    assert sentence.startswith("jobs may speak to the outside (it imports requests): read it")


def test_our_addons_have_the_licence_that_they_build_on() -> None:
    above = dataclasses.replace(OURS, depends=("pages",))
    assert problems(JOBS, PAGES, own=above) == (
        "retail_base must have the licence AGPL-3 because it builds on pages, not LGPL-3"
    )
    assert problems(JOBS, PAGES, own=dataclasses.replace(above, licence="AGPL-3")) == ""
    assert "must have the licence LGPL-3" in problems(JOBS, own=dataclasses.replace(OURS, licence="AGPL-3"))


def test_addons_in_a_ring_do_not_keep_the_audit_busy() -> None:
    ring = dataclasses.replace(JOBS, depends=("pages",))
    assert problems(ring, PAGES, own=dataclasses.replace(OURS, licence="AGPL-3")) == ""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    addon = tmp_path / "odoo/addons/queue_job"
    (addon / "tests").mkdir(parents=True)
    (addon / "__manifest__.py").write_text("{'version': '14.0.3.0.0', 'license': 'LGPL-3', 'depends': ['mail']}")
    (addon / "runner.py").write_text("import requests\nfrom urllib.parse import quote\n")
    (addon / "tests/test_runner.py").write_text("import socket\n")
    metadata = tmp_path / "odoo14_addon_queue_job-14.0.3.0.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Name: odoo14-addon-queue_job\nRequires-Dist: odoo14-addon-mail-x\n"
        "Requires-Dist: odoo (<14.1dev,>=14.0a)\nRequires-Dist: Requests>=2\n"
    )
    return tmp_path


def test_a_folder_of_wheels_is_read(target: Path) -> None:
    [addon] = read_tree(target, WANTED)
    assert addon == Addon(
        "queue_job", "14.0.3.0.0", "LGPL-3", ("mail",), True, python=("odoo", "requests"), outside=("requests",)
    )


def test_a_manifest_that_is_none_is_named(target: Path) -> None:
    folder = target / "odoo/addons/queue_job"
    (folder / "__manifest__.py").write_text("import os")
    with pytest.raises(ManifestError, match="queue_job"):
        read_addon(folder)


def test_wheels_are_named_as_their_series_names_them() -> None:
    assert WANTED.wheel("queue_job") == "odoo14-addon-queue-job"
    assert WANTED.model_copy(update={"series": "18.0"}).wheel("queue_job") == "odoo-addon-queue-job"


def test_all_that_is_wanted_is_locked_with_a_hash_and_says_why() -> None:
    asked = wanted("14.0")
    locked = asked.lock.read_text()
    for name, reason in asked.addons.items():
        assert f"\n{asked.wheel(name)}==14.0." in f"\n{locked}"
        assert len(reason) > 10
    entries = [line for line in locked.splitlines() if "==" in line]
    assert all(line.endswith("\\") for line in entries), "an entry without a hash"

"""Which release a new tenant gets that names none."""

from datetime import timedelta

import pytest

from controller.core.choices import Choice, default_release, newer_release
from provisioning.meta import ANNOTATION_DEFAULT_RELEASE, Metadata
from provisioning.release import Release
from tests.support import samples
from tests.support.samples import NOW


def releases(*of: tuple[str, int, str]) -> dict[str, Release]:
    """Name, age in days, and what the annotation says."""
    made = {}
    for name, days, marked in of:
        annotations = {ANNOTATION_DEFAULT_RELEASE: marked} if marked else {}
        metadata = Metadata(name=name, creation_timestamp=NOW - timedelta(days=days), annotations=annotations)
        made[name] = samples.release().model_copy(update={"metadata": metadata})
    return made


@pytest.mark.parametrize("marked", ["", "true", "false"])
def test_the_only_one_needs_no_mark(marked: str) -> None:
    assert default_release(releases(("14.0", 1, marked))) == Choice("14.0", "the only release there is")


def test_the_marked_one_is_the_default_whatever_is_newer() -> None:
    found = default_release(releases(("14.0", 9, "true"), ("14.0-trial", 1, ""), ("15.0", 1, "false")))
    assert found == Choice("14.0", "marked as default")


def test_after_an_upgrade_the_newest_marked_one_counts() -> None:
    found = default_release(releases(("14.0", 9, "true"), ("14.0-ab12cd34", 1, "true"), ("14.0-old", 5, "true")))
    assert found == Choice("14.0-ab12cd34", "the newest of 3 that are marked as default")


def test_of_several_without_a_mark_a_person_chooses() -> None:
    assert default_release(releases(("14.0", 9, ""), ("14.0-ab12cd34", 1, ""))) is None
    assert default_release({}) is None


def test_a_tenant_of_before_the_upgrade_could_have_the_newer_one() -> None:
    of = releases(("14.0", 9, "true"), ("14.0-ab12cd34", 1, "true"), ("14.0-trial", 0, ""))
    assert newer_release("14.0", of) == "14.0-ab12cd34"
    assert newer_release("14.0-ab12cd34", of) is None
    assert newer_release("14.0-trial", of) is None, "it is newer than the default one"
    assert newer_release("gone", of) is None


def test_another_series_is_no_newer_release() -> None:
    of = releases(("14.0", 9, ""), ("15.0", 1, "true"))
    of["15.0"] = of["15.0"].model_copy(update={"spec": samples.release(series="15.0").spec})
    assert newer_release("14.0", of) is None

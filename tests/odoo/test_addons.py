"""Our addons' own tests, in Odoo's test framework, on a shop that has everything but our addons.

Addons of one subject are tested together, each subject on a shop of its own: the tests of a subject make products,
orders and stock that another subject's rules would hold back. What ties subjects together is tested on one shop
that has all of these. test_live_shop.py installs all addons. One by hand, with what it depends on:
`make addon-test ADDON=retail_base`.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polib
import pytest

from tests.support import addon_ground, addon_texts, odoo_log
from tests.support.odoo_tenant import OdooTenant

# Seconds; the first run on a machine also lays the ground.
pytestmark = pytest.mark.timeout(5400)

RUN_TIMEOUT = 3000
FACTS_TIMEOUT = 900
INSIDE = Path(__file__).parent / "inside"
INSTALLED = [name for name in addon_ground.addons() if name not in addon_ground.NEVER_INSTALLED]


@dataclass(frozen=True)
class Run:
    """One run of Odoo that installs addons, and runs their tests if `tags` says which."""

    ground: OdooTenant
    addons: Sequence[str]
    tags: str = ""

    @cached_property
    def _ended(self) -> tuple[int, list[odoo_log.Record]]:
        tests = ["--test-enable", f"--test-tags={self.tags}"] if self.tags else []
        process = self.ground.run(f"--init={','.join(self.addons)}", *tests, "--stop-after-init", "--workers=0")
        status = process.wait(RUN_TIMEOUT)
        return status, odoo_log.records(process.log.read_text(errors="replace"))

    @property
    def status(self) -> int:
        return self._ended[0]

    @property
    def log(self) -> list[odoo_log.Record]:
        return self._ended[1]

    def wrong(self, addon: str) -> str:
        """All records of this addon that are warnings or worse."""
        return "\n".join(str(each) for each in self.log if each.wrong and each.addon == addon)

    def wrong_elsewhere(self) -> str:
        """Those of the rest of Odoo."""
        return "\n".join(str(each) for each in self.log if each.wrong and each.addon not in INSTALLED)

    @cached_property
    def facts(self) -> Path:
        """The folder that inside/addon_facts.py fills, of a shop on which all tests passed."""
        if self.status != 0:
            pytest.skip("left out: the addons could not be installed, or their tests failed")
        shutil.copy(INSIDE / "addon_facts.py", self.ground.folder)
        # What stands in the shell's input is run, and then it ends.
        process = self.ground.run_program(
            ["sh", "-c", "exec /opt/shopfleet/bin/odoo-tenant shell < /tenant/addon_facts.py"],
            "facts",
            ADDONS=",".join(self.addons),
        )
        status, log = process.wait(FACTS_TIMEOUT), process.log.read_text()
        # A text that Odoo cannot read is logged, and all that come after it are left out.
        assert status == 0 and "Failed to extract" not in log, log[-3000:]
        return self.ground.folder / "facts"


Subjects = Callable[[str], Run]


def chosen(config: pytest.Config) -> list[str]:
    """The addons of --addon, or all."""
    asked: list[str] = config.getoption("--addon")
    unknown = set(asked) - set(INSTALLED)
    if unknown:
        raise pytest.UsageError(f"no addon {', '.join(sorted(unknown))}; there are {', '.join(INSTALLED)}")
    return asked or INSTALLED


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "addon" in metafunc.fixturenames:
        metafunc.parametrize("addon", chosen(metafunc.config))


@pytest.fixture(scope="session")
def subject(new_ground: Callable[[str], OdooTenant], pytestconfig: pytest.Config) -> Subjects:
    """The run in which an addon is tested, begun when it is first asked for."""
    runs: dict[str, Run] = {}
    tags = pytestconfig.getoption("--addon-tags")

    def of(addon: str) -> Run:
        name = addon_ground.subject(addon)
        if name not in runs:
            addons = [each for each in chosen(pytestconfig) if addon_ground.subject(each) == name]
            own = tags or ",".join(f"/{each}" for each in addons)
            runs[name] = Run(new_ground(name.removeprefix("retail_")), addons, own)
        return runs[name]

    return of


def test_its_tests_pass(subject: Subjects, addon: str, pytestconfig: pytest.Config) -> None:
    run = subject(addon)
    if wrong := run.wrong(addon) or run.wrong_elsewhere():
        pytest.fail(wrong, pytrace=False)
    if not (pytestconfig.getoption("--addon-tags") or odoo_log.begun(run.log, addon)):
        pytest.fail(f"{addon} has no tests, or none of them ran", pytrace=False)


def test_its_demonstration_data_can_be_loaded_by_itself(subject: Subjects, addon: str) -> None:
    made = json.loads((subject(addon).facts / "demo.json").read_text())[addon]
    if isinstance(made, str):
        pytest.fail(made, pytrace=False)
    assert made > 0


def test_its_template_of_texts_is_current(subject: Subjects, addon: str, pytestconfig: pytest.Config) -> None:
    found = polib.pofile(str(subject(addon).facts / f"{addon}.pot"))
    folder = addon_ground.ADDONS / addon
    template = folder / "i18n" / f"{addon}.pot"
    said = addon_texts.said(polib.pofile(str(template))) if template.exists() else set()
    if said == addon_texts.said(found):
        return
    if not pytestconfig.getoption("--update-golden"):
        pytest.fail(f"what {addon} says has changed; run: make addon-texts ADDON={addon}", pytrace=False)
    addon_texts.bring_up_to_date(folder, found)


def test_nothing_else_failed(subject: Subjects, addon: str) -> None:
    """After the tests above, which say better what it was."""
    assert subject(addon).status == 0

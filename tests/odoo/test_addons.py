"""Our addons' own tests, in Odoo's test framework, on a shop that has everything but our addons.

Addons of one subject are tested together, each subject on a shop of its own: the tests of a subject make products,
orders and stock that another subject's rules would hold back. All of them together are only installed. One addon by
hand, with what it depends on: `make addon-test ADDON=retail_base`.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polib
import pytest

from tests.support import addon_ground, addon_texts, odoo_log
from tests.support.odoo_tenant import OdooTenant

# Seconds; the first run on a machine also lays the ground.
pytestmark = pytest.mark.timeout(1800)

RUN_TIMEOUT = 1200
FACTS_TIMEOUT = 300
INSIDE = Path(__file__).parent / "inside"
# Loaded before Odoo's command line and never installed: tests/odoo/test_runtime.py runs it.
NEVER_INSTALLED = frozenset({"platform_runtime"})
INSTALLED = [name for name in addon_ground.addons() if name not in NEVER_INSTALLED]


@dataclass(frozen=True)
class Run:
    """One run of Odoo's test framework."""

    status: int
    log: list[odoo_log.Record]

    def wrong(self, addon: str) -> str:
        """All records of this addon that are warnings or worse."""
        return "\n".join(str(each) for each in self.log if each.wrong and each.addon == addon)

    def wrong_elsewhere(self) -> str:
        """Those of the rest of Odoo."""
        return "\n".join(str(each) for each in self.log if each.wrong and each.addon not in INSTALLED)


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
def ground(new_ground: Callable[[str], OdooTenant]) -> OdooTenant:
    return new_ground("ground")


@pytest.fixture(scope="session")
def run(ground: OdooTenant, pytestconfig: pytest.Config) -> Run:
    """Install the chosen addons and run their tests."""
    names = chosen(pytestconfig)
    tags = pytestconfig.getoption("--addon-tags") or ",".join(f"/{name}" for name in names)
    process = ground.run(
        f"--init={','.join(names)}", "--test-enable", f"--test-tags={tags}", "--stop-after-init", "--workers=0"
    )
    status = process.wait(RUN_TIMEOUT)
    return Run(status, odoo_log.records(process.log.read_text(errors="replace")))


def test_all_of_them_install_without_a_complaint(run: Run) -> None:
    if wrong := run.wrong_elsewhere():
        pytest.fail(wrong, pytrace=False)


def test_its_tests_pass(run: Run, addon: str, pytestconfig: pytest.Config) -> None:
    if wrong := run.wrong(addon):
        pytest.fail(wrong, pytrace=False)
    if not (pytestconfig.getoption("--addon-tags") or odoo_log.begun(run.log, addon)):
        pytest.fail(f"{addon} has no tests, or none of them ran", pytrace=False)


@pytest.fixture(scope="session")
def facts(ground: OdooTenant, run: Run, pytestconfig: pytest.Config) -> Path:
    """The folder that inside/addon_facts.py fills."""
    if run.status != 0:
        pytest.skip("left out: the addons could not be installed, or their tests failed")
    shutil.copy(INSIDE / "addon_facts.py", ground.folder)
    # What stands in the shell's input is run, and then it ends.
    process = ground.run_program(
        ["sh", "-c", "exec /opt/shopfleet/bin/odoo-tenant shell < /tenant/addon_facts.py"],
        "facts",
        ADDONS=",".join(chosen(pytestconfig)),
    )
    status = process.wait(FACTS_TIMEOUT)
    assert status == 0, process.log.read_text()[-3000:]
    return ground.folder / "facts"


def test_its_demonstration_data_can_be_loaded_by_itself(facts: Path, addon: str) -> None:
    made = json.loads((facts / "demo.json").read_text())[addon]
    if isinstance(made, str):
        pytest.fail(made, pytrace=False)
    assert made > 0


def test_its_template_of_texts_is_current(facts: Path, addon: str, pytestconfig: pytest.Config) -> None:
    found = polib.pofile(str(facts / f"{addon}.pot"))
    folder = addon_ground.ADDONS / addon
    template = folder / "i18n" / f"{addon}.pot"
    said = addon_texts.said(polib.pofile(str(template))) if template.exists() else set()
    if said == addon_texts.said(found):
        return
    if not pytestconfig.getoption("--update-golden"):
        pytest.fail(f"what {addon} says has changed; run: make addon-texts ADDON={addon}", pytrace=False)
    addon_texts.bring_up_to_date(folder, found)


def test_nothing_else_failed(run: Run) -> None:
    """Last, because the tests above say better what it was."""
    status = run.status
    assert status == 0

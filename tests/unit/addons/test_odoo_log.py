"""Reading Odoo's log of a test run."""

from tests.support.odoo_log import begun, records

LOG = """\
2026-01-05 10:00:00,100 1 INFO t_ground odoo.modules.loading: Loading module retail_base (14/112)
2026-01-05 10:00:01,100 1 WARNING t_ground odoo.modules.loading: The model retail.x has no access rules
2026-01-05 10:00:02,100 1 INFO t_ground odoo.addons.retail_base.tests.test_a: Starting TestA.test_one ...\x20
2026-01-05 10:00:02,200 1 INFO t_ground odoo.addons.retail_base.tests.test_a: Starting TestA.test_two ...\x20
2026-01-05 10:00:02,300 1 ERROR t_ground odoo.addons.retail_base.tests.test_a: FAIL: TestA.test_two
Traceback (most recent call last):
  File "/opt/shopfleet/addons/retail_base/tests/test_a.py", line 9, in test_two
AssertionError: 1 != 2

2026-01-05 10:00:03,100 1 INFO t_ground odoo.addons.retail_base.tests.test_b: Starting TestB.test_three ...\x20
2026-01-05 10:00:03,200 1 INFO t_ground odoo.addons.retail_base.tests.test_b: skipped TestB.test_three
2026-01-05 10:00:04,100 1 INFO t_ground odoo.addons.stock.tests.test_c: Starting TestC.test_four ...\x20
"""


def test_tests_of_an_addon_are_those_that_began_and_were_not_skipped() -> None:
    log = records(LOG)
    assert begun(log, "retail_base") == ["TestA.test_one", "TestA.test_two"]
    assert begun(log, "retail") == []


def test_a_traceback_belongs_to_its_record() -> None:
    [failure] = [each for each in records(LOG) if each.level == "ERROR"]
    assert failure.addon == "retail_base"
    assert failure.text.splitlines()[0] == "FAIL: TestA.test_two"
    assert "AssertionError: 1 != 2" in failure.text


def test_what_the_framework_logs_is_no_addon_s() -> None:
    [complaint] = [each for each in records(LOG) if each.level == "WARNING"]
    assert complaint.wrong
    assert complaint.addon == ""


def test_a_class_that_cannot_begin_is_its_addon_s_failure() -> None:
    logged = "2026-01-05 10:00:00,100 1 ERROR t_ground unittest.suite: ERROR: setUpClass "
    [failure] = records(f"{logged}(odoo.addons.retail_base.tests.test_a.TestA)\nTraceback …")
    assert failure.wrong
    assert failure.addon == "retail_base"

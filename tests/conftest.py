"""Real servers for every tier, and the last lines of a run: what was left out, and why."""

from collections import Counter

import pytest
from hypothesis import settings

from tests.support.servers.apiserver import api_server
from tests.support.servers.gateway_kinds import with_gateway
from tests.support.servers.objectstore import object_store_server
from tests.support.servers.operator_account import operator_kubeconfig
from tests.support.servers.postgres import any_postgres_server, current_postgres_server, postgres_server

__all__ = [
    "any_postgres_server",
    "api_server",
    "current_postgres_server",
    "object_store_server",
    "operator_kubeconfig",
    "postgres_server",
    "with_gateway",
]

# A deadline for one example fails on a machine that is busy with something else, and says nothing.
settings.register_profile("shopfleet", deadline=None)
settings.load_profile("shopfleet")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write golden files anew instead of comparing with them"
    )
    parser.addoption("--addon", action="append", default=[], help="only this addon's tests; may be repeated")
    parser.addoption("--addon-tags", help="Odoo's own --test-tags, as in /retail_base:TestRequest.test_four_eyes")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    if not reasons:
        return
    terminalreporter.section("left out, not passed")
    for reason, count in sorted(reasons.items()):
        terminalreporter.line(f"{count} test(s): {reason}")

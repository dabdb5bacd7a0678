"""Rows, how a new run replaces old ones, and the page that is rendered from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.report import Benchmarks, Row, load, markdown, merged, save

NOTES = {"provision.create": "From command to page.", "provision.memory": "Idle."}


@pytest.fixture
def run() -> Benchmarks:
    return Benchmarks(machine="2 cores, 24 GiB memory, Linux 6.1", date="2026-01-31")


def test_a_row_has_its_ratios(run: Benchmarks) -> None:
    row = run.row("provision.create.p50", "seconds", 6, peer=("by hand", 8), floor=4, goal="≤ 1.5 times", met=True)
    assert (row.ratio_to_peer, row.ratio_to_floor, row.peer_name) == (0.75, 1.5, "by hand")


def test_nothing_to_compare_with_is_null_and_not_zero(run: Benchmarks) -> None:
    row = run.row("provision.memory.tenant", "MiB", 300)
    assert (row.peer, row.floor, row.ratio_to_peer, row.ratio_to_floor, row.met) == (None,) * 5


def test_a_peer_of_zero_has_no_ratio(run: Benchmarks) -> None:
    assert run.row("x", "seconds", 1, peer=("nothing", 0)).ratio_to_peer is None


def test_a_run_replaces_the_rows_of_what_it_measured_and_keeps_the_others(run: Benchmarks) -> None:
    known = [run.row("provision.create.old", "seconds", 1), run.row("provision.memory.tenant", "MiB", 2)]
    found = merged(known, [run.row("provision.create.p50", "seconds", 3)], ["provision.create"])
    assert [row.name for row in found] == ["provision.create.p50", "provision.memory.tenant"]


def test_what_is_saved_is_read_again(run: Benchmarks, tmp_path: Path) -> None:
    rows = [run.row("provision.create.p50", "seconds", 6.12345, peer=("by hand", 8), floor=4)]
    save(rows, tmp_path, NOTES)
    assert load(tmp_path / "benchmarks.json") == rows
    assert load(tmp_path / "benchmarks.json")[0].ours == 6.123


def test_the_first_run_knows_no_rows(tmp_path: Path) -> None:
    assert load(tmp_path / "benchmarks.json") == []


def test_the_file_has_exactly_the_agreed_fields() -> None:
    assert list(Row.model_fields) == [
        "name", "unit", "ours", "peer", "peer_name", "floor", "ratio_to_peer", "ratio_to_floor", "goal", "met",
        "machine", "date",
    ]  # fmt: skip


def test_the_page_says_what_was_missed(run: Benchmarks) -> None:
    rows = [
        run.row("provision.create.p50", "seconds", 12.345, peer=("by hand", 200), floor=4, goal="fast", met=False),
        run.row("provision.memory.tenant", "MiB", 312.4),
    ]
    page = markdown(rows, NOTES)
    assert (
        "| `provision.create.p50` | seconds | 12.3 | 200 (by hand) | 4 | 0.0617 | 3.09 | fast | **no** |" in page
    )
    assert "| `provision.memory.tenant` | MiB | 312 |  |  |  |  |  |  |" in page
    assert page.index("From command to page.") < page.index("Idle.")
    assert page.count("Measured: 2026-01-31, 2 cores, 24 GiB memory, Linux 6.1.") == 2


def test_a_benchmark_without_rows_is_not_on_the_page(run: Benchmarks) -> None:
    assert "provision.create" not in markdown([run.row("provision.memory.tenant", "MiB", 1)], NOTES)

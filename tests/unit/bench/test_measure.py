"""The arithmetic behind the numbers."""

from __future__ import annotations

import re

import pytest

from tests.bench.measure import machine, percentile, samples, seconds_between, slope
from tests.bench.provision_operator import grows_no_faster


@pytest.mark.parametrize(("share", "expected"), [(0.5, 5), (0.95, 10), (0.9, 9), (1.0, 10), (0.0, 1)])
def test_percentiles_are_values_that_were_measured(share: float, expected: float) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == expected


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_the_slope_is_the_cost_of_one_more() -> None:
    assert slope([(0, 10), (5, 20), (10, 30)]) == pytest.approx(2)


def test_times_as_kubernetes_and_as_we_write_them() -> None:
    assert seconds_between("2026-01-31T10:00:00Z", "2026-01-31T10:00:01.500000Z") == 1.5


def test_samples_of_a_metrics_page() -> None:
    page = [
        "# HELP calls_total calls",
        'calls_total{schema="a",level="x y"} 4810',
        'calls_total_created{schema="a"} 1',
        'cpu{pod="p"} 28.78 1795444277890',
        "plain 1.5e+08",
    ]
    found = samples(page, "calls_total", "cpu", "plain")
    assert [(one.name, one.value, one.at) for one in found] == [
        ("calls_total", 4810, None), ("cpu", 28.78, 1795444277.89), ("plain", 1.5e8, None),
    ]  # fmt: skip
    assert found[0].labels == {"schema": "a", "level": "x y"}


def test_the_machine_is_described_without_its_name() -> None:
    assert re.fullmatch(r"\d+ cores, \d+ GiB memory, Linux \d+\.\d+", machine())


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        pytest.param([(0, 10), (5, 20), (10, 30)], True, id="each costs the same"),
        pytest.param([(0, 10), (5, 20), (10, 60)], False, id="each costs more than the one before"),
        pytest.param([(0, 10), (5, 10), (10, 10.5)], True, id="nothing but noise"),
        pytest.param([(0, 20), (5, 10), (10, 10)], True, id="the rest of the cluster grew quieter"),
    ],
)
def test_growth_is_told_from_noise(points: list[tuple[float, float]], expected: bool) -> None:
    assert grows_no_faster(points, noise=1.0) is expected

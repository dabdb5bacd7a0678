"""What the README of retail_signals says of its precision is what is measured."""

import pytest

from tests import signal_precision

# Per cent. The seeds are fixed; a change of the statistics that moves a figure further has to be written down.
TOLERANCE = 3


def test_the_readme_says_what_was_measured() -> None:
    said = signal_precision.said(signal_precision.README.read_text())
    found = signal_precision.measured()
    assert said.keys() == found.keys(), "run: python -m tests.signal_precision --write"
    for name, result in found.items():
        measured = (100 * result.precision, 100 * result.recall)
        assert measured == pytest.approx(said[name], abs=TOLERANCE), f"{name}: write it anew"


def test_each_kind_was_measured_on_anomalies_and_on_many_more_that_are_none() -> None:
    for name, result in signal_precision.measured().items():
        assert 0 < result.anomalies < result.watched / 3, name
        assert 0 < result.right <= result.signals, name

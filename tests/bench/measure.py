"""Arithmetic of measurements, and what the machine is."""

from __future__ import annotations

import math
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_SAMPLE = re.compile(r"^(?P<name>\w+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)(?: (?P<at>\d+))?$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank)."""
    if not values:
        raise ValueError("there is nothing to take a percentile of")
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Least squares: by how much y grows for each one of x."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


def seconds_between(start: str, end: str) -> float:
    """Between two times as Kubernetes writes them."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


@dataclass(frozen=True)
class Sample:
    """One line of a metrics page; `at` in seconds since 1970, when the page says it."""

    name: str
    labels: Mapping[str, str]
    value: float
    at: float | None


def samples(lines: Iterable[str], *names: str) -> list[Sample]:
    """The samples of these names in Prometheus' text format."""
    found = []
    for line in lines:
        match = _SAMPLE.match(line) if line.startswith(names) else None
        if match and match["name"] in names:
            labels = dict(_LABEL.findall(match["labels"] or ""))
            at = int(match["at"]) / 1000 if match["at"] else None
            found.append(Sample(match["name"], labels, float(match["value"]), at))
    return found


def machine() -> str:
    """Cores, memory and kernel; nothing that says whose machine it is."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    kernel = ".".join(re.findall(r"\d+", platform.release())[:2])
    return f"{os.cpu_count()} cores, {memory:.0f} GiB memory, {platform.system()} {kernel}"


def load() -> float:
    """Processes that ran or waited to run, averaged over the last minute."""
    return float(Path("/proc/loadavg").read_text().split()[0])

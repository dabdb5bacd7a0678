"""Which products are counted when: ABC classes by value moved, and what is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Optional


@dataclass(frozen=True)
class Stocked:
    """One product at one place; `moved` is the value that left it in the period looked at."""

    product: int
    moved: float
    last_counted: Optional[date] = None


def classes(stocked: list[Stocked], share_a: float, share_b: float) -> dict[int, str]:
    """Class of each product: the dearest movers up to `share_a` of all value are A, up to `share_b` B (0 to 1).

    What makes the total pass a share still belongs to the better class; what did not move is C.
    """
    total = sum(each.moved for each in stocked)
    found, before = {}, 0.0
    for each in sorted(stocked, key=lambda item: (-item.moved, item.product)):
        share = before / total if total else 1.0
        found[each.product] = "C" if each.moved <= 0 or share >= share_b else "A" if share < share_a else "B"
        before += each.moved
    return found


def due(stocked: list[Stocked], found: Mapping[int, str], every: Mapping[str, int], today: date) -> list[int]:
    """Products last counted at least `every[class]` days ago: never counted first, then by how late, A first."""

    def lateness(each: Stocked) -> float:
        if each.last_counted is None:
            return float("inf")
        return (today - each.last_counted).days - every[found[each.product]]

    late = [each for each in stocked if lateness(each) >= 0]
    late.sort(key=lambda each: (-lateness(each), found[each.product], -each.moved, each.product))
    return [each.product for each in late]

"""What is judged, and the verdict."""

from dataclasses import dataclass

# Shares of all weeks below the lower and the upper end of what is called usual.
USUAL_LOW, USUAL_HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Series:
    """Windows of equal length, oldest first; the last one is judged by those before it.

    `exposure` is what the events come from (pieces sold for pieces returned), in the same windows; all zeros when
    there is no such thing.
    """

    key: int
    values: tuple
    exposure: tuple = ()

    @property
    def past(self):
        return self.values[:-1]

    @property
    def last(self):
        return self.values[-1]


@dataclass(frozen=True)
class Stock:
    """What a product in a store has sold in weeks, oldest first, and what there is for the days to come.

    `share` is the part of a week's sales that these days usually have: above 1 when they are more than a week.
    """

    key: int
    sold: tuple
    share: float
    available: float


@dataclass(frozen=True)
class Unusual:
    """`chance` is how likely at least `observed` is by itself; of a stock, how likely it is that it runs out."""

    key: int
    observed: float
    expected: float
    low: float
    high: float
    chance: float

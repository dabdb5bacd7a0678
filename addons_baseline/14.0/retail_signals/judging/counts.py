"""Counts that are higher than they usually are: returns, adjustments, lines with a discount.

A count is compared with a negative binomial distribution. Its mean is the series' own past rate times what could
have come back this time, times what all other series did this time, so a season that all stores have is nobody's
anomaly. Its variance has three parts: chance itself, how much series of this kind vary beyond chance, and that the
rate is known from a few windows only.
"""

from .chance import at_least, quantile
from .series import USUAL_HIGH, USUAL_LOW, Unusual

# So many series say what a common season is; fewer would say what the anomaly is.
COMMON = 10


def judge_counts(series, minimum, false_alarms):
    """Series whose last count is unusual.

    `minimum` events have to be there; `false_alarms` is how many are accepted in one judgement of all series.
    """
    if not series:
        return []
    limit = false_alarms / len(series)
    rates = _rates(series)
    beyond = excess(series, rates)
    expected = [rate * _exposure(each)[-1] for each, rate in zip(series, rates)]
    found = []
    total, total_expected = sum(each.last for each in series), sum(expected)
    for each, own in zip(series, expected):
        if each.last < minimum or not own:
            continue
        mean = own
        if len(series) >= COMMON and total_expected > own:
            mean *= max(1.0, (total - each.last) / (total_expected - own))
        # For this window, and for the past ones that the mean was taken from.
        variance = (mean + beyond * mean * mean) * (1 + 1 / len(each.past))
        chance = at_least(each.last, mean, variance)
        if chance < limit:
            low, high = (quantile(share, mean, variance) for share in (USUAL_LOW, USUAL_HIGH))
            found.append(Unusual(each.key, each.last, mean, low, high, chance))
    return found


def _exposure(series):
    return series.exposure if any(series.exposure) else (1.0,) * len(series.values)


def _rates(series):
    """Events for each exposure, as if one more window with everybody's rate had been seen."""
    events = [sum(_without_peak(each.past)) for each in series]
    exposures = [sum(_exposure(each)[:-1]) for each in series]
    common = sum(events) / (sum(exposures) or 1.0)
    rates = []
    for each, count, exposure in zip(series, events, exposures):
        window = exposure / len(each.past) if exposure else _exposure(each)[-1]
        rates.append((count + common * window) / (exposure + window) if window else 0.0)
    return rates


def _without_peak(values):
    """The highest one counts like the second: an anomaly of the past must not hide the next."""
    ordered = sorted(values)
    return [*ordered[:-1], ordered[-2]] if len(ordered) > 1 else ordered


def excess(series, rates=None):
    """How much more than by chance they vary, as part of the squared mean; of all series together, by moments."""
    rates = _rates(series) if rates is None else rates
    beyond, squares = 0.0, 0.0
    for each, rate in zip(series, rates):
        degrees = len(each.past) / max(len(each.past) - 1, 1)
        for value, exposure in zip(each.past, _exposure(each)):
            mean = rate * exposure
            beyond += degrees * (value - mean) ** 2 - mean
            squares += mean * mean
    return max(beyond / squares, 0.0) if squares else 0.0

"""Amounts that are higher than they usually are: what was written off, what is missing in tills.

An amount is compared with the median of its past, in units of the median deviation from it, so that one bad week
in the past moves neither. How unlikely it is, Student's t says, because a dozen windows say little about the tail.
Both are of logarithms: amounts of this kind vary by factors, and not by so much more or less.
"""

from math import exp, log
from statistics import median

from .chance import t_at_least, t_scale
from .series import Unusual

# A median deviation times this is a standard deviation, where amounts are normal.
NORMAL = 1.4826
# So many of them on both sides of the median are four weeks of five.
USUAL = 1.28
# A tenth more or less, when all have been the same until now.
SMALLEST_SCALE = 0.1


def judge_amounts(series, smallest, false_alarms):
    """Series whose last amount is unusual, and more above its median than `smallest`.

    `smallest` is an amount that does not matter, in the currency of the amounts; `false_alarms` is how many are
    accepted in one judgement of all series.
    """
    if not series:
        return []
    limit = false_alarms / len(series)
    pasts = [[_log(amount, smallest) for amount in each.past] for each in series]
    scales = [_scale(past) for past in pasts]
    # Who never had a difference has no scale; and nobody's is smaller than that of half of the others.
    common = max(median(scales), SMALLEST_SCALE)
    found = []
    for each, past, own in zip(series, pasts, scales):
        centre, scale = median(past), max(own, common)
        above = _log(each.last, smallest) - centre
        if each.last - _amount(centre, smallest) <= smallest:
            continue
        chance = t_at_least(above / (scale * t_scale(len(past))), len(past) - 1)
        if chance < limit:
            ends = (_amount(centre + way * USUAL * scale, smallest) for way in (-1, 0, 1))
            low, expected, high = (max(end, 0.0) for end in ends)
            found.append(Unusual(each.key, each.last, expected, low, high, chance))
    return found


def _log(amount, smallest):
    return log(max(amount, 0.0) + smallest)


def _amount(logarithm, smallest):
    return exp(logarithm) - smallest


def _scale(values):
    centre = median(values)
    return NORMAL * median(abs(value - centre) for value in values)

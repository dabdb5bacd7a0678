"""Stock that will not last: what is there against what is usually sold until new goods can be there."""

from .chance import at_least, quantile
from .counts import excess
from .series import USUAL_HIGH, USUAL_LOW, Series, Unusual


def judge_stock(stocks, minimum, likely):
    """Stocks that run out with a chance of `likely` or more, where at least `minimum` are expected to go."""
    if not stocks:
        return []
    # Weeks have no exposure, and the newest counts as past, too.
    beyond = excess([Series(each.key, (*each.sold, 0)) for each in stocks])
    found = []
    for each in stocks:
        week = sum(each.sold) / len(each.sold)
        mean = week * each.share
        if mean < minimum:
            continue
        variance = mean + beyond * mean * mean + mean * each.share / len(each.sold)
        chance = at_least(int(max(each.available, 0)) + 1, mean, variance)
        if chance >= likely:
            low, high = (quantile(share, mean, variance) for share in (USUAL_LOW, USUAL_HIGH))
            found.append(Unusual(each.key, each.available, mean, low, high, chance))
    return found

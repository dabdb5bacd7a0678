"""How many of the signals are right, and how many anomalies are found: on shops in which both are known."""

from dataclasses import dataclass

from .amounts import judge_amounts
from .counts import judge_counts
from .series import Series, Stock
from .stock import judge_stock

# What data/kinds.xml sets.
FALSE_ALARMS = 1.0
# A company has few banks.
FALSE_ALARMS_OF_BANKS = 0.05
SMALLEST_COUNT = 5
SMALLEST_COUNT_OF_STORES = 10
SMALLEST_WRITTEN_OFF = 100.0
SMALLEST_MISSING = 10.0
SMALLEST_MISSING_IN_STORES = 20.0
SMALLEST_UNMATCHED = 500.0
LIKELY = 0.5
# So many small companies make one seed's figures of banks.
COMPANIES = 25


@dataclass(frozen=True)
class Result:
    """Of all shops together."""

    watched: int
    anomalies: int
    signals: int
    right: int

    @property
    def precision(self):
        return self.right / self.signals if self.signals else 0.0

    @property
    def recall(self):
        return self.right / self.anomalies if self.anomalies else 0.0


def measure(shops):
    """{kind: Result} for shops that are made anew by each call of `shops`: an iterable of SeededShop."""
    return {kind: _added_up(judged(shop) for shop in shops()) for kind, judged in KINDS.items()}


def _counts(name, minimum, **shape):
    def judged(shop):
        series, wrong = getattr(shop, name)(**shape)
        listed = [Series(key, *both) for key, both in series.items()]
        return series, wrong, judge_counts(listed, minimum, FALSE_ALARMS)

    return judged


def _amounts(name, smallest, **shape):
    def judged(shop):
        series, wrong = getattr(shop, name)(**shape)
        listed = [Series(key, *both) for key, both in series.items()]
        return series, wrong, judge_amounts(listed, smallest, FALSE_ALARMS)

    return judged


def _banks(name, judge, minimum):
    """Banks are compared within their company."""

    def judged(shop):
        everything, wrong, found = {}, set(), []
        for company in range(COMPANIES):
            series, anomalies = getattr(shop, name)()
            listed = [Series((company, key), *both) for key, both in series.items()]
            everything.update((each.key, each) for each in listed)
            wrong |= {(company, key) for key in anomalies}
            found += judge(listed, minimum, FALSE_ALARMS_OF_BANKS)
        return everything, wrong, found

    return judged


def _stock(shop):
    series, gone = shop.stock()
    listed = [Stock(key, sold, 1.0, available) for key, (sold, available) in series.items()]
    return series, gone, judge_stock(listed, SMALLEST_COUNT, LIKELY)


# The same chance with other numbers: a store sells what hundreds of products sell, a customer buys a few pieces.
STORES = {"products": 25, "anomalies": 2, "sold_a_week": 1500, "spread": 0.5}
CUSTOMERS = {"products": 2000, "anomalies": 20, "sold_a_week": 3}
CASHIERS = {"products": 60, "anomalies": 4, "sold_a_week": 400, "spread": 0.5}

KINDS = {
    "Returns of a product": _counts("returns", SMALLEST_COUNT),
    "Returns in a store": _counts("returns", SMALLEST_COUNT_OF_STORES, **STORES),
    "Returns of a customer": _counts("returns", SMALLEST_COUNT, **CUSTOMERS),
    "Returns at a till": _counts("returns", SMALLEST_COUNT, **CASHIERS),
    "Discounts of a person": _counts("discounts", SMALLEST_COUNT),
    "Discounts in a store": _counts(
        "discounts", SMALLEST_COUNT_OF_STORES, people=25, anomalies=2, lines_a_week=600
    ),
    "Discounts at a till": _counts("discounts", SMALLEST_COUNT, lines_a_week=400),
    "Written off in a store": _amounts("adjustments", SMALLEST_WRITTEN_OFF),
    "Written off by a person": _amounts("adjustments", SMALLEST_WRITTEN_OFF, stores=50, anomalies=4, a_week=75),
    "Written off of a product": _counts("written_off", SMALLEST_COUNT),
    "Cash of a cashier": _amounts("till_cash", SMALLEST_MISSING),
    "Cash in a store": _amounts("till_cash", SMALLEST_MISSING_IN_STORES, cashiers=25, anomalies=2, a_week=10),
    "Unmatched lines of a bank": _banks("bank_lines", judge_counts, SMALLEST_COUNT),
    "Unmatched money of a bank": _banks("bank_amounts", judge_amounts, SMALLEST_UNMATCHED),
    "Stock that runs out": _stock,
}


def _added_up(results):
    watched = anomalies = signals = right = 0
    for series, wrong, found in results:
        keys = {each.key for each in found}
        watched += len(series)
        anomalies += len(wrong)
        signals += len(keys)
        right += len(keys & wrong)
    return Result(watched, anomalies, signals, right)

"""Shops with known anomalies and honest noise, made from a seed; nothing of Odoo, so it runs without it.

Noise is what shops have: each product, store and person its own level, weeks that vary more than by chance,
promotions of single products, a season that all have at once, one customer who brings a whole box back, a week in
which a store counted everything. What is not an anomaly may look like one, and small anomalies look like noise.
"""

import random
from math import exp, log

WEEKS = 13
SEEDS = (11, 23, 37, 41, 59, 61, 73, 83, 97, 101)
# By which factor an anomaly raises what is usual: from hardly to be seen to plain.
WEAK, STRONG = 2.0, 6.0


class SeededShop:
    """For each kind a method that gives ({key: (values, exposure)}, keys of the anomalies)."""

    def __init__(self, seed):
        self.random = random.Random(seed)  # noqa: S311 noise, not a secret

    def returns(self, products=600, anomalies=12, sold_a_week=40, spread=0.9):
        """Pieces returned of pieces sold, by product; of stores, customers or cashiers with other numbers."""
        season = [1.0] * WEEKS
        # After a feast more comes back of everything; in some shops that is now.
        season[self.random.choice((4, 8, WEEKS - 1))] = 1.6
        series = {}
        wrong = self._some(products, anomalies)
        for product in range(products):
            usual = self._level(sold_a_week, spread)
            rate = self.random.betavariate(4, 76)
            promotion = self.random.randrange(WEEKS) if self.random.random() < 0.2 else None
            sold, back = [], []
            for week in range(WEEKS):
                pieces = self._count(usual * (3 if week == promotion else 1), 0.1)
                expected = pieces * rate * season[week]
                if product in wrong and week == WEEKS - 1:
                    expected = max(expected, 1.0) * self._strength()
                box = self.random.randint(5, 10) if self.random.random() < 0.005 else 0
                sold.append(pieces)
                back.append(self._count(expected, 0.1) + box)
            series[product] = (tuple(back), tuple(sold))
        return series, wrong

    def discounts(self, people=60, anomalies=4, lines_a_week=150):
        """Lines with a discount of all lines, by who sold; or by store."""
        series = {}
        wrong = self._some(people, anomalies)
        promotion = [1.0 if self.random.random() < 0.8 else 2.0 for _ in range(WEEKS)]
        for person in range(people):
            usual = self._level(lines_a_week, 0.5)
            rate = self.random.betavariate(3, 40)
            lines, discounted = [], []
            for week in range(WEEKS):
                number = self._count(usual, 0.03)
                expected = number * rate * promotion[week]
                if person in wrong and week == WEEKS - 1:
                    expected = max(expected, 2.0) * self._strength()
                lines.append(number)
                discounted.append(min(self._count(expected, 0.1), number))
            series[person] = (tuple(discounted), tuple(lines))
        return series, wrong

    def adjustments(self, stores=25, anomalies=2, a_week=150):
        """What was written off, by store; or by who did it."""
        series = {}
        wrong = self._some(stores, anomalies)
        for store in range(stores):
            level = self._level(a_week, 0.4)
            amounts = [level * exp(self.random.gauss(0, 0.45)) for _ in range(WEEKS)]
            # The yearly count.
            if self.random.random() < 0.3:
                amounts[self.random.randrange(WEEKS - 1)] *= 5
            if store in wrong:
                amounts[-1] = level * self._strength()
            series[store] = (tuple(amounts), ())
        return series, wrong

    def written_off(self, products=600, anomalies=12):
        """How often pieces were written off, by product; nothing says of how many."""
        series, wrong = {}, self._some(products, anomalies)
        for product in range(products):
            usual = self._level(1.5, 0.7)
            times = [self._count(usual, 0.2) for _ in range(WEEKS)]
            # The yearly count finds several at once.
            if self.random.random() < 0.1:
                times[self.random.randrange(WEEKS - 1)] += 6
            if product in wrong:
                times[-1] = self._count(max(usual, 2.0) * self._strength(), 0.1)
            series[product] = (tuple(times), ())
        return series, wrong

    def till_cash(self, cashiers=60, anomalies=4, a_week=4):
        """By how much tills differed from what should have been in them, by cashier; or by store."""
        series = {}
        wrong = self._some(cashiers, anomalies)
        for cashier in range(cashiers):
            care = self._level(a_week, 0.5)
            amounts = [self.random.expovariate(1 / care) for _ in range(WEEKS)]
            # A note given out instead of a smaller one, by honest people.
            amounts = [each + (10 if self.random.random() < 0.02 else 0) for each in amounts]
            if cashier in wrong:
                amounts[-1] += 1.25 * a_week * self._strength()
            series[cashier] = (tuple(amounts), ())
        return series, wrong

    def bank_lines(self, banks=4):
        """Lines that nobody had matched in time, of all lines, by bank of one company."""
        series, wrong = {}, self._one_of_four(banks)
        holiday = self._holiday()
        for bank in range(banks):
            lines_a_week = self._level(120, 0.7)
            rate = self.random.betavariate(3, 60)
            lines, late = [], []
            for week in range(WEEKS):
                number = self._count(lines_a_week, 0.03)
                expected = number * rate * holiday[week]
                if bank in wrong and week == WEEKS - 1:
                    # A payer without a rule, or a file that came twice.
                    expected = max(expected, 3.0) * self._strength()
                lines.append(number)
                late.append(min(self._count(expected, 0.15), number))
            series[bank] = (tuple(late), tuple(lines))
        return series, wrong

    def bank_amounts(self, banks=4):
        """What they were worth."""
        series, wrong = {}, self._one_of_four(banks)
        holiday = self._holiday()
        for bank in range(banks):
            level = self._level(2000, 0.7)
            amounts = [level * exp(self.random.gauss(0, 0.5)) * holiday[week] for week in range(WEEKS)]
            # A large payment that somebody had to ask about.
            if self.random.random() < 0.2:
                amounts[self.random.randrange(WEEKS - 1)] *= 5
            if bank in wrong:
                amounts[-1] = level * self._strength()
            series[bank] = (tuple(amounts), ())
        return series, wrong

    def _one_of_four(self, number):
        """In one company of four, one of these."""
        return self._some(number, 1) if self.random.random() < 0.25 else set()

    def _holiday(self):
        """By which factor more stays undone in each week: in one, whoever matches was away."""
        factors = [1.0] * WEEKS
        factors[self.random.randrange(WEEKS - 1)] = 2.5
        return factors

    def stock(self, products=400):
        """({key: (sold in eight weeks, available)}, keys of those that run out in the week to come).

        Nothing is planted here: what the next week sells is drawn like the weeks before.
        """
        series, gone = {}, set()
        for product in range(products):
            level = self._level(12, 0.9)
            weeks = [self._count(level, 0.15) for _ in range(9)]
            available = int(level * self.random.uniform(0, 4))
            series[product] = (tuple(weeks[:-1]), available)
            if weeks[-1] > available:
                gone.add(product)
        return series, gone

    def _some(self, number, anomalies):
        return set(self.random.sample(range(number), anomalies))

    def _strength(self):
        return self.random.uniform(WEAK, STRONG)

    def _level(self, middle, spread):
        return exp(log(middle) + self.random.gauss(0, spread))

    def _count(self, mean, excess):
        """Of a negative binomial: variance is mean + excess x mean squared."""
        mean *= self.random.gammavariate(1 / excess, excess)
        return self._poisson(mean)

    def _poisson(self, mean):
        if mean > 50:
            return max(0, round(self.random.gauss(mean, mean**0.5)))
        limit, product, count = exp(-mean), self.random.random(), 0
        while product > limit:
            product *= self.random.random()
            count += 1
        return count

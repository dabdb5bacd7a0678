"""How likely a figure is: upper tails of Student's t and of the negative binomial distribution.

Odoo's image has no scipy. Both tails are regularised incomplete beta functions, which are computed as a continued
fraction by Lentz's method (Abramowitz and Stegun 26.5.8).
"""

from math import exp, lgamma, log, log1p, sqrt

# Relative error at which the fraction is good enough, and what stands for zero in a denominator.
PRECISION = 1e-12
TINY = 1e-300
TERMS = 10_000
# Variance over mean, below which it is Poisson.
NEARLY_POISSON = 1.0 + 1e-6


def incomplete_beta(a, b, x):
    """I_x(a, b) for a, b > 0 and 0 <= x <= 1."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    # The fraction converges fast on this side only.
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a, b, x):
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            result *= c * d
        if abs(c * d - 1) < PRECISION:
            break
    return result


def _not_zero(value):
    return value if abs(value) > TINY else TINY


def at_least(count, mean, variance):
    """P(X >= count) for X of this mean and variance: negative binomial, or Poisson without more variance."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    size, share = _negative_binomial(mean, variance)
    return incomplete_beta(count, size, share)


def quantile(chance, mean, variance):
    """The smallest count with P(X <= count) >= chance."""
    low, high = -1, 1
    while 1 - at_least(high + 1, mean, variance) < chance:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if 1 - at_least(middle + 1, mean, variance) < chance:
            low = middle
        else:
            high = middle
    return high


def _negative_binomial(mean, variance):
    """(size, share) of the negative binomial with P(X >= k) = I_share(k, size)."""
    ratio = max(variance / mean, NEARLY_POISSON)
    return mean / (ratio - 1), (ratio - 1) / ratio


def t_at_least(value, degrees):
    """P(T >= value) of Student's t."""
    tail = incomplete_beta(degrees / 2, 0.5, degrees / (degrees + value * value)) / 2
    return tail if value >= 0 else 1 - tail


def t_scale(windows):
    """By how much a new value varies around a centre that was estimated from so many."""
    return sqrt(1 + 1 / windows)

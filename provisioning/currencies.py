"""Which currency is a country's own, by the data of the Unicode consortium (CLDR) that Babel carries."""

from datetime import date
from functools import cache


@cache
def own_currency(country: str) -> str | None:
    """ISO 4217 code for an ISO 3166-1 country; None where the data know of none.

    It follows from the country and the locked version of Babel alone, and not from today's date: what is built
    from it must not change its name overnight. So it is the last one that the data know of, which may be one that
    is announced and not in force yet.
    """
    # Only here, because loading it takes as long as most commands.
    from babel.numbers import get_territory_currencies  # noqa: PLC0415

    tenders: list[str] = get_territory_currencies(country, date.max, date.max)
    # Some countries take a neighbour's money as well, and the data may name that first: rands in Namibia. A code
    # of ISO 4217 begins with its country's.
    own = [code for code in tenders if code.startswith(country)]
    return next(iter(own or tenders), None)

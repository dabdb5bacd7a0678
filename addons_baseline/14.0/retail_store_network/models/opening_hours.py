"""Opening hours as a tenant's description writes them, and as a calendar of Odoo has them."""

import re

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
CLOSED = "closed"


def is_span(text):
    """Whether it reads '10:00-20:00', '12:00-01:00' past midnight, '00:00-24:00' or 'closed'."""
    found = SPAN.fullmatch(text)
    return text == CLOSED or bool(found and max(_hours(found)) <= 24 and len(set(_hours(found))) == 2)


def attendances(week):
    """{'fri': '12:00-01:00'} as a sorted list of (day from 0, hour from, hour to), none of them past midnight."""
    found = []
    for name, text in week.items():
        if text == CLOSED:
            continue
        day, (begin, end) = DAYS.index(name), _hours(SPAN.fullmatch(text))
        if begin < end:
            found.append((day, begin, end))
            continue
        found.append((day, begin, 24.0))
        if end:
            found.append(((day + 1) % 7, 0.0, end))
    return sorted(found)


def _hours(match):
    first, first_minutes, last, last_minutes = map(int, match.groups())
    return first + first_minutes / 60, last + last_minutes / 60

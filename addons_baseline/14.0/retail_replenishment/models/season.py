"""Times of the year that come back every year."""


def in_season(day, first, last):
    """Whether a date lies between two others, whose years do not count. Over the turn of the year when the last
    comes before the first; always when either is missing.
    """
    if not first or not last:
        return True
    today, begin, end = ((each.month, each.day) for each in (day, first, last))
    if begin <= end:
        return begin <= today <= end
    return today >= begin or today <= end

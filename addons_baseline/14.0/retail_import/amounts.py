"""Reads numbers, days and answers as people write them. Pure; ValueError where it is not certain what is meant."""

import re
from datetime import date, datetime

_SPACES = re.compile(r"[\s\u00a0\u202f']")
_PLAIN = re.compile(r"[-+]?\d+([.,]\d+)?")
_GROUPED = re.compile(r"[-+]?\d{1,3}([.,])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]\d+)?")
# 1,234 is one and a bit in Paris, and a thousand in London; 0.250 is clear.
_AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_YES = frozenset({"1", "y", "yes", "true", "oui", "ja", "si", "sí", "x"})
_NO = frozenset({"0", "n", "no", "false", "non", "nein"})


def number(text: str) -> float:
    """With a decimal point or comma; groups of three only where both marks, or several groups, say so."""
    plain = _SPACES.sub("", text)
    if _AMBIGUOUS.fullmatch(plain):
        raise ValueError(text)
    if _PLAIN.fullmatch(plain):
        return float(plain.replace(",", "."))
    grouped = _GROUPED.fullmatch(plain)
    if not grouped:
        raise ValueError(text)
    return float(plain.replace(grouped[1], "").replace(",", "."))


def day(text: str) -> date:
    """2026-11-25, or 25/11/2026 and 25.11.2026 with the day first."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    raise ValueError(text)


def yes(text: str) -> bool:
    """Yes or no in the languages of our texts."""
    answer = text.casefold()
    if answer in _YES:
        return True
    if answer in _NO:
        return False
    raise ValueError(text)

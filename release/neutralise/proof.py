"""Proof that a clone is harmless: queries, and the verdict over their answers. Pure, and it fails closed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from provisioning.series import Series
from release.neutralise.leftovers import Leftover
from release.neutralise.packs import Check, harmless, packs

Rows = Sequence[object]


@dataclass(frozen=True)
class Proof:
    """Whether the clone may start, and every reason why not."""

    reasons: tuple[str, ...]

    @property
    def harmless(self) -> bool:
        return not self.reasons


def checks(series: Series, installed: Collection[str]) -> tuple[Check, ...]:
    """Every query to run; each must return no row. Raises NoPacksError."""
    return tuple(check for module, pack in packs(series).items() if module in installed for check in pack.checks)


def prove(
    series: Series,
    installed: Collection[str],
    answers: Mapping[Check, Rows | None],
    leftovers: Collection[Leftover],
) -> Proof:
    """The verdict. An answer of None, or a missing one, is a query that failed: that proves nothing."""
    return Proof(
        (
            *_unknown_modules(series, installed),
            *_failed_checks(series, installed, answers),
            *(str(leftover) for leftover in leftovers),
        )
    )


def _unknown_modules(series: Series, installed: Collection[str]) -> Iterator[str]:
    if "base" not in installed:
        yield "the list of installed modules is missing: base itself is not in it"
    known = packs(series).keys() | harmless(series)
    for module in sorted(set(installed) - known):
        yield f"module {module} may speak to the outside: nobody has written a pack for it or read it"


def _failed_checks(
    series: Series, installed: Collection[str], answers: Mapping[Check, Rows | None]
) -> Iterator[str]:
    for check in checks(series, installed):
        rows = answers.get(check)
        if rows is None:
            yield f"{check.module}: not known whether {check.meaning}"
        elif rows:
            yield f"{check.module}: {check.meaning} ({len(rows)} found)"

"""One difference between what the books say and what is there, as limits measure it and the register keeps it."""

from dataclasses import dataclass
from typing import Any, Optional

# Where our goods are, and where they vanish to or appear from without a supplier or a customer.
OURS = frozenset({"internal", "transit"})
NOWHERE = frozenset({"inventory", "production"})


@dataclass(frozen=True)
class Difference:
    product: Any
    location: Any
    warehouse: Any
    lot: Any
    package: Any
    owner: Any
    units: float
    """In the product's own unit; negative: less is there."""
    expected: float
    """What the books said, in the same unit."""
    unit_cost: float
    """In the company's currency."""
    reason: Any
    note: str = ""
    after: Optional[int] = None
    """Number in the register of the count before this one, 0 for the first; None: this is not a count."""

    @property
    def value(self) -> float:
        return self.units * self.unit_cost

    @property
    def chain(self) -> Optional[str]:
        """What only one count can be: the next one of this product, lot, package and owner at this place."""
        if self.after is None:
            return None
        parts = (self.product, self.location, self.lot, self.package, self.owner)
        return "-".join([*(str(part.id or 0) for part in parts), str(self.after)])

    @property
    def rate(self) -> float:
        """Percent of what the books said; 100 when they said nothing was there."""
        return 100 * abs(self.units / self.expected) if self.expected > 0 else 100.0


def crosses(source: Any, destination: Any) -> bool:
    """Whether a way between two locations makes our stock more or less without anybody outside."""
    ends = {source.usage, destination.usage}
    return bool(ends & OURS and ends & NOWHERE)

"""Somebody who sells all the time while something is done to the shop."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.conftest import Shop
from tests.support.odoo import OdooSession, Till

PAUSE_SECONDS = 0.5


@dataclass
class Cashier:
    """Remembers what went through and what did not, as the page of a till does."""

    shop: Shop
    odoo: OdooSession
    lamp: int
    """What is sold: a product.product, for 20."""
    sold: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """What each order that was not taken was answered with."""
    kept: list[dict[str, Any]] = field(default_factory=list)
    """Orders that were not taken, and are to be sent again."""

    def __post_init__(self) -> None:
        self.till = Till(self.odoo)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sell)
        self._thread.start()

    def _sell(self) -> None:
        while not self._stop.wait(PAUSE_SECONDS):
            self._send(self.till.ring_up(self.lamp, 20.0))

    def _send(self, order: dict[str, Any]) -> None:
        try:
            self.sold.append(self.till.send(order))
        except Exception as error:  # noqa: BLE001 whatever it was, the customer waits
            self.failed.append(repr(error))
            self.kept.append(order)

    def send_again(self) -> bool:
        """What was kept, once `end` was called; whether all of it went through."""
        kept, self.kept, self.failed = self.kept, [], []
        for order in kept:
            self._send(order)
        return not self.failed

    def end(self) -> None:
        self._stop.set()
        self._thread.join()

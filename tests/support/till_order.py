"""A sale in the form in which the page of a till sends it to `create_from_ui`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# When the sale was made, where it does not matter.
SOME_DAY = datetime(2026, 11, 25, 10, tzinfo=UTC)


@dataclass(frozen=True)
class TillSession:
    """Database ids; `card` is the payment method with which everything is paid."""

    session: int
    user: int
    pricelist: int
    card: int

    def order(
        self, number: int, products: Sequence[int], price: float, pieces: int = 1, moment: datetime = SOME_DAY
    ) -> dict[str, Any]:
        """So many pieces of each product, without taxes, at one price each; `number` makes it another sale."""
        uid, total = f"{self.session:05}-001-{number:04}", price * pieces * len(products)
        payment = {"name": f"{moment:%Y-%m-%d %H:%M:%S}", "payment_method_id": self.card, "amount": total}
        data = {
            "name": f"Order {uid}",
            "uid": uid,
            "server_id": False,
            "pos_session_id": self.session,
            "user_id": self.user,
            "partner_id": False,
            "pricelist_id": self.pricelist,
            "fiscal_position_id": False,
            "sequence_number": number,
            "creation_date": f"{moment:%Y-%m-%dT%H:%M:%S}.000Z",
            "amount_total": total,
            "amount_paid": total,
            "amount_tax": 0,
            "amount_return": 0,
            "lines": [[0, 0, _line(place, product, price, pieces)] for place, product in enumerate(products, 1)],
            "statement_ids": [[0, 0, payment]],
            "to_invoice": False,
        }
        return {"id": uid, "to_invoice": False, "data": data}


def _line(place: int, product: int, price: float, pieces: int) -> dict[str, Any]:
    return {
        "product_id": product,
        "qty": pieces,
        "price_unit": price,
        "price_subtotal": price * pieces,
        "price_subtotal_incl": price * pieces,
        "discount": 0,
        "tax_ids": [[6, False, []]],
        "pack_lot_ids": [],
        "id": place,
    }

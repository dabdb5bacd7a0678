"""Which files there are, and their columns. Pure: the documentation's tables are compared with it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    name: str
    form: str = "text"
    """text, number, yes or day."""
    needed: bool = False


@dataclass(frozen=True)
class Kind:
    """One file. `key` are the columns that tell its rows apart, here and in the shop."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    together: bool = False
    """All its rows make one record, so none is taken without the others."""

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


_ADDRESS = tuple(
    Column(name) for name in ("street", "street2", "zip", "city", "country", "email", "phone", "vat", "language")
)

# In this order, because later ones refer to earlier ones.
KINDS = (
    Kind("categories", ("category",), (Column("category", needed=True), Column("return_policy"))),
    Kind("vendors", ("ref",), (Column("ref", needed=True), Column("name", needed=True), *_ADDRESS)),
    Kind(
        "customers",
        ("ref",),
        (Column("ref", needed=True), Column("name", needed=True), Column("company", "yes"), *_ADDRESS),
    ),
    Kind(
        "products",
        ("code",),
        (
            Column("code", needed=True),
            Column("name", needed=True),
            Column("category", needed=True),
            Column("type"),
            Column("barcode"),
            Column("sales_price", "number"),
            Column("cost", "number"),
            Column("unit"),
            Column("purchase_unit"),
            Column("sale_tax"),
            Column("purchase_tax"),
            Column("weight", "number"),
            Column("return_policy"),
            Column("sell", "yes"),
            Column("buy", "yes"),
            Column("vendor"),
            Column("vendor_code"),
            Column("vendor_price", "number"),
            Column("vendor_minimum", "number"),
            Column("vendor_days", "number"),
        ),
    ),
    Kind(
        "prices",
        ("pricelist", "product", "minimum", "from"),
        (
            Column("pricelist", needed=True),
            Column("product", needed=True),
            Column("price", "number", needed=True),
            Column("minimum", "number"),
            Column("from", "day"),
            Column("to", "day"),
        ),
    ),
    Kind(
        "stock",
        ("store", "product"),
        (
            Column("store", needed=True),
            Column("product", needed=True),
            Column("quantity", "number", needed=True),
        ),
    ),
    Kind(
        "balances",
        ("account", "partner", "label"),
        (
            Column("date", "day", needed=True),
            Column("account", needed=True),
            Column("label"),
            Column("partner"),
            Column("debit", "number"),
            Column("credit", "number"),
        ),
        together=True,
    ),
)
KIND = {kind.name: kind for kind in KINDS}

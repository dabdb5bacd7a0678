"""Files of a shop as large as wanted, for what takes time."""

VENDOR = "V-1"


def large_shop(products: int, prefix: str = "A") -> dict[str, bytes]:
    """Files by name: so many products in twenty categories; `prefix`, a letter, tells shops apart."""
    categories = [f"Range {number}" for number in range(20)]
    files = {
        "categories": ["category;return_policy", *(f"{name};30 days" for name in categories)],
        "vendors": ["ref;name;country", f"{VENDOR};Nordlicht;DE"],
        "products": [
            "code;name;category;barcode;sales_price;cost;vendor;vendor_price;vendor_days",
            *(_product(prefix, number, categories[number % 20]) for number in range(products)),
        ],
    }
    return {f"{name}.csv": "\n".join(lines).encode() for name, lines in files.items()}


def _product(prefix: str, number: int, category: str) -> str:
    price = 5 + number % 200
    cost = f"{price / 2:.2f}"
    what = f"{prefix}-{number:05d};Article {number};{category};{_gtin(prefix, number)}"
    return f"{what};{price},90;{cost};{VENDOR};{cost};7"


def _gtin(prefix: str, number: int) -> str:
    """In the range that GS1 leaves to shops."""
    body = f"2{ord(prefix) % 10}{number:010d}"
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-weighed % 10}"

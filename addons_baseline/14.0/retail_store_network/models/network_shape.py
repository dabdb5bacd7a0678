"""What a description of a network consists of, and where one does not look like that."""

ANYTHING = "*"
WORDS = {str: "text", int: "number", bool: "truth"}
SHAPE = {
    "timeZone": str,
    "regions": [{"name": str, "managers": [str]}],
    "stores": [
        {
            "code": str,
            "name": str,
            "kind": str,
            "region": str,
            "suppliedBy": str,
            "shipsFrom": str,
            "tills": int,
            "timeZone": str,
            "openingHours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), str),
            "address": dict.fromkeys(("street", "street2", "zip", "city", "country", "phone", "email"), str),
            "people": [{"login": str, "name": str, "role": str, "duties": [str]}],
        }
    ],
    "headOffice": [{"login": str, "name": str, "roles": [str], "duties": [str]}],
    "whoDecides": {ANYTHING: {ANYTHING: str}},
    "policies": {
        "replenishment": [
            {
                "name": str,
                "category": str,
                "seasonFrom": str,
                "seasonTo": str,
                "coverDays": int,
                "safetyDays": int,
                "stores": [str],
            }
        ],
        "counts": [{"name": str, "stores": [str], "daysA": int, "daysB": int, "daysC": int, "blind": bool}],
        "tills": [{"name": str, "stores": [str], "silentMinutes": int, "pendingMinutes": int}],
        "purchases": [
            {
                "name": str,
                "category": str,
                "store": str,
                "amountFrom": int,
                "amountBelow": int,
                "days": int,
                "people": int,
                "approvedBy": str,
            }
        ],
        "reserves": [{"channel": str, "store": str, "category": str, "share": int}],
    },
}


def misfits(value, shape=None, path="description"):
    """Pairs of path and 'unknown', or 'text', 'number', 'truth', 'list' or 'object', whichever belongs there."""
    shape = SHAPE if shape is None else shape
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [(path, "list")]
        return [wrong for place, each in enumerate(value) for wrong in misfits(each, shape[0], f"{path}[{place}]")]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [(path, "object")]
        return [wrong for name, each in value.items() for wrong in _key_misfits(name, each, shape, path)]
    # To Python, True is a number.
    fits = isinstance(value, shape) and (shape is bool or not isinstance(value, bool))
    return [] if fits else [(path, WORDS[shape])]


def _key_misfits(name, value, shape, path):
    inner = shape.get(name, shape.get(ANYTHING))
    return misfits(value, inner, f"{path}.{name}") if inner else [(f"{path}.{name}", "unknown")]

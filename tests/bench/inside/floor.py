"""The least that a new tenant can cost: copy the template, hand it over, start Odoo on it."""

import common


def floor(spec):
    connection = common.admin()
    database, role = spec["database"], spec["database"]
    common.execute(connection, "CREATE ROLE {} LOGIN PASSWORD %(secret)s", role, secret=spec["password"])
    clone = common.timed(
        lambda: common.execute(connection, "CREATE DATABASE {} TEMPLATE {}", database, spec["template"])
    )
    ownership = common.timed(lambda: _hand_over(database, spec["owner"], role))
    return {"clone": clone, "ownership": ownership, "boot": common.boot(spec["languages"][0])}


def _hand_over(database, owner, role):
    inside = common.admin(database)
    common.execute(inside, "ALTER DATABASE {} OWNER TO {}", database, role)
    common.execute(inside, "ALTER SCHEMA public OWNER TO {}", role)
    common.execute(inside, "REASSIGN OWNED BY {} TO {}", owner, role)
    common.execute(inside, "REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC", database)
    inside.close()


common.main(floor)

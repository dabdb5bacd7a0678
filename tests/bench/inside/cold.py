"""`odoo -i` of everything into an empty database: from the command's start to its end."""

import common


def cold(spec):
    connection = common.admin()
    database = spec["database"]
    common.execute(connection, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'", database)
    install = ["-d", database, "-i", ",".join(spec["modules"]), "--load-language", ",".join(spec["languages"])]
    return {"install": common.timed(lambda: common.odoo(*install, "--stop-after-init", "--no-http"))}


common.main(cold)

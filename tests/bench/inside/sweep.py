"""Drop what the other scripts made. Only before and after everything: where a file system is slow to reuse what
was just freed, whoever came right after a deletion would be measured as the slow one."""

import common


def sweep(_spec):
    connection = common.admin()
    for kind, catalogue, column in (("DATABASE", "pg_database", "datname"), ("ROLE", "pg_roles", "rolname")):
        for name in _named(connection, catalogue, column):
            common.execute(connection, f"DROP {kind} {{}}" + (" WITH (FORCE)" if kind == "DATABASE" else ""), name)
    return {}


def _named(connection, catalogue, column):
    query = f"SELECT {column} FROM {catalogue} WHERE {column} ~ %s"  # noqa: S608 names of our own
    with connection.cursor() as cursor:
        cursor.execute(query, (f"^{common.PREFIX}[_-]",))
        return [row[0] for row in cursor.fetchall()]


common.main(sweep)

"""Who owns a database and what is in it, and how both change hands in one transaction.

A plain REASSIGN OWNED also hands over every *database* and tablespace of the old owner. So nothing is
reassigned from a role that owns any, and the result is checked before it is committed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from controller.adapters.postgres_roles import exists, membership
from controller.adapters.postgres_session import Connection, fetch, run
from controller.core.ports import Row
from controller.errors import ConflictError, RefusedError

GIVE_LOCK = 0x53464749
"""Key of the advisory lock in the maintenance database ("SFGI"). One database changes hands at a time per
server: each takes a lock per relation (3,650 measured for 2,600 relations with their TOAST tables), and two
at once can exhaust the default lock table of 6,400 entries; so can three of any size the raised one of a
server full of large tenants. It lasts about 0.1 s, so twenty at once wait 2 s for the last."""

# Shared objects (databases, tablespaces) have no database in pg_shdepend.
_OWNS_SHARED = """
    SELECT pg_describe_object(classid, objid, 0) AS thing FROM pg_shdepend
    WHERE dbid = 0 AND refclassid = 'pg_authid'::regclass AND refobjid = %s::regrole AND deptype = 'o'
"""
_LEFT_BEHIND = """
    SELECT pg_describe_object(classid, objid, objsubid) AS thing FROM pg_shdepend
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND refclassid = 'pg_authid'::regclass AND refobjid = %s::regrole
    LIMIT 5
"""
_SCHEMAS = """
    SELECT nspname AS name FROM pg_namespace
    WHERE nspowner = %s::regrole OR (nspname = 'public' AND nspowner = 'pg_database_owner'::regrole)
"""
_PUBLIC_OWNER = """
    SELECT rolname AS owner FROM pg_namespace JOIN pg_roles ON pg_roles.oid = nspowner WHERE nspname = 'public'
"""
_DATABASE = """
    SELECT datname AS name, rolname AS owner, rolsuper AS system, datallowconn AS open,
           datistemplate AS template, datacl IS NULL AS untouched
    FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = %s
"""
_ELSEWHERE = """
    SELECT CASE
             WHEN dep.dbid = 0 THEN pg_describe_object(dep.classid, dep.objid, 0)
             ELSE 'objects in database ' || place.datname
           END AS thing
    FROM pg_shdepend AS dep LEFT JOIN pg_database AS place ON place.oid = dep.dbid
    WHERE dep.refclassid = 'pg_authid'::regclass AND dep.refobjid = %(role)s::regrole AND dep.deptype = 'o'
      AND place.datname IS DISTINCT FROM %(database)s
      AND NOT (dep.classid = 'pg_database'::regclass AND dep.objid IN (
                 SELECT oid FROM pg_database WHERE datname = %(database)s))
    UNION
    SELECT 'member of role ' || rolname FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = roleid
    WHERE member = %(role)s::regrole
    ORDER BY 1
"""


def find_database(connection: Connection, name: str) -> Row | None:
    """name, owner, system (a superuser owns it), open, template, untouched (nobody changed its grants)."""
    found = fetch(connection, _DATABASE, name)
    return found[0] if found else None


def is_unfinished(database: Row, admin: str) -> bool:
    """Left by a create_database that died right after the copy, before anybody was let in."""
    return not database["open"] and bool(database["untouched"]) and database["owner"] == admin


def existing_database(connection: Connection, name: str) -> Row:
    """Raises RefusedError when it does not exist."""
    found = find_database(connection, name)
    if found is None:
        raise RefusedError(f"Database {name} does not exist on {connection.info.host}:{connection.info.port}.")
    return found


def owned_elsewhere(connection: Connection, role: str, database: str) -> list[str]:
    values = {"role": quoted(connection, role), "database": database}
    return [row["thing"] for row in connection.execute(_ELSEWHERE, values)]


@contextmanager
def one_at_a_time(maintenance: Connection) -> Iterator[None]:
    """Hold the server's GIVE_LOCK; the end of the session lets it go in any case."""
    fetch(maintenance, "SELECT pg_advisory_lock(%s)", GIVE_LOCK)
    try:
        yield
    finally:
        fetch(maintenance, "SELECT pg_advisory_unlock(%s)", GIVE_LOCK)


def give(connection: Connection, name: str, new_owner: str, object_owner: str | None) -> None:
    """In a session in that very database, all in one transaction; doing it twice changes nothing more."""
    admin = connection.info.user
    if object_owner is not None and not exists(connection, object_owner):
        # Dropped since an earlier, complete handing over: nothing can be its any more.
        object_owner = None
    with connection.transaction():
        owner = existing_database(connection, name)["owner"]
        _check_owns_nothing_shared(connection, object_owner)
        with membership(connection, owner, new_owner, *([object_owner] if object_owner else [])):
            run(connection, "ALTER DATABASE {} OWNER TO {}", name, new_owner)
            _give_schemas(connection, object_owner or admin, new_owner)
            if object_owner is not None:
                _give_objects(connection, object_owner, new_owner)
            run(connection, "REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC", name)
            run(connection, "GRANT CONNECT ON DATABASE {} TO {}", name, admin)
        _check_result(connection, name, new_owner, object_owner)


def admit(connection: Connection, name: str, role: str) -> None:
    """In a session in that very database, which is the admin's: the role may fill it."""
    with connection.transaction():
        run(connection, "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {}", name, role)
        with membership(connection, role):
            _give_schemas(connection, connection.info.user, role)


def quoted(connection: Connection, role: str) -> str:
    """The role's name as ::regrole reads it, which folds case unless quoted."""
    return str(fetch(connection, "SELECT quote_ident(%s) AS name", role)[0]["name"])


def _give_schemas(connection: Connection, old_owner: str, new_owner: str) -> None:
    # Before the objects: a function's new owner needs CREATE on the schema that it is in.
    for row in fetch(connection, _SCHEMAS, quoted(connection, old_owner)):
        run(connection, "ALTER SCHEMA {} OWNER TO {}", row["name"], new_owner)
    found = fetch(connection, _PUBLIC_OWNER)
    if found and found[0]["owner"] != new_owner:
        raise RefusedError(
            f"Schema public of database {connection.info.dbname} belongs to {found[0]['owner']}, "
            f"so it cannot be given to {new_owner}."
        )


def _give_objects(connection: Connection, old_owner: str, new_owner: str) -> None:
    run(connection, "REASSIGN OWNED BY {} TO {}", old_owner, new_owner)
    # Owns nothing any more, so this drops no object: only its grants and default privileges here, and its
    # grants on databases, the right to connect to the template among them.
    run(connection, "DROP OWNED BY {}", old_owner)


def _check_owns_nothing_shared(connection: Connection, role: str | None) -> None:
    if role is None:
        return
    if role == connection.info.user:
        raise RefusedError(f"Objects of {role}, the admin role itself, are never reassigned.")
    owned = [row["thing"] for row in fetch(connection, _OWNS_SHARED, quoted(connection, role))]
    if owned:
        raise RefusedError(
            f"Role {role} owns {', '.join(owned)}, which would change hands together with its objects.",
            hint="Give objects of templates to a role of their own that owns no database.",
        )


def _check_result(connection: Connection, name: str, new_owner: str, object_owner: str | None) -> None:
    """Raises ConflictError, which rolls everything back, when something else came along meanwhile."""
    elsewhere = owned_elsewhere(connection, new_owner, name)
    if elsewhere:
        raise ConflictError(f"Role {new_owner} would also have {', '.join(elsewhere)}; nothing was changed.")
    if object_owner is None:
        return
    left = [row["thing"] for row in fetch(connection, _LEFT_BEHIND, quoted(connection, object_owner))]
    if left:
        raise ConflictError(f"Role {object_owner} still has {', '.join(left)} in {name}; nothing was changed.")

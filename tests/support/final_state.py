"""Everything that is left in the end, without what differs from run to run: times, versions, random secrets."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from controller.core.conditions import AS_DECLARED
from provisioning.meta import ANNOTATION_CONFIG_HASH, ANNOTATION_OPERATOR_GENERATION, Manifest
from provisioning.names import FIRST_PASSWORDS_SECRET
from provisioning.procedure import Procedure
from tests.support.fakes.kube_store import Stored
from tests.support.fakes.postgres import Database
from tests.support.world import World

State = dict[str, dict[str, str]]

# Pods are the cluster's own, events may be lost or said twice.
_IGNORED_KINDS = ("Event", "Pod", "AuditRecord")
_IGNORED_METADATA = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields")
# Keys of Secrets whose values are random.
_GENERATED = {"password", "admin-passwd"}
# Drawn for every copy: the identity of a database, and what signs its sessions.
_IDENTITIES = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# As the tests of services have password hashes (tests/unit/services/conftest.py).
_LOST = re.compile(r"hash of [\w-]+")
# Characters of a request id that a test chose; it would turn up by chance, and is the same in every run.
SHORT = 8
_TIMES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?")


def final_state(world: World) -> State:
    """Objects, databases and buckets, by name; two runs of the same procedure compare equal.

    A generated value is replaced by the place of the Secret that keeps it, so that a password of a role, or of an
    administrator, that is not the one in its Secret shows as a difference.
    """
    state = {
        "objects": _objects(world),
        "audit": {name: str(count) for name, count in _audit(world).items()},
        "roles": {
            name: _text((role.password, role.connection_limit, sorted(role.member_of)))
            for name, role in world.postgres.roles.items()
        },
        "databases": {
            name: _text((found.owner, sorted(found.objects), found.template, _written(found)))
            for name, found in world.postgres.databases.items()
        },
        "buckets": {
            name: _text({key: content.decode() for key, (content, _) in bucket.objects.items()})
            for name, bucket in world.store.buckets.items()
        },
    }
    text = json.dumps(state)
    for value, placeholder in sorted(dict(_secrets(world)).items(), key=lambda each: -len(each[0])):
        text = text.replace(value, placeholder)
    result: State = json.loads(_LOST.sub("<the hash of a password that no Secret keeps>", text))
    return result


def _objects(world: World) -> dict[str, str]:
    found = [stored for key, stored in world.kube._store.items() if key[1] not in _IGNORED_KINDS]
    return {_name(stored.manifest): _object_text(stored) for stored in found}


# Worlds that parted late share most of their objects.
@lru_cache(maxsize=4096)
def _object_text(stored: Stored) -> str:
    return _TIMES.sub("<time>", _text(_object(stored.copy())))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _written(database: Database) -> list[str]:
    """The last values of every statement, or of every key that a statement has written."""
    last: dict[tuple[str, str], str] = {}
    for role, (sql, values) in database.executed:
        given = list(values.items()) if isinstance(values, Mapping) else list(values)
        key = str(given[0]) if given and sql.startswith("INSERT") else ""
        said = f"{role}: {sql} {_text(given)}"
        last[sql, key] = _TIMES.sub("<time>", _IDENTITIES.sub("<identity>", said))
    return sorted(last.values())


def _audit(world: World) -> dict[str, int]:
    """How often each thing was recorded; names follow from uids."""
    said = [each["spec"] for each in world.kube.objects("AuditRecord")]
    # What the guard could tell depends on when it was asked, what was overridden does not.
    return Counter(
        f"{spec['action']} {spec['tenant']} {spec['result'].partition(' (although ')[0]}" for spec in said
    )


def _secrets(world: World) -> Iterator[tuple[str, str]]:
    """Every generated value, with the place where it is kept; request ids are drawn, too."""
    for secret in world.kube.objects("Secret"):
        data = secret.get("data", {})
        first = secret["metadata"]["name"] == FIRST_PASSWORDS_SECRET
        for key in data if first else _GENERATED & data.keys():
            value = base64.b64decode(secret["data"][key]).decode()
            yield value, f"<{_name(secret)} {key}>"
    for procedure in world.kube.objects(Procedure.KIND):
        if len(procedure["spec"]["requestId"]) > SHORT:
            yield procedure["spec"]["requestId"], "<request id>"


def _name(manifest: Manifest) -> str:
    metadata = manifest["metadata"]
    return f"{manifest['kind']} {metadata.get('namespace', '')}/{metadata['name']}"


def _object(manifest: Manifest) -> Manifest:
    metadata = {key: value for key, value in manifest["metadata"].items() if key not in _IGNORED_METADATA}
    result = {**manifest, "metadata": metadata}
    _without(metadata.get("annotations", {}), ANNOTATION_OPERATOR_GENERATION)
    _without(result.get("status", {}), "operatorGeneration")
    if not metadata.get("annotations"):
        metadata.pop("annotations", None)
    match manifest["kind"]:
        case "Secret":
            result["data"] = {key: base64.b64decode(value).decode() for key, value in manifest["data"].items()}
        case "Procedure":
            result["status"] = _procedure_status(manifest.get("status", {}))
            _without(result["spec"], "requestId")
        case "Tenant":
            _without(result.get("status", {}), "observedGeneration")
            _forget_failed_look(result.get("status", {}))
        case "Deployment":
            # A digest of random secrets.
            _without(result["spec"]["template"]["metadata"].get("annotations", {}), ANNOTATION_CONFIG_HASH)
            _without(result.get("status", {}), "observedGeneration")
    return result


def _forget_failed_look(status: Manifest) -> None:
    """Whether it runs as declared is looked at now and then; a look that failed says so until the next one."""
    status["conditions"] = [each for each in status.get("conditions", []) if each["type"] != AS_DECLARED]


def _procedure_status(status: Manifest) -> Manifest:
    """Where it ended, not how often it tried."""
    return {
        "phase": status.get("phase"),
        "outputs": status.get("outputs", {}),
        "steps": [(step["name"], step["phase"]) for step in status.get("steps", [])],
    }


def _without(mapping: Manifest, key: str) -> None:
    mapping.pop(key, None)


def difference(expected: State, found: State) -> str:
    """What is not the same, one line each; empty when nothing is."""
    if expected == found:
        return ""
    lines: list[str] = []
    for part in expected:
        before, after = expected[part], found[part]
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                lines.append(f"{part} {name}\n  expected {before.get(name)}\n  found    {after.get(name)}")
    return "\n".join(lines)

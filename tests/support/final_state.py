"""Everything that is left in the end, without what differs from run to run: times, versions, random secrets."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from controller.core.conditions import AS_DECLARED
from provisioning.meta import ANNOTATION_CONFIG_HASH, ANNOTATION_OPERATOR_GENERATION, Manifest
from provisioning.names import FIRST_PASSWORDS_SECRET
from provisioning.procedure import Procedure
from tests.support.fakes.postgres import Database
from tests.support.world import World

State = dict[str, Any]

# Pods are the cluster's own, events may be lost or said twice.
_IGNORED_KINDS = ("Event", "Pod", "AuditRecord")
_IGNORED_METADATA = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields")
# Keys of Secrets whose values are random.
_GENERATED = {"password", "admin-passwd"}
# Characters of a request id that a test chose; it would turn up by chance, and is the same in every run.
SHORT = 8
_TIMES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?")


def final_state(world: World) -> State:
    """Objects, databases and buckets, by name; two runs of the same procedure compare equal."""
    secrets = dict(_secrets(world))
    state = {
        "objects": {
            _name(each): _object(each) for each in world.kube.objects() if each["kind"] not in _IGNORED_KINDS
        },
        "audit": _audit(world),
        "roles": {
            name: (role.password, role.connection_limit, sorted(role.member_of))
            for name, role in world.postgres.roles.items()
        },
        "databases": {
            name: (
                found.owner,
                sorted(found.objects),
                found.template,
                sorted({sql for _, (sql, _) in found.executed}),
                _administrator(found),
            )
            for name, found in world.postgres.databases.items()
        },
        "buckets": {
            name: {key: content.decode() for key, (content, _) in bucket.objects.items()}
            for name, bucket in world.store.buckets.items()
        },
    }
    text = json.dumps(state, sort_keys=True, default=str)
    for value, placeholder in sorted(secrets.items(), key=lambda each: -len(each[0])):
        text = text.replace(value, placeholder)
    result: State = json.loads(_TIMES.sub("<time>", text))
    return result


def _administrator(database: Database) -> Any:
    """What the last new password wrote, which must be the one that waits to be shown."""
    written = [values for _, (sql, values) in database.executed if sql.startswith("UPDATE res_users SET")]
    return written[-1] if written else None


def _audit(world: World) -> dict[str, int]:
    """How often each thing was recorded; names follow from uids."""
    said = [each["spec"] for each in world.kube.objects("AuditRecord")]
    return Counter(f"{spec['action']} {spec['tenant']} {spec['result']}" for spec in said)


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
    lines: list[str] = []
    for part in expected:
        before, after = expected[part], found[part]
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                lines.append(f"{part} {name}\n  expected {before.get(name)}\n  found    {after.get(name)}")
    return "\n".join(lines)

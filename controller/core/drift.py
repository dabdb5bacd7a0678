"""Compares what is declared with what runs. Only fields that we declare count; the rest is the cluster's."""

from collections.abc import Iterator, Mapping
from typing import Any

from provisioning.meta import ANNOTATION_CONFIG_HASH, Manifest
from provisioning.plan import quantity

# Its value follows from the tenant's secrets, which people may not read; the operator compares it.
UNKNOWABLE = frozenset({ANNOTATION_CONFIG_HASH})


def differences(declared: Manifest, running: Manifest) -> list[str]:
    """Paths whose value is another one in the cluster, with both values."""
    content = {key: value for key, value in declared.items() if key not in ("apiVersion", "kind", "status")}
    return list(_compare(content, running, ""))


def content_differences(declared: Manifest, running: Manifest) -> list[str]:
    """Keys of a Secret's or ConfigMap's data whose content is another one or gone. Never the content itself."""
    there = running.get("data") or {}
    return [key for key, content in declared.get("data", {}).items() if there.get(key) != content]


def other_configuration(declared: Manifest, running: Manifest) -> bool:
    """Whether a Deployment's pods start with another configuration than the declared one."""
    return _configuration(declared) != _configuration(running)


def _configuration(deployment: Manifest) -> str | None:
    annotations = deployment["spec"]["template"]["metadata"].get("annotations") or {}
    found: str | None = annotations.get(ANNOTATION_CONFIG_HASH)
    return found


def _compare(declared: Any, running: Any, path: str) -> Iterator[str]:
    if isinstance(declared, Mapping) and isinstance(running, Mapping):
        for key, value in declared.items():
            if key not in UNKNOWABLE:
                yield from _compare(value, running.get(key), f"{path}.{key}" if path else key)
    elif isinstance(declared, list | tuple) and isinstance(running, list):
        if len(declared) != len(running):
            yield f"{path}: {len(declared)} entries declared, {len(running)} there"
            return
        for index, (mine, theirs) in enumerate(zip(declared, running, strict=True)):
            yield from _compare(mine, theirs, f"{path}[{_name(mine, index)}]")
    elif not _same(declared, running):
        yield f"{path}: {declared!r} declared, {running!r} there"


def _same(declared: Any, running: Any) -> bool:
    """Absent is the same as empty or zero, and 2 the same as 2000m, as the API server writes both."""
    if declared == running or (not declared and not running):
        return True
    try:
        return quantity(str(declared)) == quantity(str(running))
    except ValueError:
        return False


def _name(entry: Any, index: int) -> str:
    return str(entry.get("name", index)) if isinstance(entry, Mapping) else str(index)

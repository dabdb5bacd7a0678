"""How a write changes a stored object: server-side apply and JSON merge patch, simplified. Pure.

Simplified against the API server: every list is replaced whole, except finalizers, which are a set, and a field
that two field managers applied is taken back by either. Ours are the only entries in the lists that we apply, and
the operator alone applies, so the difference does not show.

Nothing that is given is changed in place, and results share what did not change: of 50 objects with a hundred
values each, one write touches a few.
"""

from typing import Any, TypeVar, cast

from provisioning.meta import Manifest

WRITABLE_METADATA = ("labels", "annotations", "finalizers", "ownerReferences")
IDENTITY = ("apiVersion", "kind", "metadata", "status")


T = TypeVar("T")


def copied(value: T) -> T:
    """A deep copy of what JSON can hold, several times as fast as the general one."""
    return cast("T", _copied(value))


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(each) for each in value]
    return value


def content(manifest: Manifest, *, with_status: bool) -> Manifest:
    """What a writer may set: the writable metadata and the rest of the object."""
    metadata = manifest.get("metadata", {})
    writable = {key: metadata[key] for key in WRITABLE_METADATA if metadata.get(key) is not None}
    rest = {key: value for key, value in manifest.items() if key not in IDENTITY}
    if with_status and "status" in manifest:
        rest["status"] = manifest["status"]
    return copied({"metadata": writable, **rest})


def applied(current: Manifest, before: Manifest, now: Manifest) -> Manifest:
    """Server-side apply: `now` merged in, and fields that only our earlier apply set taken out."""
    result = _pruned(current, before, now)
    finalizers = _finalizers(current, before, now)
    result = {**_merged(result, now)}
    if finalizers or "finalizers" in result["metadata"]:
        result["metadata"]["finalizers"] = finalizers
    return result


def merge_patched(current: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    result = dict(current) if isinstance(current, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patched(result.get(key), value)
    return result


def _merged(current: Any, now: Any) -> Any:
    if not isinstance(now, dict) or not isinstance(current, dict):
        return now
    return {**current, **{key: _merged(current.get(key), value) for key, value in now.items()}}


def _pruned(current: Manifest, before: Manifest, now: Manifest) -> Manifest:
    result = dict(current)
    for key, was in before.items():
        if key not in result or key == "finalizers":
            continue
        if isinstance(was, dict) and isinstance(result[key], dict):
            result[key] = _pruned(result[key], was, now.get(key) or {})
            if not result[key] and key not in now and key != "metadata":
                del result[key]
        elif key not in now:
            del result[key]
    return result


def _finalizers(current: Manifest, before: Manifest, now: Manifest) -> list[str]:
    had, ours, wanted = (each["metadata"].get("finalizers", []) for each in (current, before, now))
    kept = [each for each in had if each not in ours or each in wanted]
    return kept + [each for each in wanted if each not in kept]

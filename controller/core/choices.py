"""Which release a new tenant gets that names none. Pure.

The rule is that of Kubernetes' StorageClasses: an annotation marks the default, and of several the newest counts,
so that an upgrade only has to bring its own. Tenants that exist keep theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from provisioning.meta import ANNOTATION_DEFAULT_RELEASE
from provisioning.release import Release

# Of an object that was not read from a cluster.
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Choice:
    name: str
    why: str


def default_release(releases: Mapping[str, Release]) -> Choice | None:
    """The only release there is, or the newest that is marked as default; None when a person has to choose."""
    if len(releases) == 1:
        return Choice(next(iter(releases)), "the only release there is")
    marked = [each for each in releases.values() if is_default(each)]
    if not marked:
        return None
    newest = max(marked, key=lambda each: (each.metadata.creation_timestamp or _NEVER, each.metadata.name))
    why = "marked as default" if len(marked) == 1 else f"the newest of {len(marked)} that are marked as default"
    return Choice(newest.metadata.name, why)


def is_default(release: Release) -> bool:
    return release.metadata.annotations.get(ANNOTATION_DEFAULT_RELEASE) == "true"

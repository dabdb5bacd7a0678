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


def newer_release(present: str, releases: Mapping[str, Release]) -> str | None:
    """The release that a new tenant gets instead of this one, if it is of the same Odoo series and came later."""
    choice, mine = default_release(releases), releases.get(present)
    if choice is None or mine is None or choice.name == present:
        return None
    newest = releases[choice.name]
    later = (newest.metadata.creation_timestamp or _NEVER) >= (mine.metadata.creation_timestamp or _NEVER)
    return choice.name if later and newest.spec.series == mine.spec.series else None


def is_default(release: Release) -> bool:
    return release.metadata.annotations.get(ANNOTATION_DEFAULT_RELEASE) == "true"

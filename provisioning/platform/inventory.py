"""The installation's inventory: what it consists of, and what of the former one is no longer made.

The installer keeps the list in a ConfigMap of its own, because only a list tells what an earlier version, of which
this one knows nothing, has put there. Before an installation changes anything, the ConfigMap holds both lists, so
that one which is interrupted forgets nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from provisioning.meta import GROUP, LABEL_COMPONENT, SYSTEM_NAMESPACE, Manifest
from provisioning.platform import objects

NAME = "shopfleet-inventory"
KEY = "inventory.yaml"

REMOVABLE = frozenset(
    {
        "ClientTrafficPolicy", "ClusterRole", "ClusterRoleBinding", "ConfigMap", "DaemonSet", "Deployment",
        "EndpointSlice", "EnvoyProxy", "HTTPRoute", "Job", "NetworkPolicy", "PodDisruptionBudget", "Role",
        "RoleBinding", "Service", "ServiceAccount",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
    }
)  # fmt: skip
"""Kinds whose objects hold nothing that another installation could not make again. All others stay."""


class Listed(BaseModel):
    """One object of an installation. Unknown fields are ignored: a newer installer may have written them."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, alias_generator=to_camel)

    api_version: str
    kind: str
    namespace: str | None = None
    name: str
    component: str = ""
    """Which part of the platform it belongs to, by its label."""

    @property
    def identity(self) -> tuple[str, str, str | None, str]:
        """What stays the same when its API moves on from v1beta1 to v1: group, kind, namespace, name."""
        group, slash, _ = self.api_version.rpartition("/")
        return (group if slash else "", self.kind, self.namespace, self.name)

    def __str__(self) -> str:
        return f"{self.kind} {f'{self.namespace}/' if self.namespace else ''}{self.name}"


class ResourceInventory(BaseModel):
    """All objects of an installation, and the parts (settings.Part, as text) that it brought."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    parts: tuple[str, ...] = ()
    objects: tuple[Listed, ...] = ()

    def and_also(self, others: Iterable[Listed], parts: Iterable[str] = ()) -> "ResourceInventory":
        known = {each.identity for each in self.objects}
        more = [each for each in others if each.identity not in known]
        return ResourceInventory(parts=tuple(sorted({*self.parts, *parts})), objects=(*self.objects, *more))

    def manifest(self) -> Manifest:
        content = yaml.safe_dump(self.model_dump(mode="json", by_alias=True, exclude_none=True), sort_keys=False)
        return objects.config_map(NAME, SYSTEM_NAMESPACE, "platform", {KEY: content})


@dataclass(frozen=True)
class Removal:
    """One object that goes; a successor of the same name has another uid, and stays."""

    object: Listed
    uid: str

    def __str__(self) -> str:
        return str(self.object)


@dataclass(frozen=True)
class Obsolete:
    """What to do about objects that the former installation made and this one does not."""

    removals: tuple[Removal, ...] = ()
    staying: tuple[Listed, ...] = ()
    """Stay listed, until somebody has removed them."""
    parts: tuple[str, ...] = ()
    """Brought by the former installation, left out by this one, and still there."""
    notes: tuple[str, ...] = ()


def inventory(parts: Iterable[str], manifests: Iterable[Manifest]) -> ResourceInventory:
    """Of an installation. Objects of our own kinds are left out: once made, they are their owner's."""
    listed = [_listed(each) for each in manifests if not each["apiVersion"].startswith(f"{GROUP}/")]
    return ResourceInventory(parts=tuple(sorted(parts))).and_also(listed)


def read(config_map: Manifest | None) -> ResourceInventory:
    """What the former installation wrote down; empty when there was none, or one that kept no list.

    Raises ValueError when it cannot be understood.
    """
    if config_map is None:
        return ResourceInventory()
    try:
        return ResourceInventory.model_validate(yaml.safe_load(config_map["data"][KEY]))
    except (KeyError, TypeError, yaml.YAMLError, ValidationError) as error:
        raise ValueError(f"{type(error).__name__} in {KEY}") from error


def no_longer_made(former: ResourceInventory, now: ResourceInventory) -> tuple[Listed, ...]:
    made = {each.identity for each in now.objects}
    return tuple(each for each in former.objects if each.identity not in made)


def obsolete(
    former: ResourceInventory, now: ResourceInventory, present: Mapping[Listed, Manifest | None]
) -> Obsolete:
    """Decide about what is no longer made; `present` is what the cluster holds of it, None when it is gone.

    Only objects that the installer still owns fields of are ours to remove. A StatefulSet has volumes, so it stays
    with all of its component. Where a part is left out, everything stays: another settings file, or none, must not
    take the database away.
    """
    gone = no_longer_made(former, now)
    there = [(each, found) for each in gone if (found := present.get(each)) and _is_ours(found)]
    left_out = tuple(sorted(set(former.parts) - set(now.parts)))
    if there and left_out:
        what = f"{', '.join(left_out)}: left out now, and part of the installation before"
        note = f"{what}; nothing is removed. Remove by hand what nobody needs: {_all(each for each, _ in there)}."
        return Obsolete(staying=tuple(each for each, _ in there), parts=left_out, notes=(note,))
    kept = {each.component for each, _ in there if each.kind == "StatefulSet" and each.component}
    removals, staying = [], []
    for each, found in there:
        if each.kind in REMOVABLE and each.component not in kept:
            removals.append(Removal(each, found["metadata"]["uid"]))
        else:
            staying.append(each)
    return Obsolete(tuple(removals), tuple(staying), notes=_staying(staying))


def _staying(staying: Sequence[Listed]) -> tuple[str, ...]:
    if not staying:
        return ()
    return (f"No longer part of the platform, and kept because data may hang on it: {_all(staying)}.",)


def _all(listed: Iterable[Listed]) -> str:
    return ", ".join(str(each) for each in listed)


def _listed(manifest: Manifest) -> Listed:
    metadata = manifest["metadata"]
    return Listed(
        api_version=manifest["apiVersion"],
        kind=manifest["kind"],
        namespace=metadata.get("namespace"),
        name=metadata["name"],
        component=metadata.get("labels", {}).get(LABEL_COMPONENT, ""),
    )


def _is_ours(found: Manifest) -> bool:
    """Whether the installer still has a field of it: whoever took all of them over has taken the object."""
    return any(each.get("manager") == objects.FIELD_MANAGER for each in found["metadata"].get("managedFields", []))

"""What there is of one tenant in its namespace, read with one request per kind, however many objects there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from controller.core.ports import Kube, Ref
from provisioning.meta import Manifest

Kind = tuple[str, str]
"""API version and kind."""


@dataclass(frozen=True)
class Present:
    """Objects as they were read in this pass. What is not in it does not exist: who cannot read gets none."""

    objects: Mapping[Ref, Manifest] = field(default_factory=dict)

    def __contains__(self, ref: Ref) -> bool:
        return ref in self.objects

    def get(self, ref: Ref) -> Manifest | None:
        return self.objects.get(ref)

    def of_kind(self, kind: Kind) -> list[Manifest]:
        return [found for ref, found in self.objects.items() if (ref.api_version, ref.kind) == kind]

    def and_read(self, kube: Kube, namespace: str, kinds: Iterable[Kind]) -> "Present":
        """With all objects of these kinds in the namespace, whatever labels they carry.

        A label can be edited away, and what lost one is not absent. Raises what the API raises; nothing may be
        taken for absent then.
        """
        read = [found for kind in kinds for found in kube.list(*kind, namespace)]
        return self.and_made(read)

    def and_made(self, objects: Iterable[Manifest]) -> "Present":
        return Present({**self.objects, **{Ref.of(each): each for each in objects}})

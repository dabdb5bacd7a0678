"""The images that the shared parts run. Every one is ours: nothing is pulled from a registry of others."""

from collections.abc import Mapping
from dataclasses import dataclass

REGISTRY = "shopfleet.local/"
"""Not a server: images of this name are loaded into the node, so one that is absent will never come."""


@dataclass(frozen=True)
class Images:
    """References by name, as the image index of the build lists them."""

    references: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """The reference of an image.

        Raises KeyError that names the image and those which exist.
        """
        try:
            return self.references[name]
        except KeyError:
            known = ", ".join(sorted(self.references)) or "none"
            raise KeyError(f"no image {name!r} in the image index; it has: {known}") from None

    @classmethod
    def from_index(cls, index: Mapping[str, Mapping[str, str]]) -> "Images":
        """From the content of the build's index.json: {name: {ref, archive, digest}}."""
        return cls({name: entry["ref"] for name, entry in index.items()})

"""What was built: name of the image → full reference, archive, digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.errors import LocalError
from provisioning.local.images.layerstore import write_atomically


@dataclass(frozen=True)
class BuiltImage:
    """One finished image. `archive` is a file name in the folder of the index."""

    ref: str
    archive: str
    digest: str


@dataclass(frozen=True)
class ImageIndex:
    """All images of one cache."""

    folder: Path
    images: Mapping[str, BuiltImage]

    @classmethod
    def read(cls, path: Path) -> ImageIndex:
        """An index that does not exist yet is empty.

        Raises:
            LocalError: the file is damaged.
        """
        if not path.is_file():
            return cls(path.parent, {})
        try:
            entries = json.loads(path.read_text())
            return cls(path.parent, {name: BuiltImage(**entry) for name, entry in entries.items()})
        except (ValueError, TypeError, AttributeError) as error:
            hint = "delete it and build the images again."
            raise LocalError(f"{path} is damaged ({error});", hint=hint) from error

    def write(self, path: Path) -> None:
        """Replace the file in one step."""
        entries = {name: vars(image) for name, image in sorted(self.images.items())}
        write_atomically(path, json.dumps(entries, indent=1) + "\n")

    def with_image(self, name: str, image: BuiltImage) -> ImageIndex:
        """The same index with one image added or replaced."""
        return ImageIndex(self.folder, {**self.images, name: image})

    def has(self, name: str, ref: str) -> bool:
        """Whether exactly this build of the image is there, with its archive."""
        image = self.images.get(name)
        return image is not None and image.ref == ref and self.archive(name).is_file()

    def archive(self, name: str) -> Path:
        """Where the archive of an image lies.

        Raises:
            LocalError: no such image was built.
        """
        if name not in self.images:
            raise LocalError(f"The image '{name}' has not been built.", hint="python -m provisioning.local.images")
        return self.folder / self.images[name].archive

    def ref(self, name: str) -> str:
        """The full reference for a pod spec; raises as `archive`."""
        self.archive(name)
        return self.images[name].ref

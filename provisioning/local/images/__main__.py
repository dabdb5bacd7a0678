"""`python -m provisioning.local.images [names]`: build images, by default all."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from provisioning.local.errors import LocalError
from provisioning.local.images import build_images, estimate, image_names


def main(names: Sequence[str]) -> int:
    """Build and list the images; 1 when one cannot be built."""
    wanted = tuple(names) or image_names()
    started = time.monotonic()
    try:
        print(f"about {estimate(wanted):.1f} min", flush=True)
        for name in wanted:
            began = time.monotonic()
            index = build_images([name], lambda image, doing: print(f"{image}: {doing}", flush=True))
            size = index.archive(name).stat().st_size / 1e6
            print(f"{index.ref(name)}  {size:.0f} MB  {time.monotonic() - began:.1f} s", flush=True)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(wanted)} images in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Files that hold keys: readable by their owner only, and never half written."""

from __future__ import annotations

from pathlib import Path


def write_private(path: Path, content: bytes | str) -> None:
    """Write or replace a file with mode 0600."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    # A draft of an interrupted run may have another mode.
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_bytes(content.encode() if isinstance(content, str) else content)
    draft.replace(path)

"""What the file of a series asks for, and the names that wheels of addons have."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent
REPOSITORY = FOLDER.parents[1]


class Wanted(BaseModel):
    """One `<series>.toml`. `addons` maps names of modules to the reason for each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    series: str
    python: str
    provided: tuple[str, ...]
    addons: dict[str, str] = Field(min_length=1)

    @property
    def lock(self) -> Path:
        return FOLDER / f"{self.series}.lock"

    @property
    def prefix(self) -> str:
        """From 15.0 all series share one name, and the version tells them apart."""
        major = self.series.partition(".")[0]
        return f"odoo{major}-addon-" if int(major) <= 14 else "odoo-addon-"

    def wheel(self, addon: str) -> str:
        """Name of the distribution that carries this addon."""
        return self.prefix + addon.replace("_", "-")


def wanted(series: str) -> Wanted:
    """Raises FileNotFoundError for a series without a file, pydantic.ValidationError for a wrong one."""
    return Wanted.model_validate(tomllib.loads((FOLDER / f"{series}.toml").read_text()))
